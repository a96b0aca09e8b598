/// A piece of memory from a `BufferPool`. Whoever holds it gives it back once.
package struct Buffer {
    package let base: UnsafeMutableRawPointer
    package let capacity: Int
}

/// Buffers of one reactor, kept for reuse, last in, first out: under load a few warm ones go round.
package struct BufferPool {
    /// A usual request fits the small one, the largest head the large one.
    package static let small = 4 << 10
    package static let large = 80 << 10

    /// More free ones than these are returned to the system.
    private static let keptSmall = 256
    private static let keptLarge = 16

    private var smalls: [Buffer] = []
    private var larges: [Buffer] = []

    package init() {
        smalls.reserveCapacity(Self.keptSmall)
        larges.reserveCapacity(Self.keptLarge)
    }

    /// At least `bytes` long.
    package mutating func take(atLeast bytes: Int) -> Buffer {
        if bytes <= Self.small, let free = smalls.popLast() { return free }
        if bytes > Self.small, bytes <= Self.large, let free = larges.popLast() { return free }
        let capacity = bytes <= Self.small ? Self.small : max(bytes, Self.large)
        return Buffer(base: .allocate(byteCount: capacity, alignment: 64), capacity: capacity)
    }

    package mutating func give(_ buffer: Buffer) {
        if buffer.capacity == Self.small, smalls.count < Self.keptSmall { return smalls.append(buffer) }
        if buffer.capacity == Self.large, larges.count < Self.keptLarge { return larges.append(buffer) }
        buffer.base.deallocate()
    }
}
