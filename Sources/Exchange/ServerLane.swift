import CLinux

/// The server's end of one lane. One reactor thread owns it.
///
/// What the worker's side has written is read once and checked; nothing in here can be led outside the lane, and a
/// value that cannot be is reported as `.violation`, after which the worker is ended.
package struct ServerLane {
    package let base: UnsafeMutableRawPointer
    private let header: UnsafeMutableRawPointer
    /// This side's own copies: what stands in the segment is only told, never believed.
    private var submittedTail: UInt32 = 0
    private var completedHead: UInt32 = 0
    /// The worker's cursor in the submitted ring when it was last looked at.
    private var seenPosition: UInt32 = 0
    /// Per slot: the generation that is in use, or the next to use.
    private var generations: [UInt64]
    /// Free slots, last in, first out: few slots stay warm under light load.
    private var freeSlots: [UInt8]
    /// Reclaimed slots whose entry the worker has not passed yet, with the ring position of that entry.
    private var parked: [(slot: UInt8, position: UInt32)] = []

    package init(segment: Segment, reactor: Int) {
        base = segment.lane(reactor)
        header = segment.base
        generations = Array(repeating: 1, count: Layout.slotsPerLane)
        freeSlots = (0..<UInt8(Layout.slotsPerLane)).reversed()
    }

    /// Names one request in one slot.
    package struct Ticket: Equatable, Sendable {
        package let slot: UInt8
        package let generation: UInt64
    }

    package enum Event: Equatable { case none, news(slot: Int), violation }

    @inline(__always) package func slot(_ index: Int) -> Slot { Segment.slot(index, lane: base) }

    /// Slots that are not free.
    package var inUse: Int { Layout.slotsPerLane - freeSlots.count }

    package var workerSleeps: Bool { cl_load_relaxed_u32(header + Layout.Header.workerSleeps) != 0 }

    // MARK: submit

    /// A free slot, cleared, whose request area the caller fills before `submit`. Nil when all are taken.
    package mutating func acquire() -> Ticket? {
        if !parked.isEmpty { collectParked() }
        guard hasRingRoom(), let index = freeSlots.popLast() else { return nil }
        slot(Int(index)).reset()
        return Ticket(slot: index, generation: generations[Int(index)])
    }

    /// The worker's cursor is looked at only when the one seen last leaves no room: its cache line is the worker's.
    @inline(__always)
    private mutating func hasRingRoom() -> Bool {
        if submittedTail &- seenPosition < UInt32(Layout.ringEntries) { return true }
        seenPosition = workerPosition
        return submittedTail &- seenPosition < UInt32(Layout.ringEntries)
    }

    /// Publishes a filled slot. The worker is not woken: `wakeWorker` does that once per turn.
    package mutating func submit(_ ticket: Ticket) -> UInt32 {
        let place = Int(submittedTail) & (Layout.ringEntries - 1)
        let entry = ticket.generation << 8 | UInt64(ticket.slot)
        let stamp = Slot.Stamp(generation: ticket.generation, state: .queued)
        cl_store_u64(slot(Int(ticket.slot)).base + Layout.Slot.state, stamp.raw)
        base.storeBytes(of: entry, toByteOffset: Layout.Lane.submittedEntries + place * 8, as: UInt64.self)
        let position = submittedTail
        submittedTail &+= 1
        cl_store_u32(base + Layout.Lane.submittedTail, submittedTail)
        return position
    }

    /// Gives back a slot that was acquired and never submitted.
    package mutating func release(unsubmitted ticket: Ticket) { freeSlots.append(ticket.slot) }

    /// Wakes the worker if it has said that it sleeps; else it will see the ring by itself.
    package func wakeWorker() {
        cl_fence()
        guard cl_load_relaxed_u32(header + Layout.Header.workerSleeps) != 0 else { return }
        guard cl_exchange_u32(header + Layout.Header.workerSleeps, 0) != 0 else { return }
        _ = cl_add_u32(header + Layout.Header.wake, 1)
        _ = cl_futex_wake(header + Layout.Header.wake, 1)
    }

    // MARK: complete

    /// The next slot with news, or `.none`.
    @inline(__always)
    package mutating func next() -> Event {
        let tail = cl_load_u32(base + Layout.Lane.completedTail)
        if tail == completedHead { return .none }
        guard tail &- completedHead <= UInt32(Layout.ringEntries) else { return .violation }
        let place = Int(completedHead) & (Layout.ringEntries - 1)
        let index = base.load(fromByteOffset: Layout.Lane.completedEntries + place * 4, as: UInt32.self)
        completedHead &+= 1
        cl_store_u32(base + Layout.Lane.completedHead, completedHead)
        guard index < UInt32(Layout.slotsPerLane) else { return .violation }
        if tail != completedHead { fetchNext() }
        // Cleared before the slot is read: what the worker adds from now on gets an entry of its own.
        _ = cl_exchange_u32(slot(Int(index)).base + Layout.Slot.notified, 0)
        return .news(slot: Int(index))
    }

    /// While this answer is sent, the next one comes over from the worker's processor.
    @inline(__always)
    private func fetchNext() {
        let place = Int(completedHead) & (Layout.ringEntries - 1)
        let index = base.load(fromByteOffset: Layout.Lane.completedEntries + place * 4, as: UInt32.self)
        guard index < UInt32(Layout.slotsPerLane) else { return }
        let next = slot(Int(index))
        cl_prefetch(next.base, 1)
        cl_prefetch(next.responseRing, 3)
    }

    package var hasNews: Bool { cl_load_u32(base + Layout.Lane.completedTail) != completedHead }

    /// The reactor is about to sleep, or is awake again. After `true` it must look at `hasNews` once more.
    package func announce(sleeping: Bool) {
        if sleeping {
            cl_store_seq_u32(base + Layout.Lane.reactorSleeps, 1)
            cl_fence()
        } else {
            cl_store_u32(base + Layout.Lane.reactorSleeps, 0)
        }
    }

    /// The response has been taken whole: the slot may serve again. False if the worker's state word is not `done`.
    package mutating func finish(_ ticket: Ticket) -> Bool {
        let slot = slot(Int(ticket.slot))
        guard slot.stamp == Slot.Stamp(generation: ticket.generation, state: .done) else { return false }
        free(ticket)
        return true
    }

    private mutating func free(_ ticket: Ticket) {
        generations[Int(ticket.slot)] = ticket.generation &+ 1
        slot(Int(ticket.slot)).free(nextGeneration: ticket.generation &+ 1)
        freeSlots.append(ticket.slot)
    }

    // MARK: reclaim

    /// Takes a queued request back. True: it never started and never will here. False: the worker has begun it.
    package mutating func reclaim(_ ticket: Ticket, position: UInt32) -> Bool {
        guard slot(Int(ticket.slot)).move(generation: ticket.generation, from: .queued, to: .reclaimed) else {
            return false
        }
        parked.append((ticket.slot, position))
        return true
    }

    /// A reclaimed slot is used again only when its ring entry has been passed (`consumed` is the worker's cursor).
    private mutating func collectParked() {
        let passed = workerPosition
        // Signed distance: the cursor may have wrapped.
        for entry in parked where Int32(bitPattern: passed &- entry.position) > 0 {
            free(Ticket(slot: entry.slot, generation: generations[Int(entry.slot)]))
        }
        parked.removeAll { Int32(bitPattern: passed &- $0.position) > 0 }
    }

    /// The worker's cursor, held between the entries that are really there.
    private var workerPosition: UInt32 {
        let head = cl_load_u32(base + Layout.Lane.submittedHead)
        return submittedTail &- head <= UInt32(Layout.ringEntries) ? head : submittedTail &- UInt32(Layout.ringEntries)
    }
}
