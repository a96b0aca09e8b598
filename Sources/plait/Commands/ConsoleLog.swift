import Glibc
import Settings

/// plait's own log on standard error, for the keeper and the server alike.
///
/// Each line is made in memory and written by one `write(2)`: lines of several threads and processes do not mix, and
/// no lock is needed. A line that standard error does not take is lost; a log never stops what it reports on.
struct ConsoleLog: Sendable {
    let level: LogLevel
    let format: LogFormat
    private let descriptor: Int32

    init(level: LogLevel, format: LogFormat, descriptor: Int32 = STDERR_FILENO) {
        self.level = level
        self.format = format
        self.descriptor = descriptor
    }

    init(_ settings: ServeSettings.Logging) {
        self.init(level: settings.level, format: settings.format)
    }

    /// - Parameters:
    ///   - message: fixed words; what varies goes into fields.
    ///   - sentence: what the text format shows instead of message and fields.
    func log(_ level: LogLevel, _ message: StaticString, _ fields: [LogField] = [], sentence: String? = nil) {
        let bytes = line(level, message, fields, sentence: sentence)
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }

    /// The same line for somebody else to write; empty where its level is not wanted.
    func line(
        _ level: LogLevel, _ message: StaticString, _ fields: [LogField] = [], sentence: String? = nil
    ) -> [UInt8] {
        guard level >= self.level else { return [] }
        var line = LogLine()
        switch format {
        case .json: line.writeJSON(level, message, fields, at: Self.now())
        case .text: line.writeText(level, message, fields, sentence)
        }
        return line.bytes
    }

    func debug(_ message: StaticString, _ fields: LogField...) { log(.debug, message, fields) }
    func info(_ message: StaticString, _ fields: LogField...) { log(.info, message, fields) }
    func warning(_ message: StaticString, _ fields: LogField...) { log(.warning, message, fields) }
    func error(_ message: StaticString, _ fields: LogField...) { log(.error, message, fields) }

    private static func now() -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time
    }
}

/// A name and a value beside a message. Names are part of the documented contract of the JSON format.
struct LogField: Sendable {
    let name: StaticString
    let value: Value

    init(_ name: StaticString, _ value: Value) {
        self.name = name
        self.value = value
    }

    enum Value: Sendable {
        case text(String)
        case integer(Int)
        case decimal(Double)
        case boolean(Bool)
    }
}

extension LogField.Value: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral {
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
}
