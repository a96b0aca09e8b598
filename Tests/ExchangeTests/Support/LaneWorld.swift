import CLinux
import Exchange

/// One state of a lane with a few requests in it, and every step that either side may take from there: the real
/// functions on a real segment, with a record of what has truly happened kept beside them.
///
/// A state is saved and put back by copying the two structs and the words they share; two slots are left in use, so
/// that few requests meet on few places.
struct LaneWorld {
    enum Step: Equatable {
        // The server.
        case submit(request: Int)
        case reclaim(request: Int)
        case finish(request: Int)
        case hear
        // The worker.
        case take
        /// `take` in its two atomic halves, so that the server's steps fall between them.
        case claim
        case pass
        case publish(request: Int)
        case markDone(request: Int)
        case tellDone(slot: Int)
    }

    struct Request: Hashable {
        enum Phase: Hashable { case waiting, queued, running, done, answered }
        var phase = Phase.waiting
        var slot = 0
        var generation: UInt64 = 0
        var position: UInt32 = 0
        var runs = 0
        var reclaimsLeft: Int
        var publishesLeft: Int
    }

    /// What must never be.
    enum Broken: Error, Equatable {
        case ranTwice, ranWhatWasTakenBack, reclaimedWhatRuns, couldNotReclaim, slotStillInUse, entryNotPassed
        case generationShrank, finishedEarly, couldNotFinish, violation, newsTwice, newsLost, lost
    }

    static let slotsInUse = 2
    private static let words = 192  // bytes of a slot that anybody changes

    let takesInHalves: Bool
    var requests: [Request]
    /// Tickets are made by the lane alone: each request's last one.
    private var tickets: [ServerLane.Ticket?]
    private var server: ServerLane
    private var worker: WorkerLane
    private var memory: [UInt8] = []
    private var lastGeneration: [UInt64]
    /// Entries of reclaimed requests, per slot the last.
    private var reclaimedAt: [UInt32?]
    /// Slots whose worker has finished and not yet told.
    private var untold: [Int] = []
    /// Slots with news that the server has not heard.
    private var unheard: Set<Int> = []
    /// The half-way worker's cursor, and whether it stands between the halves.
    private var head: UInt32 = 0
    private var isBetween = false

    init(_ lane: Lane, requests count: Int, reclaims: Int, publishes: Int, takesInHalves: Bool) {
        self.takesInHalves = takesInHalves
        requests = Array(repeating: Request(reclaimsLeft: reclaims, publishesLeft: publishes), count: count)
        tickets = Array(repeating: nil, count: count)
        lane.leaveSlots(Self.slotsInUse)
        server = lane.server
        worker = lane.worker
        lastGeneration = Array(repeating: 0, count: Layout.slotsPerLane)
        reclaimedAt = Array(repeating: nil, count: Layout.slotsPerLane)
        save(lane)
    }

    // MARK: saving and restoring

    private static var slots: Range<Int> { Layout.slotsPerLane - slotsInUse..<Layout.slotsPerLane }

    mutating func save(_ lane: Lane) {
        memory.removeAll(keepingCapacity: true)
        memory.append(contentsOf: UnsafeRawBufferPointer(start: lane.control, count: Layout.laneControlBytes))
        for index in Self.slots {
            memory.append(contentsOf: UnsafeRawBufferPointer(start: lane.slot(index).base, count: Self.words))
        }
    }

    func restore(_ lane: Lane) {
        memory.withUnsafeBytes { saved in
            guard let start = saved.baseAddress else { return }
            lane.control.copyMemory(from: start, byteCount: Layout.laneControlBytes)
            for (place, index) in Self.slots.enumerated() {
                let from = start + Layout.laneControlBytes + place * Self.words
                lane.slot(index).base.copyMemory(from: from, byteCount: Self.words)
            }
        }
    }

    /// Equal for states from which the same can happen.
    var key: Int {
        var hasher = Hasher()
        combineMemory(into: &hasher)
        for child in Mirror(reflecting: server).children {
            if let free = child.value as? [UInt8] { hasher.combine(free) }
            if let parked = child.value as? [(slot: UInt8, position: UInt32)] {
                for entry in parked {
                    hasher.combine(entry.slot)
                    hasher.combine(entry.position)
                }
            }
        }
        hasher.combine(requests)
        hasher.combine(reclaimedAt)
        hasher.combine(untold)
        hasher.combine(unheard)
        hasher.combine(head)
        hasher.combine(isBetween)
        return hasher.finalize()
    }

    /// Cursors, the entries between them, and the slots: what has been passed does not matter any more.
    private func combineMemory(into hasher: inout Hasher) {
        memory.withUnsafeBytes { saved in
            func word(_ offset: Int) -> UInt32 { saved.load(fromByteOffset: offset, as: UInt32.self) }
            for (tail, head, entries, size) in [
                (Layout.Lane.submittedTail, Layout.Lane.submittedHead, Layout.Lane.submittedEntries, 8),
                (Layout.Lane.completedTail, Layout.Lane.completedHead, Layout.Lane.completedEntries, 4),
            ] {
                hasher.combine(word(tail))
                hasher.combine(word(head))
                var place = word(head)
                while place != word(tail) {
                    let start = entries + Int(place) % Layout.ringEntries * size
                    hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: saved[start..<start + size]))
                    place &+= 1
                }
            }
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: saved[Layout.laneControlBytes...]))
        }
    }

    // MARK: steps

    /// Every step worth trying; some change nothing, and are claims.
    func steps(_ lane: Lane) -> [Step] {
        var steps: [Step] = []
        // Waiting ones that differ in nothing else than their number: the order among them does not matter.
        var fresh: Set<Int> = []
        for (index, request) in requests.enumerated() {
            switch request.phase {
            case .waiting: if fresh.insert(request.reclaimsLeft).inserted { steps.append(.submit(request: index)) }
            case .queued, .running:
                if request.reclaimsLeft > 0 { steps.append(.reclaim(request: index)) }
                if request.phase == .running { steps.append(.markDone(request: index)) }
                if request.phase == .running, request.publishesLeft > 0 { steps.append(.publish(request: index)) }
            case .done: steps.append(.finish(request: index))
            case .answered: break
            }
        }
        if server.hasNews { steps.append(.hear) }
        if takesInHalves {
            if isBetween { steps.append(.pass) } else if entriesStand(lane) { steps.append(.claim) }
        } else if worker.hasWork {
            steps.append(.take)
        }
        return steps + untold.map { .tellDone(slot: $0) }
    }

    /// Takes one step. False when it changed nothing.
    mutating func take(_ step: Step, _ lane: Lane) throws(Broken) -> Bool {
        switch step {
        case .submit(let index): guard try submit(index, lane) else { return false }
        case .reclaim(let index): try reclaim(index)
        case .finish(let index): try finish(index)
        case .hear: try hear()
        case .take: if let taken = worker.take() { try begin(taken.slot, taken.generation) }
        case .claim: try claim(lane)
        case .pass:
            head &+= 1
            cl_store_u32(lane.control + Layout.Lane.submittedHead, head)
            isBetween = false
        case .publish(let index):
            requests[index].publishesLeft -= 1
            tell(requests[index].slot)
        case .markDone(let index): try markDone(index, lane)
        case .tellDone(let slot):
            untold.removeAll { $0 == slot }
            tell(slot)
        }
        try checkNews(lane)
        save(lane)
        return true
    }

    /// What must hold where no side can take a step any more.
    func checkEnd() throws(Broken) {
        guard requests.allSatisfy({ $0.phase == .answered && $0.runs == 1 }) else { throw .lost }
        guard unheard.isEmpty else { throw .newsLost }
    }

    // MARK: the server's

    private mutating func submit(_ index: Int, _ lane: Lane) throws(Broken) -> Bool {
        guard let ticket = server.acquire() else { return false }
        let slot = Int(ticket.slot)
        let isInUse = requests.contains {
            $0.slot == slot && ($0.phase == .queued || $0.phase == .running || $0.phase == .done)
        }
        guard !isInUse else { throw .slotStillInUse }
        let passed = cl_load_u32(lane.control + Layout.Lane.submittedHead)
        if let position = reclaimedAt[slot], Int32(bitPattern: passed &- position) <= 0 { throw .entryNotPassed }
        guard ticket.generation > lastGeneration[slot] else { throw .generationShrank }
        lastGeneration[slot] = ticket.generation
        tickets[index] = ticket
        requests[index].slot = slot
        requests[index].generation = ticket.generation
        requests[index].position = server.submit(ticket)
        requests[index].phase = .queued
        return true
    }

    private mutating func reclaim(_ index: Int) throws(Broken) {
        guard let ticket = tickets[index] else { throw .couldNotReclaim }
        requests[index].reclaimsLeft -= 1
        let couldReclaim = server.reclaim(ticket, position: requests[index].position)
        if requests[index].phase == .running {
            guard !couldReclaim else { throw .reclaimedWhatRuns }
            return
        }
        guard couldReclaim else { throw .couldNotReclaim }
        reclaimedAt[requests[index].slot] = requests[index].position
        requests[index].phase = .waiting
    }

    private mutating func finish(_ index: Int) throws(Broken) {
        guard let ticket = tickets[index], server.finish(ticket) else { throw .couldNotFinish }
        requests[index].phase = .answered
    }

    private mutating func hear() throws(Broken) {
        guard case .news(let slot) = server.next() else { throw .violation }
        unheard.remove(slot)
    }

    // MARK: the worker's

    private func entriesStand(_ lane: Lane) -> Bool { cl_load_u32(lane.control + Layout.Lane.submittedTail) != head }

    private mutating func claim(_ lane: Lane) throws(Broken) {
        let place = Int(head) & (Layout.ringEntries - 1)
        let entry = lane.control.load(fromByteOffset: Layout.Lane.submittedEntries + place * 8, as: UInt64.self)
        let (slot, generation) = (Int(entry & 0xFF), entry >> 8)
        if lane.slot(slot).move(generation: generation, from: .queued, to: .running) { try begin(slot, generation) }
        isBetween = true
    }

    private mutating func begin(_ slot: Int, _ generation: UInt64) throws(Broken) {
        let index = requests.firstIndex {
            $0.slot == slot && $0.generation == generation && $0.phase != .waiting && $0.phase != .answered
        }
        guard let index else { throw .ranWhatWasTakenBack }
        requests[index].runs += 1
        guard requests[index].phase == .queued, requests[index].runs == 1 else { throw .ranTwice }
        requests[index].phase = .running
    }

    private mutating func markDone(_ index: Int, _ lane: Lane) throws(Broken) {
        let request = requests[index]
        guard lane.slot(request.slot).move(generation: request.generation, from: .running, to: .done) else {
            throw .lost
        }
        requests[index].phase = .done
        untold.append(request.slot)
    }

    private mutating func tell(_ slot: Int) {
        worker.notify(slot: slot)
        unheard.insert(slot)
    }

    // MARK: the completed ring

    private func checkNews(_ lane: Lane) throws(Broken) {
        let tail = cl_load_u32(lane.control + Layout.Lane.completedTail)
        var place = cl_load_u32(lane.control + Layout.Lane.completedHead)
        var seen: Set<UInt32> = []
        while place != tail {
            let offset = Layout.Lane.completedEntries + Int(place) % Layout.ringEntries * 4
            guard seen.insert(lane.control.load(fromByteOffset: offset, as: UInt32.self)).inserted else {
                throw .newsTwice
            }
            place &+= 1
        }
    }
}
