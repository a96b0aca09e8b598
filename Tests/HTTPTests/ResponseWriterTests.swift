import HTTP
import Testing

/// A response head as the tests write it.
struct Response {
    var status: UInt16 = 200
    var reason = "OK"
    var fields: [(String, String)] = []
    var version = HTTPVersion.http11
    var isHead = false
    var wantsKeepAlive = true
    var knownLength: UInt64?
    var date = ""
    var server = ""
    var capacity = 1024

    struct Written: Equatable {
        var text: String
        var framing: ResponseFraming
        var closes: Bool
    }

    func write() throws(ResponseError) -> Written {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
        defer { buffer.deallocate() }
        let context = ResponseContext(version: version, isHead: isHead, wantsKeepAlive: wantsKeepAlive)
        var writer = ResponseWriter(into: buffer, context: context)
        try write(to: &writer)
        let framing = try Self.bytes(date, server) { (date, server) throws(ResponseError) in
            try writer.finish(knownLength: knownLength, date: date, server: server)
        }
        let text = String(decoding: buffer[..<writer.count].map { $0 & 0x7f }, as: UTF8.self)
        return Written(text: text, framing: framing, closes: writer.closes)
    }

    private func write(to writer: inout ResponseWriter) throws(ResponseError) {
        try Self.bytes(reason, "") { (reason, _) throws(ResponseError) in
            try writer.writeStatus(status, reason: reason)
        }
        for (name, value) in fields {
            try Self.bytes(name, value) { (name, value) throws(ResponseError) in
                try writer.append(name: name, value: value)
            }
        }
    }

    var error: ResponseError? {
        do throws(ResponseError) {
            _ = try write()
            return nil
        } catch {
            return error
        }
    }

    /// Two texts as latin-1 bytes.
    private static func bytes<Answer>(
        _ first: String, _ second: String,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws(ResponseError) -> Answer
    ) throws(ResponseError) -> Answer {
        let (first, second) = (latin1(first), latin1(second))
        return try first.withUnsafeBytes { first in
            second.withUnsafeBytes { second in
                Result { () throws(ResponseError) in try body(first, second) }
            }
        }.get()
    }

    private static func latin1(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
}

@Suite struct ResponseWriterTests {
    @Test func aPlainAnswer() throws {
        let written = try Response(
            fields: [("Content-Type", "text/plain"), ("content-length", "12")], knownLength: 12,
            date: "Sun, 06 Nov 1994 08:49:37 GMT", server: "plait"
        ).write()
        #expect(
            written.text == """
                HTTP/1.1 200 OK\r
                Content-Type: text/plain\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Server: plait\r
                Content-Length: 12\r
                \r

                """)
        #expect(written.framing == .length(12))
        #expect(!written.closes)
    }

    /// RFC 9112 §4: the space after the code stays where the phrase is empty.
    @Test func theReasonMayBeEmpty() throws {
        #expect(try Response(reason: "", knownLength: 0).write().text.hasPrefix("HTTP/1.1 200 \r\n"))
    }

    /// RFC 9110 §6.6.1, §10.2.4: the application's own Date and Server win.
    @Test func theApplicationsDateAndServerWin() throws {
        let fields = [("DATE", "x"), ("server", "y")]
        let text = try Response(fields: fields, knownLength: 0, date: "our date", server: "ours").write().text
        #expect(text.contains("DATE: x\r\nserver: y\r\n"))
        #expect(!text.contains("our"))
    }

    /// RFC 9112 §6.3, in its order.
    @Test(
        arguments: [
            (Response(fields: [("Content-Length", "5")]), ResponseFraming.length(5)),
            (Response(fields: [("Content-Length", "5")], knownLength: 7), .length(5)),
            (Response(knownLength: 7), .length(7)), (Response(knownLength: 0), .length(0)), (Response(), .chunked),
            (Response(version: .http10), .untilClose), (Response(version: .http10, knownLength: 3), .length(3)),
            (Response(isHead: true), ResponseFraming.none),
            (Response(isHead: true, knownLength: 3), ResponseFraming.none),
            (Response(fields: [("Content-Length", "5")], isHead: true), ResponseFraming.none),
            (Response(status: 204), ResponseFraming.none), (Response(status: 304), ResponseFraming.none),
            (Response(status: 103), ResponseFraming.none),
            (Response(status: 205, knownLength: 4), ResponseFraming.none),
        ] as [(Response, ResponseFraming)])
    func framingIsDecided(_ response: Response, _ framing: ResponseFraming) throws {
        #expect(try response.write().framing == framing)
    }

    /// RFC 9110 §8.6 and RFC 9112 §6.1: what a head may say of content that it does not have.
    @Test(
        arguments: [
            (Response(), "Transfer-Encoding: chunked\r\n"), (Response(knownLength: 0), "Content-Length: 0\r\n"),
            (Response(knownLength: .max), "Content-Length: 18446744073709551615\r\n"),
            (Response(isHead: true), ""), (Response(isHead: true, knownLength: 0), ""),
            (Response(isHead: true, knownLength: 3), "Content-Length: 3\r\n"),
            (Response(fields: [("Content-Length", "0")], isHead: true), "Content-Length: 0\r\n"),
            (Response(status: 204, fields: [("Content-Length", "0")]), ""), (Response(status: 204, knownLength: 0), ""),
            (Response(status: 100, knownLength: 0), ""), (Response(status: 304, knownLength: 0), ""),
            (Response(status: 304, fields: [("Content-Length", " 9\t")]), "Content-Length: 9\r\n"),
            (Response(status: 205, fields: [("Content-Length", "4")]), "Content-Length: 0\r\n"),
        ] as [(Response, String)])
    func lengthFieldsFitTheStatus(_ response: Response, _ line: String) throws {
        let text = try response.write().text
        let rest = text.drop { $0 != "\r\n" }
        #expect(rest == "\r\n" + line + "\r\n")
    }

    /// RFC 9112 §9.3 and §9.6
    @Test(
        arguments: [
            (Response(knownLength: 0), false, false, false),
            (Response(wantsKeepAlive: false, knownLength: 0), true, true, false),
            (Response(version: .http10, knownLength: 0), false, false, true),
            (Response(version: .http10, wantsKeepAlive: false, knownLength: 0), true, true, false),
            (Response(version: .http10), true, true, false),
        ] as [(Response, Bool, Bool, Bool)])
    func connectionIsSaid(_ response: Response, _ closes: Bool, _ saysClose: Bool, _ saysKeepAlive: Bool) throws {
        let written = try response.write()
        #expect(written.closes == closes)
        #expect(written.text.contains("Connection: close\r\n") == saysClose)
        #expect(written.text.contains("Connection: keep-alive\r\n") == saysKeepAlive)
        #expect(written.text.hasPrefix("HTTP/1.1 "))
    }

    /// RFC 9110 §7.6.1, PEP 3333: what belongs to the connection belongs to the server.
    @Test(arguments: [
        "Connection", "keep-alive", "Proxy-Connection", "Proxy-Authenticate", "proxy-authorization", "TE", "Trailer",
        "Transfer-Encoding", "UPGRADE", "Proxy-X",
    ])
    func hopByHopFieldsAreRefused(_ name: String) {
        #expect(Response(fields: [(name, "x")]).error == .hopByHopField)
    }

    @Test(arguments: ["Proxy", "X-Connection", "Keep-Alive-X", "Trailers-X", "Proxy_X", "Set-Cookie", "X_Y"])
    func otherFieldsPass(_ name: String) throws {
        #expect(try Response(fields: [(name, "x")]).write().text.contains("\r\n\(name): x\r\n"))
    }

    /// RFC 9110 §8.6
    @Test(arguments: ["", "-1", "+1", "1.0", "0x1", "1,1", "abc", "01", "9223372036854775808", "1 1"])
    func declaredLengthIsStrict(_ value: String) {
        #expect(Response(fields: [("Content-Length", value)]).error == .contentLengthInvalid)
    }

    @Test func declaredLengthIsGivenOnce() {
        let fields = [("Content-Length", "1"), ("content-length", "1")]
        #expect(Response(fields: fields).error == .contentLengthRepeated)
    }

    /// RFC 9110 §5.1, §5.5, RFC 9112 §4: nothing that splits a response gets through.
    @Test func bytesAreJudged() {
        for byte in UInt8.min...UInt8.max {
            let character = String(UnicodeScalar(byte))
            let isText = byte == 9 || byte >= 0x20 && byte != 0x7f
            let isToken = byte > 0x20 && byte < 0x7f && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
            for filler in ["", "abcdefg", "abcdefghijklmnopqrst"] {
                let text = filler + character + filler
                #expect(Response(fields: [("X", text)]).error == (isText ? nil : .fieldValueInvalid))
                #expect(Response(reason: text).error == (isText ? nil : .reasonInvalid))
                #expect(Response(fields: [("X" + text, "")]).error == (isToken ? nil : .fieldNameInvalid))
            }
        }
        #expect(Response(fields: [("", "x")]).error == .fieldNameEmpty)
    }

    @Test(arguments: [0, 99, 600, 999, UInt16.max])
    func statusIsInRange(_ status: UInt16) {
        #expect(Response(status: status).error == .statusOutOfRange)
    }

    /// A buffer of any size: written whole or refused, and never past its end (the address sanitizer's to see).
    @Test func overflowIsTold() throws {
        let response = Response(fields: [("Content-Type", "text/html"), ("X", "y")], knownLength: 4)
        let whole = try response.write()
        for capacity in 0..<300 {
            var smaller = response
            smaller.capacity = capacity
            guard let error = smaller.error else {
                #expect(try smaller.write() == whole)
                continue
            }
            #expect(error == .overflow)
        }
    }
}
