import HTTP
import Testing

@Suite struct RequestParserTests {
    private static let text = "\r\nPOST /a/b?c=d HTTP/1.1\r\nHost: h:1\r\nContent-Length: 12\r\nX-Long: value\r\n\r\n"

    /// Nothing is remembered of a head but how far it was looked at, so one head serves all connections in turn.
    @Test func aHeadCanBeReadIntoOneOfAnotherConnection() {
        var head = RequestHead()
        var first = RequestParser(limits: HeadLimits())
        var second = RequestParser(limits: HeadLimits())
        let bytes = Array(Self.text.utf8)
        #expect(bytes[..<40].withUnsafeBytes { first.parse($0, into: &head) } == .incomplete)
        let other = Array("HEAD * HTTP/1.0\r\n".utf8)
        #expect(other.withUnsafeBytes { second.parse($0, into: &head) } == .failed(.asteriskWithoutOptions))
        #expect(bytes.withUnsafeBytes { first.parse($0, into: &head) } == .complete)
        #expect(head.byteCount == bytes.count)
        #expect(head.body == .length(12))
        #expect(head.fields.count == 3)
        #expect(head.methodKind == .post)
    }

    /// Slices count from the first byte given, the empty line before the head included.
    @Test func slicesPointIntoTheBytesGiven() {
        let bytes = Array(Self.text.utf8)
        let head = parse(Self.text).head
        func text(_ slice: Slice) -> String {
            bytes.withUnsafeBytes { String(decoding: slice.bytes(in: $0), as: UTF8.self) }
        }
        #expect(text(head.method) == "POST")
        #expect(text(head.target) == "/a/b?c=d")
        #expect(text(head.path) == "/a/b")
        #expect(text(head.query) == "c=d")
        #expect(text(head.authority) == "h:1")
        #expect(head.fields.map { text($0.name) } == ["Host", "Content-Length", "X-Long"])
        #expect(head.fields.map { text($0.value) } == ["h:1", "12", "value"])
    }

    /// What one head decides does not leak into the next.
    @Test func everyHeadBeginsAnew() {
        var head = RequestHead()
        var parser = RequestParser(limits: HeadLimits())
        let heads = [
            "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
            "GET http://b/?q HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: chunked\r\n\r\n",
            "GET / HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: d\r\n\r\n",
        ]
        for text in heads {
            #expect(Array(text.utf8).withUnsafeBytes { parser.parse($0, into: &head) } == .complete)
        }
        #expect(head.keepAlive && !head.expectsContinue && !head.isOptionsStar)
        #expect(head.body == .none)
        #expect(head.version == .http11)
        #expect(head.query.isEmpty)
        #expect(head.authority.count == 1)
        #expect(head.fields.count == 1)
    }

    /// A whole head of `n` bytes that comes byte by byte is read in time that grows as `n`, not as its square: at most
    /// one attempt for each doubling, and one at the end.
    @Test func slowClientsCostNoMoreThanTheirBytes() {
        var parser = RequestParser(limits: HeadLimits())
        var head = RequestHead()
        let bytes = Array(("GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "v", count: 9000) + "\r\n\r\n").utf8)
        var attempts = 0
        for count in 1..<bytes.count {
            // An attempt empties the list of fields; what is put there shows whether there was one.
            head.fields = [Field(name: .empty, value: .empty, known: .te, hasUnderscore: false)]
            #expect(bytes[..<count].withUnsafeBytes { parser.parse($0, into: &head) } == .incomplete)
            #expect(parser.scanned == count)
            if head.fields.first?.known != .te { attempts += 1 }
        }
        #expect(attempts <= 15)
        #expect(bytes.withUnsafeBytes { parser.parse($0, into: &head) } == .complete)
        #expect(parser.scanned == 0)
    }

    /// A fault in the first bytes is told at once, before a line has ended.
    @Test(arguments: [
        ("\u{16}", RequestError.tlsClientHello), ("\u{0}", .methodInvalid), ("{", .methodInvalid), ("\n", .bareLF),
        ("GET /\u{1}", .targetByteInvalid), ("GET  ", .targetEmpty),
        ("GET / HTTP/1.1\r\n ", .whiteSpaceBeforeFirstField),
    ])
    func garbageIsToldEarly(_ text: String, _ error: RequestError) {
        #expect(parse(text).progress == .failed(error))
    }

    @Test func nothingIsIncomplete() {
        var parser = RequestParser(limits: HeadLimits())
        var head = RequestHead()
        #expect(parser.parse(UnsafeRawBufferPointer(start: nil, count: 0), into: &head) == .incomplete)
        #expect(parser.scanned == 0)
    }

    /// RFC 9112 §9.3.2: what follows a head is the next one's, and untouched.
    @Test func bytesAfterTheHeadAreLeft() {
        let first = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        let (progress, head) = parse(first + "\u{0}\u{1}garbage\n\n")
        #expect(progress == .complete)
        #expect(head.byteCount == first.utf8.count)
    }
}
