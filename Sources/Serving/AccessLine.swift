import Glibc
import HTTP
import Peers

/// One line of the access log. Control bytes, quotes and backslashes are escaped; credentials are not among the fields.
struct AccessLine {
    private let request: Request
    private let head: UnsafeRawBufferPointer
    private let client: String
    private let seconds: Int64
    private let nanoseconds: Int64

    init(_ request: Request, _ connection: Connection, seconds: Int64, nanoseconds: Int64) {
        self.request = request
        head = connection.headBytes
        client = connection.hasAddress ? connection.peer.description : "unix:"
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    func write(as format: AccessLogFormat, into line: inout [UInt8]) {
        if format == .json { writeJSON(into: &line) } else { writeCombined(into: &line) }
    }

    private var version: StaticString { request.version == .http10 ? "HTTP/1.0" : "HTTP/1.1" }

    /// Apache's "combined", and the milliseconds behind it.
    private func writeCombined(into line: inout [UInt8]) {
        line += Array("\(client) - - [\(Self.stamp(seconds, "%d/%b/%Y:%H:%M:%S +0000"))] \"".utf8)
        escape(request.method, into: &line)
        line.append(UInt8(ascii: " "))
        escape(request.target, into: &line)
        let size = request.sentBody == 0 ? "-" : String(request.sentBody)
        line += Array(" \(version)\" \(request.status) \(size) \"".utf8)
        escape(request.referer, into: &line, orDash: true)
        line += Array("\" \"".utf8)
        escape(request.userAgent, into: &line, orDash: true)
        line += Array("\" \(milliseconds)\n".utf8)
    }

    private func writeJSON(into line: inout [UInt8]) {
        line += Array(
            "{\"time\":\"\(Self.stamp(seconds, "%Y-%m-%dT%H:%M:%SZ"))\",\"client\":\"\(client)\",\"method\":\"".utf8)
        escape(request.method, into: &line)
        line += Array("\",\"target\":\"".utf8)
        escape(request.target, into: &line)
        line += Array("\",\"protocol\":\"\(version)\",\"status\":\(request.status),\"bytes\":\(request.sentBody)".utf8)
        line += Array(",\"milliseconds\":\(milliseconds),\"request\":\(request.identifier),\"referer\":\"".utf8)
        escape(request.referer, into: &line)
        line += Array("\",\"user_agent\":\"".utf8)
        escape(request.userAgent, into: &line)
        line += Array("\"}\n".utf8)
    }

    /// With three decimals.
    private var milliseconds: String {
        let micros = max(0, nanoseconds / 1000)
        let fraction = String(micros % 1000)
        return "\(micros / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    /// JSON's escapes serve both formats; bytes beyond ASCII are latin-1 (RFC 9110 §5.5 leaves them opaque).
    private func escape(_ slice: Slice, into line: inout [UInt8], orDash: Bool = false) {
        guard !slice.isEmpty, Int(slice.offset) + Int(slice.count) <= head.count else {
            if orDash { line.append(UInt8(ascii: "-")) }
            return
        }
        let digits: StaticString = "0123456789abcdef"
        for byte in slice.bytes(in: head) {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): line += [UInt8(ascii: "\\"), byte]
            case 0x20..<0x7F: line.append(byte)
            default:
                line += Array("\\u00".utf8)
                line.append(digits.utf8Start[Int(byte >> 4)])
                line.append(digits.utf8Start[Int(byte & 15)])
            }
        }
    }

    private static func stamp(_ seconds: Int64, _ format: String) -> String {
        var (time, parts) = (time_t(seconds), tm())
        gmtime_r(&time, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            let count = strftime(text.baseAddress, 64, format, &parts)
            return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
