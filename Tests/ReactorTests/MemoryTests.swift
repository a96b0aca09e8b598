import Reactor
import Testing

/// Buffers and slabs: what is taken, given back, and taken again.
@Suite struct MemoryTests {
    // MARK: buffers

    @Test(arguments: [
        (0, BufferPool.small), (1, BufferPool.small), (BufferPool.small, BufferPool.small),
        (BufferPool.small + 1, BufferPool.large), (BufferPool.large, BufferPool.large),
        (BufferPool.large + 1, BufferPool.large + 1), (1 << 20, 1 << 20),
    ])
    func aBufferIsAtLeastAsLongAsAskedFor(bytes: Int, capacity: Int) {
        var pool = BufferPool()
        let buffer = pool.take(atLeast: bytes)
        #expect(buffer.capacity == capacity)
        #expect(Int(bitPattern: buffer.base) % 64 == 0)
        buffer.base.storeBytes(of: 1, toByteOffset: buffer.capacity - 1, as: UInt8.self)
        pool.give(buffer)
    }

    @Test(arguments: [BufferPool.small, BufferPool.large])
    func theBufferGivenBackLastIsTakenFirst(bytes: Int) {
        var pool = BufferPool()
        let buffers = (0..<3).map { _ in pool.take(atLeast: bytes) }
        for buffer in buffers { pool.give(buffer) }
        let again = (0..<3).map { _ in pool.take(atLeast: bytes) }
        #expect(again.map(\.base) == buffers.reversed().map(\.base))
        again.forEach { pool.give($0) }
    }

    @Test func buffersInUseNeverOverlap() {
        var pool = BufferPool()
        var generator = SystemRandomNumberGenerator()
        var held: [Buffer] = []
        for _ in 0..<2000 {
            if held.count < 50, Bool.random(using: &generator) {
                held.append(pool.take(atLeast: [100, 5000, 100_000].randomElement(using: &generator) ?? 1))
            } else if !held.isEmpty {
                pool.give(held.remove(at: Int.random(in: held.indices, using: &generator)))
            }
        }
        let runs = held.map { (Int(bitPattern: $0.base), $0.capacity) }.sorted { $0.0 < $1.0 }
        #expect(zip(runs, runs.dropFirst()).allSatisfy { $0.0 + $0.1 <= $1.0 })
        held.forEach { pool.give($0) }
    }

    @Test func moreThanAreKeptMayBeGivenBack() {
        var pool = BufferPool()
        for bytes in [BufferPool.small, BufferPool.large] {
            let buffers = (0..<300).map { _ in pool.take(atLeast: bytes) }
            buffers.forEach { pool.give($0) }
        }
        #expect(pool.take(atLeast: 1).capacity == BufferPool.small)
    }

    // MARK: slabs

    @Test func freshElementsAreBlankAndNumberedInOrder() {
        var slab = Slab<Int>()
        for expected in UInt32(0)..<1000 {
            let index = slab.take(blank: 7)
            #expect(index == expected)
            #expect(slab[index].pointee == 7)
        }
        #expect(slab.count == 1000 && slab.extent == 1000)
    }

    @Test func addressesStayWhereTheyAreWhileTheSlabGrows() {
        var slab = Slab<Int>()
        let early = (0..<10).map { _ in slab.take(blank: 0) }
        let addresses = early.map { slab[$0] }
        for (place, index) in early.enumerated() { slab[index].pointee = place }
        for _ in 0..<10_000 { _ = slab.take(blank: -1) }
        #expect(early.map { slab[$0] } == addresses)
        #expect(early.map { slab[$0].pointee } == Array(0..<10))
    }

    /// Generations are the user's: memory keeps what was left there, so a counter in it lives on.
    @Test func aPlaceThatIsUsedAgainHoldsWhatWasLeftThere() {
        var slab = Slab<Int>()
        let index = slab.take(blank: 0)
        for generation in 1...100 {
            slab[index].pointee += 1
            slab.give(index)
            #expect(slab.take(blank: 0) == index)
            #expect(slab[index].pointee == generation)
        }
        #expect(slab.extent == 1)
    }

    @Test func noPlaceIsTakenTwice() {
        var slab = Slab<Int>()
        var held: Set<UInt32> = []
        for _ in 0..<5000 {
            if held.count < 600, Bool.random() {
                #expect(held.insert(slab.take(blank: 0)).inserted)
            } else if let index = held.popFirst() {
                slab.give(index)
            }
        }
        #expect(slab.count == held.count)
        #expect(slab.extent <= 601)
    }

    @Test func differentPlacesHaveDifferentMemory() {
        var slab = Slab<Int>()
        let indices = (0..<600).map { _ in slab.take(blank: 0) }
        #expect(Set(indices.map { slab[$0] }).count == 600)
    }

    // MARK: the clock

    @Test func theClockNeverGoesBack() {
        var last = MonotonicClock.now()
        for _ in 0..<10_000 {
            let now = MonotonicClock.now()
            #expect(now >= last)
            last = now
        }
    }

    @Test func theClockCountsNanosecondsSinceTheMachinesStart() {
        let before = MonotonicClock.now()
        let end = ContinuousClock.now + .milliseconds(2)
        while ContinuousClock.now < end {}
        #expect(MonotonicClock.now() - before >= 2_000_000)
    }
}
