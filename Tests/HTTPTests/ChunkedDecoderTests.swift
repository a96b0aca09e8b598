import HTTP
import Testing

@Suite struct ChunkedDecoderTests {
    private func steps(_ pieces: [String]) -> [ChunkStep] {
        var decoder = ChunkedDecoder(limits: ChunkLimits())
        return pieces.map { piece in Array(piece.utf8).withUnsafeBytes { decoder.next($0) } }
    }

    /// RFC 9112 §7.1: a step tells what to skip and what to take, and leaves the rest for the next.
    @Test func dataIsTakenWhereItLies() {
        #expect(steps(["5\r\nhello\r\n0\r\n\r\n"]) == [.data(skip: 3, count: 5)])
        #expect(
            steps(["5\r\nhe", "llo", "\r\n0\r\n\r\nGET"]) == [
                .data(skip: 3, count: 2), .data(skip: 0, count: 3), .end(consumed: 7),
            ])
    }

    @Test func framingAloneIsUsedUp() {
        #expect(
            steps(["", "5", "\r", "\n", "h", "ello", "\r", "\n0\r\n", "\r\n"]) == [
                .needMore(consumed: 0), .needMore(consumed: 1), .needMore(consumed: 1), .needMore(consumed: 1),
                .data(skip: 0, count: 1), .data(skip: 0, count: 4), .needMore(consumed: 1), .needMore(consumed: 4),
                .end(consumed: 2),
            ])
    }

    /// The largest size is a signed 64-bit number; a client that promises it is believed until the budget says no.
    @Test func largeSizesAreRead() {
        #expect(steps(["7fffffffffffffff\r\nab"]) == [.data(skip: 18, count: 2)])
        #expect(steps(["8000000000000000\r\nab"]) == [.failed(.chunkSizeTooLarge)])
    }

    @Test func stateIsSmall() {
        #expect(MemoryLayout<ChunkedDecoder>.size <= 24)
    }
}
