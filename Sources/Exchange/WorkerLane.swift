import CLinux

/// The worker's end of one lane. Used only by the thread that holds the baton (taking) or the interpreter lock
/// (publishing).
package struct WorkerLane {
    package let base: UnsafeMutableRawPointer
    /// Wakes this lane's reactor: an eventfd that the server watches edge-triggered and never reads.
    package let wakeDescriptor: Int32
    private var submittedHead: UInt32 = 0
    private var completedTail: UInt32 = 0
    /// Entries were passed whose request had been taken back: what was sent beside them may still lie there.
    package var hasPassedReclaimed = false

    package init(segment: Segment, reactor: Int, wakeDescriptor: Int32) {
        base = segment.lane(reactor)
        self.wakeDescriptor = wakeDescriptor
    }

    @inline(__always) package func slot(_ index: Int) -> Slot { Segment.slot(index, lane: base) }

    package var hasWork: Bool { cl_load_u32(base + Layout.Lane.submittedTail) != submittedHead }

    /// Takes the next request that is still ours, now running. Nil when the ring is empty.
    package mutating func take() -> (slot: Int, generation: UInt64)? {
        while true {
            let tail = cl_load_u32(base + Layout.Lane.submittedTail)
            guard tail != submittedHead else { return nil }
            let entry = self.entry(at: submittedHead)
            let index = Int(entry & 0xFF)
            let generation = entry >> 8
            if tail &- submittedHead > 1 { fetch(self.entry(at: submittedHead &+ 1)) }
            // The slot is taken before the entry is passed: a passed entry of a reclaimed slot frees that slot.
            let taken = slot(index).move(generation: generation, from: .queued, to: .running)
            submittedHead &+= 1
            cl_store_u32(base + Layout.Lane.submittedHead, submittedHead)
            if taken { return (index, generation) }
            hasPassedReclaimed = true
        }
    }

    @inline(__always)
    private func entry(at position: UInt32) -> UInt64 {
        let place = Int(position) & (Layout.ringEntries - 1)
        return base.load(fromByteOffset: Layout.Lane.submittedEntries + place * 8, as: UInt64.self)
    }

    /// While this request runs, the next one's control words, record and head come over from the server's processor.
    @inline(__always)
    private func fetch(_ entry: UInt64) { cl_prefetch(slot(Int(entry & 0xFF)).base, 7) }

    /// Tells the reactor that a slot has news: one entry at most per slot, one wake-up only if the reactor sleeps.
    package mutating func notify(slot index: Int) {
        guard cl_exchange_u32(slot(index).base + Layout.Slot.notified, 1) == 0 else { return }
        let place = Int(completedTail) & (Layout.ringEntries - 1)
        base.storeBytes(of: UInt32(index), toByteOffset: Layout.Lane.completedEntries + place * 4, as: UInt32.self)
        completedTail &+= 1
        cl_store_u32(base + Layout.Lane.completedTail, completedTail)
        wakeReactor()
    }

    private func wakeReactor() {
        cl_fence()
        guard cl_load_relaxed_u32(base + Layout.Lane.reactorSleeps) != 0 else { return }
        guard cl_exchange_u32(base + Layout.Lane.reactorSleeps, 0) != 0 else { return }
        var one: UInt64 = 1
        _ = write(wakeDescriptor, &one, 8)
    }
}
