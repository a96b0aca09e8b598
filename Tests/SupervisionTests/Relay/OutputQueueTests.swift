import Testing

@testable import Supervision

@Suite struct OutputQueueTests {
    private func drain(_ queue: inout OutputQueue, pieces size: Int = 4096) -> [UInt8] {
        var out: [UInt8] = []
        while !queue.isEmpty {
            let piece = queue.next(size)
            out += piece
            queue.remove(piece.count)
        }
        return out
    }

    private func line(_ count: Int) -> [UInt8] { [UInt8](repeating: 97, count: count - 1) + [10] }

    @Test func whatGoesInComesOut() {
        var queue = OutputQueue()
        queue.append(Array("one\n".utf8), from: 1)
        queue.append(Array("two\n".utf8), from: 2)
        #expect(text(drain(&queue, pieces: 3)) == "one\ntwo\n")
        #expect(queue.takeLosses() == nil)
    }

    @Test func aPieceEndsWithALineWhereOneEnds() {
        var queue = OutputQueue()
        queue.append(Array("one\ntwo\nthree\n".utf8), from: 1)
        #expect(text(Array(queue.next(10))) == "one\ntwo\n")
        queue.remove(2)
        #expect(text(Array(queue.next(4))) == "e\n")
        #expect(text(Array(queue.next(1))) == "e")
    }

    @Test func beyondTheLimitWholeLinesAreDroppedAndCounted() {
        var queue = OutputQueue()
        queue.append(line(OutputQueue.limit - 10), from: 1)
        queue.append(Array("fits\ndoes not\nnor this\n".utf8), from: 1)
        #expect(queue.takeLosses() == nil, "reported while the jam lasts")
        let out = drain(&queue)
        #expect(text(out.suffix(6)) == "\nfits\n")
        #expect(queue.takeLosses() == OutputQueue.Losses(lines: 2, bytes: 18))
        #expect(queue.takeLosses() == nil)
    }

    @Test func theQueueTakesLinesAgainAfterAJam() {
        var queue = OutputQueue()
        for _ in 0..<3 { queue.append(line(OutputQueue.limit / 2), from: 1) }
        #expect(drain(&queue).count == OutputQueue.limit)
        queue.append(line(OutputQueue.limit), from: 1)
        #expect(drain(&queue).count == OutputQueue.limit)
        #expect(queue.takeLosses()?.lines == 1)
    }

    @Test func ownLinesFindRoomInAJam() {
        var queue = OutputQueue()
        queue.append(line(OutputQueue.limit), from: 1)
        queue.appendOwn(Array("plait: a worker ended\n".utf8))
        #expect(text(drain(&queue).suffix(21)) == "lait: a worker ended\n")
        #expect(queue.takeLosses() == nil)
    }

    @Test func anotherWritersLineDoesNotContinueAnUnfinishedOne() {
        var queue = OutputQueue()
        queue.append(Array("long".utf8), from: 1)
        queue.append(Array("er".utf8), from: 1)
        queue.append(Array("other\n".utf8), from: 2)
        queue.append(Array("rest\n".utf8), from: 1)
        #expect(text(drain(&queue)) == "longer\nother\nrest\n")
    }

    @Test func ourOwnLineDoesNotContinueAnUnfinishedOne() {
        var queue = OutputQueue()
        queue.append(Array("long".utf8), from: 1)
        queue.appendOwn(Array("own\n".utf8))
        #expect(text(drain(&queue)) == "long\nown\n")
    }

    @Test func aLineWhoseRestIsDroppedIsEnded() {
        var queue = OutputQueue()
        queue.append([UInt8](repeating: 97, count: OutputQueue.limit - 2), from: 1)
        queue.append(Array("rest\n".utf8), from: 1)
        #expect(drain(&queue).last == 10)
        #expect(queue.takeLosses()?.lines == 1)
    }
}
