import Glibc
import Synchronization

/// Finished lines on their way from one reactor to the writer. One thread puts, one takes; neither waits for the other.
///
/// A line is in the ring whole or not at all: its bytes are copied first and then published by moving `written`.
final class AccessLogRing: Sendable {
    let capacity: Int
    /// The producer writes what is free, the consumer reads what is published; the two positions keep them apart.
    nonisolated(unsafe) private let bytes: UnsafeMutableRawPointer
    // Positions count all bytes ever put and taken; the place in the ring is the position's remainder.
    private let written = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)
    private let dropped = Atomic<Int>(0)

    /// `capacity` is a power of two.
    init(capacity: Int = 256 << 10) {
        precondition(capacity.nonzeroBitCount == 1)
        self.capacity = capacity
        bytes = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit { bytes.deallocate() }

    /// Bytes that were put and not yet taken. Any thread may ask.
    var count: Int { written.load(ordering: .acquiring) - taken.load(ordering: .acquiring) }

    /// The writer had better not wait.
    var isFilling: Bool { count > capacity / 2 }

    // MARK: the producer's

    /// A line that finds no room is counted instead.
    func put(_ line: UnsafeRawBufferPointer) {
        let position = written.load(ordering: .relaxed)
        guard let source = line.baseAddress, line.count <= capacity - (position - taken.load(ordering: .acquiring))
        else {
            dropped.add(1, ordering: .relaxed)
            return
        }
        let place = position & (capacity - 1)
        let first = min(line.count, capacity - place)
        (bytes + place).copyMemory(from: source, byteCount: first)
        bytes.copyMemory(from: source + first, byteCount: line.count - first)
        written.store(position + line.count, ordering: .releasing)
    }

    // MARK: the consumer's

    /// Moves everything to `target`, which has room for `capacity` bytes; answers how much it was.
    func take(into target: UnsafeMutableRawPointer) -> Int {
        let position = taken.load(ordering: .relaxed)
        let end = written.load(ordering: .acquiring)
        let place = position & (capacity - 1)
        let first = min(end - position, capacity - place)
        target.copyMemory(from: bytes + place, byteCount: first)
        (target + first).copyMemory(from: bytes, byteCount: end - position - first)
        taken.store(end, ordering: .releasing)
        return end - position
    }

    /// How many lines found no room since the last call.
    func takeDropped() -> Int { dropped.exchange(0, ordering: .relaxed) }
}
