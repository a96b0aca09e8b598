import HTTP
import Peers

/// One line of the access log. Control bytes, quotes and backslashes are escaped, so no value can forge a line or a
/// field; credentials are not among the fields.
struct AccessLine {
    /// Apache's limit for a request line and for a field (LimitRequestLine, LimitRequestFieldSize): what is longer is
    /// cut, and the cut marked.
    static let longestField = 8190
    /// Four fields of which every byte is escaped, and what stands between them.
    static let longest = 4 * (longestField * 6 + 8) + 512

    /// Nil for a Unix socket's peer.
    var client: IPAddress?
    /// What the slices count in; empty when no head was read.
    var head: UnsafeRawBufferPointer
    var method = Slice.empty
    var target = Slice.empty
    var referer = Slice.empty
    var userAgent = Slice.empty
    var version = HTTPVersion.http11
    var status: UInt16 = 0
    var bytes: UInt64 = 0
    var identifier: UInt64 = 0
    var nanoseconds: Int64 = 0

    /// Writes the line with its line feed; `target` has room for `longest`. Answers the length.
    func write(as format: AccessLogFormat, stamp: borrowing AccessStamp, to target: UnsafeMutableRawPointer) -> Int {
        var text = LineText(target, escapes: format == .json ? .json : .hexadecimal)
        if format == .json { writeJSON(stamp, to: &text) } else { writeCombined(stamp, to: &text) }
        return text.count
    }

    private var protocolName: StaticString {
        if method.isEmpty { return "-" }
        return version == .http10 ? "HTTP/1.0" : "HTTP/1.1"
    }

    /// Apache's "combined", and the milliseconds behind it. As there, a request that could not be read is `-`.
    private func writeCombined(_ stamp: borrowing AccessStamp, to text: inout LineText) {
        putClient(to: &text)
        text.put(" - - [")
        text.put(stamp.second.text, stamp.second.count)
        text.put("] \"")
        put(method, to: &text)
        if !method.isEmpty {
            text.put(" ")
            put(target, to: &text)
            text.put(" ")
            text.put(protocolName)
        }
        text.put("\" ")
        text.put(UInt64(status))
        text.put(" ")
        if bytes == 0 { text.put("-") } else { text.put(bytes) }
        text.put(" \"")
        put(referer, to: &text)
        text.put("\" \"")
        put(userAgent, to: &text)
        text.put("\" ")
        text.put(milliseconds: nanoseconds)
        text.put("\n")
    }

    private func writeJSON(_ stamp: borrowing AccessStamp, to text: inout LineText) {
        text.put("{\"time\":\"")
        text.put(stamp.second.text, stamp.second.count)
        text.put(threeDigits: UInt64(stamp.milliseconds))
        text.put("Z\",\"client\":\"")
        putClient(to: &text)
        text.put("\",\"method\":\"")
        put(method, to: &text)
        text.put("\",\"target\":\"")
        put(target, to: &text)
        text.put("\",\"protocol\":\"")
        text.put(protocolName)
        text.put("\",\"status\":")
        text.put(UInt64(status))
        text.put(",\"bytes\":")
        text.put(bytes)
        text.put(",\"milliseconds\":")
        text.put(milliseconds: nanoseconds)
        text.put(",\"request\":")
        text.put(identifier)
        text.put(",\"referer\":\"")
        put(referer, to: &text)
        text.put("\",\"user_agent\":\"")
        put(userAgent, to: &text)
        text.put("\"}\n")
    }

    private func putClient(to text: inout LineText) {
        if let client { text.put(client) } else { text.put("unix:") }
    }

    private func put(_ slice: Slice, to text: inout LineText) {
        guard !slice.isEmpty, Int(slice.offset) + Int(slice.count) <= head.count else { return text.put("-") }
        let value = slice.bytes(in: head)
        text.put(escaped: UnsafeRawBufferPointer(rebasing: value.prefix(Self.longestField)))
        if value.count > Self.longestField { text.put("...") }
    }
}

extension AccessLine {
    init(_ request: RequestPointer, _ connection: ConnectionPointer, now: Int64) {
        self.init(
            client: connection.pointee.hasAddress ? connection.pointee.peer : nil, head: connection.pointee.headBytes,
            method: request.pointee.method, target: request.pointee.target, referer: request.pointee.referer,
            userAgent: request.pointee.userAgent, version: request.pointee.version, status: request.pointee.status,
            bytes: request.pointee.sentBody, identifier: request.pointee.identifier,
            nanoseconds: now - request.pointee.since)
    }
}
