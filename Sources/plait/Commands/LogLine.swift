import Glibc
import Settings

/// One line of the log, in bytes. Whatever a value holds, no control byte gets out: neither a line of its own nor a
/// command to the terminal.
struct LogLine {
    private(set) var bytes: [UInt8] = []

    /// `{"time":"2026-11-22T20:00:00.123Z","level":"info","message":"listening","address":"…"}`
    mutating func writeJSON(_ level: LogLevel, _ message: StaticString, _ fields: [LogField], at time: timespec) {
        write("{\"time\":\"")
        write(time)
        write("\",\"level\":\"\(level.rawValue)\",\"message\":")
        writeJSON("\(message)")
        for field in fields {
            write(",")
            writeJSON("\(field.name)")
            write(":")
            writeJSON(field.value)
        }
        write("}\n")
    }

    /// `warning: worker ended pid=12 signal=9`; an info line has no such beginning.
    mutating func writeText(_ level: LogLevel, _ message: StaticString, _ fields: [LogField], _ sentence: String?) {
        if level != .info { write("\(level.rawValue): ") }
        if let sentence {
            writeEscaped(sentence)
        } else {
            write("\(message)")
            for field in fields { writeText(field) }
        }
        write("\n")
    }

    private mutating func writeText(_ field: LogField) {
        write(" \(field.name)=")
        switch field.value {
        case .text(let text) where text.isEmpty || text.contains(" ") || text.contains("\""): writeJSON(text)
        case .text(let text): writeEscaped(text)
        case .integer(let number): write("\(number)")
        case .decimal(let number): write("\(number)")
        case .boolean(let flag): write("\(flag)")
        }
    }

    private mutating func writeJSON(_ value: LogField.Value) {
        switch value {
        case .text(let text): writeJSON(text)
        case .integer(let number): write("\(number)")
        case .decimal(let number): write(number.isFinite ? "\(number)" : "null")
        case .boolean(let flag): write("\(flag)")
        }
    }

    /// RFC 8259 §7; besides what must be escaped, DEL and the C1 controls, which some terminals obey.
    private mutating func writeJSON(_ text: String) {
        write("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": write("\\\"")
            case "\\": write("\\\\")
            case _ where scalar.isControl: write("\\u00" + hexadecimal(scalar))
            default: write(String(scalar))
            }
        }
        write("\"")
    }

    private mutating func writeEscaped(_ text: String) {
        for scalar in text.unicodeScalars { write(scalar.isControl ? "\\x" + hexadecimal(scalar) : String(scalar)) }
    }

    private mutating func write(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// RFC 3339, UTC, milliseconds.
    private mutating func write(_ time: timespec) {
        var seconds = time.tv_sec
        var parts = tm()
        gmtime_r(&seconds, &parts)
        write(padded(Int(parts.tm_year) + 1900, 4) + "-" + padded(Int(parts.tm_mon) + 1, 2) + "-")
        write(padded(Int(parts.tm_mday), 2) + "T" + padded(Int(parts.tm_hour), 2) + ":")
        write(padded(Int(parts.tm_min), 2) + ":" + padded(Int(parts.tm_sec), 2))
        write("." + padded(time.tv_nsec / 1_000_000, 3) + "Z")
    }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// Two digits; only controls are asked for, which fit.
func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
}

extension Unicode.Scalar {
    /// C0, DEL and C1.
    var isControl: Bool { value < 0x20 || (0x7f...0x9f).contains(value) }
}
