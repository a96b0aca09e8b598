import CLinux

/// The server's end of one response ring: it believes nothing. Every cursor and length is read once, checked, and kept
/// in this struct; a worker that changes them afterwards changes nothing here.
package struct BlockReader {
    package enum Step: Equatable {
        /// Nothing more is published.
        case empty
        /// `count` bytes of this kind begin here; `payload` reads them, `consume` passes them.
        case block(BlockKind, count: Int)
        case violation
    }

    private let slot: Slot
    /// Bytes passed, headers and padding included; a multiple of eight between blocks.
    private var position: UInt64 = 0
    private var kind = BlockKind.body
    /// Payload bytes of the open block that are not consumed yet.
    package private(set) var remaining = 0
    private var padding = 0

    package init(slot: Slot) { self.slot = slot }

    /// The open block, or the next one.
    package mutating func step() -> Step {
        if remaining > 0 { return .block(kind, count: remaining) }
        let tail = cl_load_u64(slot.base + Layout.Slot.responseTail)
        let ready = tail &- position
        if ready == 0 { return .empty }
        guard ready <= UInt64(Layout.responseRingBytes), ready % 8 == 0 else { return .violation }
        let at = Int(position % UInt64(Layout.responseRingBytes))
        let word = cl_load_u64(slot.responseRing + at)
        let length = Int(word >> 32)
        guard let kind = BlockKind(rawValue: UInt32(truncatingIfNeeded: word)), length > 0,
            blockHeaderBytes + padded(length) <= Int(ready)
        else { return .violation }
        self.kind = kind
        position &+= UInt64(blockHeaderBytes)
        remaining = length
        padding = padded(length) - length
        return .block(kind, count: length)
    }

    /// The open block's next bytes, in one run or two. They lie in shared memory: send them or copy them out, never
    /// decide on them in place.
    package func payload() -> (first: UnsafeRawBufferPointer, second: UnsafeRawBufferPointer) {
        let ring = slot.responseRing
        let at = Int(position % UInt64(Layout.responseRingBytes))
        let first = min(remaining, Layout.responseRingBytes - at)
        return (
            UnsafeRawBufferPointer(start: ring + at, count: first),
            UnsafeRawBufferPointer(start: ring, count: remaining - first)
        )
    }

    /// Passes `count` bytes of the open block and gives their place back to the worker.
    package mutating func consume(_ count: Int) {
        remaining -= count
        position &+= UInt64(count)
        if remaining == 0 { position &+= UInt64(padding) }
        cl_store_u64(slot.base + Layout.Slot.responseHead, position)
    }

    /// Wakes a thread of the worker that waits for room, once half the ring is free.
    package func grantRoom() {
        cl_fence()
        guard cl_load_relaxed_u32(slot.base + Layout.Slot.waitsForSpace) != 0 else { return }
        let tail = cl_load_u64(slot.base + Layout.Slot.responseTail)
        guard tail &- position <= UInt64(Layout.responseRingBytes / 2) else { return }
        cl_store_u32(slot.base + Layout.Slot.waitsForSpace, 0)
        slot.signal(Layout.Slot.spaceSignal)
    }
}
