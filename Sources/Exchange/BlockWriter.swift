import CLinux

/// The worker's end of one response ring. Nothing is seen by the server before `publish()`.
package struct BlockWriter {
    package let slot: Slot
    private let ring: UnsafeMutableRawPointer
    private var tail: UInt64 = 0

    package init(slot: Slot) {
        self.slot = slot
        ring = slot.responseRing
    }

    /// Bytes that fit now, headers and padding included.
    package var room: Int {
        Layout.responseRingBytes - Int(tail &- cl_load_u64(slot.base + Layout.Slot.responseHead))
    }

    /// Where the payload of a block that does not wrap may be built: only for the first block of a response.
    package var firstPayload: UnsafeMutableRawPointer { ring + blockHeaderBytes }

    /// Seals the block whose payload was built at `firstPayload`.
    package mutating func commitFirst(_ kind: BlockKind, length: Int) { header(kind, length: length) }

    /// Appends a block; the caller has seen that `blockHeaderBytes + padded(count)` fit into `room`.
    package mutating func append(_ kind: BlockKind, _ bytes: UnsafeRawBufferPointer) {
        let at = Int(tail % UInt64(Layout.responseRingBytes)) + blockHeaderBytes
        let start = at == Layout.responseRingBytes ? 0 : at
        let first = min(bytes.count, Layout.responseRingBytes - start)
        if let source = bytes.baseAddress {
            (ring + start).copyMemory(from: source, byteCount: first)
            if first < bytes.count { ring.copyMemory(from: source + first, byteCount: bytes.count - first) }
        }
        header(kind, length: bytes.count)
    }

    private mutating func header(_ kind: BlockKind, length: Int) {
        let at = Int(tail % UInt64(Layout.responseRingBytes))
        ring.storeBytes(of: kind.rawValue, toByteOffset: at, as: UInt32.self)
        ring.storeBytes(of: UInt32(length), toByteOffset: at + 4, as: UInt32.self)
        tail &+= UInt64(blockHeaderBytes + padded(length))
    }

    package func publish() { cl_store_u64(slot.base + Layout.Slot.responseTail, tail) }

    /// Sleeps until the server has made room or the client has gone. Not under the interpreter lock.
    package func waitForRoom() {
        let word = slot.base + Layout.Slot.spaceSignal
        let seen = cl_load_u32(word)
        cl_store_seq_u32(slot.base + Layout.Slot.waitsForSpace, 1)
        cl_fence()
        let head = cl_load_u64(slot.base + Layout.Slot.responseHead)
        let isFull = tail &- head > UInt64(Layout.responseRingBytes / 2)
        if isFull && !slot.isCancelled { _ = cl_futex_wait(word, seen, -1) }
        cl_store_u32(slot.base + Layout.Slot.waitsForSpace, 0)
    }
}
