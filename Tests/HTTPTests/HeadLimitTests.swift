import HTTP
import Testing

@Suite struct HeadLimitTests {
    private static let line = "GET / HTTP/1.1\r\n"
    private static let host = "Host: a\r\n"

    /// RFC 9110 §15.5.15: a line of exactly the limit passes, one byte more is 414.
    @Test func requestLineEndsAtTheLimit() {
        let head = Self.line + Self.host + "\r\n"
        #expect(parse(head, limits: HeadLimits(lineBytes: 16)).progress == .complete)
        #expect(parse(head, limits: HeadLimits(lineBytes: 15)).progress == .failed(.requestLineTooLong))
    }

    /// RFC 6585 §5
    @Test func fieldLineEndsAtTheLimit() {
        let head = Self.line + "Host: a\r\nX: 2345678901234567\r\n\r\n"
        #expect(parse(head, limits: HeadLimits(lineBytes: 21)).progress == .complete)
        #expect(parse(head, limits: HeadLimits(lineBytes: 20)).progress == .failed(.fieldLineTooLong))
    }

    @Test func headEndsAtTheLimit() {
        let head = Self.line + Self.host + "\r\n"
        #expect(parse(head, limits: HeadLimits(headBytes: 27)).progress == .complete)
        #expect(parse(head, limits: HeadLimits(headBytes: 26)).progress == .failed(.headTooLarge))
        #expect(parse(head, limits: HeadLimits(headBytes: 20)).progress == .failed(.headTooLarge))
        #expect(parse(head, limits: HeadLimits(headBytes: 10)).progress == .failed(.requestLineTooLong))
        // RFC 9112 §2.2: the forgiven empty line is not charged.
        #expect(parse("\r\n" + head, limits: HeadLimits(headBytes: 27)).progress == .complete)
    }

    @Test func fieldsAreCounted() {
        let head = Self.line + Self.host + "A: 1\r\nB: 2\r\n\r\n"
        #expect(parse(head, limits: HeadLimits(fields: 3)).progress == .complete)
        #expect(parse(head, limits: HeadLimits(fields: 2)).progress == .failed(.tooManyFields))
        #expect(parse("GET / HTTP/1.0\r\n\r\n", limits: HeadLimits(fields: 0)).progress == .complete)
    }

    /// A limit is told as soon as the bytes reach it, not when the line ends.
    @Test func limitsNeedNoLineEnd() {
        let limits = HeadLimits(lineBytes: 32, headBytes: 64)
        let target = String(repeating: "a", count: 40)
        #expect(parse("GET /" + target, limits: limits).progress == .failed(.requestLineTooLong))
        #expect(parse(Self.line + "X: " + target, limits: limits).progress == .failed(.fieldLineTooLong))
        let fields = String(repeating: "X: 890123456789\r\n", count: 4)
        #expect(parse(Self.line + fields, limits: limits).progress == .failed(.headTooLarge))
    }

    /// The same under small limits: the outcome does not depend on how the bytes come.
    @Test(arguments: [8, 16, 21, 27, 28, 40])
    func limitsHoldHoweverTheHeadIsCut(_ bytes: Int) {
        let head = Array((Self.line + Self.host + "X-Name: value\r\n\r\n").utf8)
        for limits in [
            HeadLimits(lineBytes: bytes), HeadLimits(headBytes: bytes), HeadLimits(lineBytes: 20, headBytes: bytes),
        ] {
            var whole = Receiver(limits: limits)
            whole.receive(head)
            var slow = Receiver(limits: limits)
            for byte in head { slow.receive(CollectionOfOne(byte)) }
            #expect(slow.error == whole.error)
            #expect(slow.messages == whole.messages)
        }
    }

    /// Chunk extensions and trailers have limits of their own (RFC 9112 §7.1.1, §7.1.2).
    @Test func chunkLimitsAreExact() {
        func error(_ body: String, _ limits: ChunkLimits) -> RequestError? {
            var receiver = Receiver(chunkLimits: limits)
            receiver.receive("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
            receiver.receive(body.utf8)
            #expect(receiver.error != nil || receiver.isBetweenMessages)
            return receiver.error
        }
        #expect(error("1;abc\r\nx\r\n0;d\r\n\r\n", ChunkLimits(extensionBytes: 4)) == nil)
        #expect(error("1;abc\r\nx\r\n0;d\r\n\r\n", ChunkLimits(extensionBytes: 3)) == .chunkExtensionsTooLong)
        #expect(error("0\r\nA: b\r\n\r\n", ChunkLimits(trailerBytes: 8)) == nil)
        #expect(error("0\r\nA: b\r\n\r\n", ChunkLimits(trailerBytes: 7)) == .trailersTooLarge)
        #expect(error("0\r\nA: b\r\nC: d\r\n\r\n", ChunkLimits(trailerFields: 2)) == nil)
        #expect(error("0\r\nA: b\r\nC: d\r\n\r\n", ChunkLimits(trailerFields: 1)) == .tooManyTrailers)
    }
}
