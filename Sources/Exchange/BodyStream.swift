import CLinux

/// A request body on its way to the application: a ring behind the head in the request area. `available` counts what
/// the server has written, `consumed` what the worker has read.
package struct BodyStream {
    private let slot: Slot
    private let ring: UnsafeMutableRawPointer
    package let capacity: Int

    package init(slot: Slot, place: AreaSlice) {
        self.slot = slot
        ring = slot.requestArea + Int(place.offset)
        capacity = Int(place.count)
    }

    // MARK: the server writes

    /// Room for `available` bytes written so far. A worker that lies about `consumed` gets none.
    package func room(available: UInt64) -> Int {
        let used = available &- cl_load_u64(slot.base + Layout.Slot.consumed)
        return used <= UInt64(capacity) ? capacity - Int(used) : 0
    }

    /// Copies what fits, publishes it, and returns how much that was.
    package func write(_ bytes: UnsafeRawBufferPointer, available: UInt64) -> Int {
        let count = min(bytes.count, room(available: available))
        guard count > 0, let source = bytes.baseAddress else { return 0 }
        let at = Int(available % UInt64(capacity))
        let first = min(count, capacity - at)
        (ring + at).copyMemory(from: source, byteCount: first)
        if first < count { ring.copyMemory(from: source + first, byteCount: count - first) }
        publish(available: available &+ UInt64(count))
        return count
    }

    /// Where `recv` may put bytes directly: the free run at `available`.
    package func freeRun(available: UInt64) -> UnsafeMutableRawBufferPointer {
        let room = room(available: available)
        guard room > 0 else { return UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        let at = Int(available % UInt64(capacity))
        return UnsafeMutableRawBufferPointer(start: ring + at, count: min(room, capacity - at))
    }

    package func publish(available: UInt64) {
        cl_store_u64(slot.base + Layout.Slot.available, available)
        wakeReader()
    }

    package func end() {
        cl_store_u32(slot.base + Layout.Slot.complete, 1)
        wakeReader()
    }

    private func wakeReader() {
        cl_fence()
        guard cl_load_relaxed_u32(slot.base + Layout.Slot.waitsForBody) != 0 else { return }
        cl_store_u32(slot.base + Layout.Slot.waitsForBody, 0)
        slot.signal(Layout.Slot.bodySignal)
    }

    // MARK: the worker reads

    package enum Readiness: Equatable { case bytes(Int), end, cancelled, nothingYet }

    package func readiness(consumed: UInt64) -> Readiness {
        // The end is looked at first: bytes published before it are then seen.
        let isComplete = cl_load_u32(slot.base + Layout.Slot.complete) != 0
        let available = cl_load_u64(slot.base + Layout.Slot.available)
        if available > consumed { return .bytes(Int(available - consumed)) }
        if isComplete { return .end }
        return slot.isCancelled ? .cancelled : .nothingYet
    }

    /// Copies up to `count` bytes that `readiness` has promised.
    package func read(into target: UnsafeMutableRawPointer, count: Int, consumed: UInt64) {
        let at = Int(consumed % UInt64(capacity))
        let first = min(count, capacity - at)
        target.copyMemory(from: ring + at, byteCount: first)
        if first < count { (target + first).copyMemory(from: ring, byteCount: count - first) }
        cl_store_u64(slot.base + Layout.Slot.consumed, consumed &+ UInt64(count))
    }

    /// Sleeps until body comes, ends, or is cancelled. Not under the interpreter lock.
    package func wait(consumed: UInt64) {
        let word = slot.base + Layout.Slot.bodySignal
        let seen = cl_load_u32(word)
        cl_store_seq_u32(slot.base + Layout.Slot.waitsForBody, 1)
        cl_fence()
        if readiness(consumed: consumed) == .nothingYet { _ = cl_futex_wait(word, seen, -1) }
        cl_store_u32(slot.base + Layout.Slot.waitsForBody, 0)
    }
}
