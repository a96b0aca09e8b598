import Testing

@testable import Serving

@Suite struct AccessLogRingTests {
    private func put(_ text: String, into ring: AccessLogRing) {
        Array(text.utf8).withUnsafeBytes { ring.put($0) }
    }

    private func take(from ring: AccessLogRing) -> String {
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: ring.capacity, alignment: 1)
        defer { target.deallocate() }
        guard let base = target.baseAddress else { return "" }
        return String(decoding: target[..<ring.take(into: base)], as: UTF8.self)
    }

    @Test func givesBackInOrder() {
        let ring = AccessLogRing(capacity: 16)
        put("one\n", into: ring)
        put("two\n", into: ring)
        #expect(ring.count == 8)
        #expect(take(from: ring) == "one\ntwo\n")
        #expect(take(from: ring) == "")
    }

    @Test func linesAroundTheEndAreWhole() {
        let ring = AccessLogRing(capacity: 16)
        for number in 0..<1000 {
            let line = String(repeating: "x", count: number % 13) + "\(number % 10)\n"
            put(line, into: ring)
            #expect(take(from: ring) == line)
        }
    }

    @Test func aFullRingIsFullToTheLastByte() {
        let ring = AccessLogRing(capacity: 16)
        put("0123456\n", into: ring)
        put("89abcde\n", into: ring)
        #expect(ring.takeDropped() == 0)
        #expect(take(from: ring) == "0123456\n89abcde\n")
    }

    @Test func whatFindsNoRoomIsCountedOnce() {
        let ring = AccessLogRing(capacity: 16)
        put("0123456789\n", into: ring)
        put("0123456789\n", into: ring)
        put("this would never fit\n", into: ring)
        put("abc\n", into: ring)
        #expect(ring.takeDropped() == 2)
        #expect(ring.takeDropped() == 0)
        #expect(take(from: ring) == "0123456789\nabc\n")
    }

    @Test(arguments: [(4, "a\n"), (5, "a\nbb\n"), (6, "a\nbb\n"), (20, "a\nbb\nccccccc\n")])
    func piecesForAPipeAreWholeLines(limit: Int, piece: String) {
        check("a\nbb\nccccccc\n", limit, piece)
    }

    @Test func aLineLongerThanAPieceIsDivided() {
        check("ccccccc\nd\n", 4, "cccc")
        check("ccc\nd\n", 4, "ccc\n")
    }

    private func check(_ lines: String, _ limit: Int, _ piece: String) {
        Array(lines.utf8).withUnsafeBytes {
            #expect(String(decoding: AccessLogFile.piece(of: $0, atMost: limit), as: UTF8.self) == piece)
        }
    }
}
