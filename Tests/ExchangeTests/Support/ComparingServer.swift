import CLinux
import Exchange

/// A reactor without sockets: it submits numbered requests, keeps slots busy, and compares every block with the plan.
struct ComparingServer {
    enum Fault: Error, Equatable {
        case violation, wrongBlock(request: UInt64), tooMuch(request: UInt64), tooLittle(request: UInt64), lostWakeUp
    }

    private struct Running {
        let ticket: ServerLane.Ticket
        let plan: ResponsePlan
        var reader: BlockReader
        var block = 0
        var seen = 0
    }

    private var lane: ServerLane
    private let watch: WakeWatch
    private var running: [Running?] = Array(repeating: nil, count: Layout.slotsPerLane)
    private var inFlight = 0
    private var generator = SeededGenerator(seed: 42)
    private(set) var answered = 0

    init(segment: Segment, watch: WakeWatch) {
        lane = ServerLane(segment: segment, reactor: 0)
        self.watch = watch
    }

    /// `atOnce` requests are with the worker at any time, as long as there are more.
    mutating func serve(_ numbers: Range<UInt64>, atOnce: Int) throws(Fault) {
        var next = numbers.lowerBound
        while next < numbers.upperBound || inFlight > 0 {
            while next < numbers.upperBound, inFlight < atOnce, submit(next) { next += 1 }
            lane.wakeWorker()
            if try !hear() { try awaitNews() }
        }
    }

    /// Ends the worker.
    mutating func end() {
        guard let ticket = lane.acquire() else { return }
        lane.slot(Int(ticket.slot)).requestArea.storeBytes(of: AnsweringWorker.lastRequest, as: UInt64.self)
        _ = lane.submit(ticket)
        lane.wakeWorker()
    }

    /// After a fault: nothing waits for room any more.
    func cancelAll() { for index in 0..<Layout.slotsPerLane { lane.slot(index).cancel() } }

    private mutating func submit(_ number: UInt64) -> Bool {
        guard let ticket = lane.acquire() else { return false }
        let slot = lane.slot(Int(ticket.slot))
        slot.requestArea.storeBytes(of: number, as: UInt64.self)
        _ = lane.submit(ticket)
        running[Int(ticket.slot)] = Running(
            ticket: ticket, plan: ResponsePlan(number: number), reader: BlockReader(slot: slot))
        inFlight += 1
        return true
    }

    private mutating func hear() throws(Fault) -> Bool {
        var isAnything = false
        while true {
            switch lane.next() {
            case .none:
                // As when clients become writable: slots are looked at without news of them.
                if Bool.random(using: &generator) { for index in running.indices { try look(index) } }
                return isAnything
            case .violation: throw .violation
            case .news(let index):
                isAnything = true
                try look(index)
            }
        }
    }

    private mutating func awaitNews() throws(Fault) {
        lane.announce(sleeping: true)
        let isAwake = inFlight == 0 || lane.hasNews || watch.wait()
        lane.announce(sleeping: false)
        guard isAwake else { throw .lostWakeUp }
    }

    private mutating func look(_ index: Int) throws(Fault) {
        guard var entry = running[index] else { return }
        // The state before the blocks: what was published before `done` is then seen.
        let isDone = lane.slot(index).stamp == Slot.Stamp(generation: entry.ticket.generation, state: .done)
        while try step(&entry) {}
        entry.reader.grantRoom()
        running[index] = entry
        guard isDone else { return }
        guard entry.block == entry.plan.counts.count else { throw .tooLittle(request: entry.plan.number) }
        guard lane.finish(entry.ticket) else { throw .violation }
        running[index] = nil
        inFlight -= 1
        answered += 1
    }

    private mutating func step(_ entry: inout Running) throws(Fault) -> Bool {
        switch entry.reader.step() {
        case .empty: return false
        case .violation: throw .violation
        case .block(let kind, let remaining):
            let (plan, block) = (entry.plan, entry.block)
            guard block < plan.counts.count else { throw .tooMuch(request: plan.number) }
            let whole = plan.bytes(block)
            guard kind == plan.kind(block), remaining == whole.count - entry.seen else {
                throw .wrongBlock(request: plan.number)
            }
            let (first, second) = entry.reader.payload()
            let rest = UnsafeRawBufferPointer(rebasing: whole[entry.seen...])
            guard same(first, UnsafeRawBufferPointer(rebasing: rest[..<first.count])),
                same(second, UnsafeRawBufferPointer(rebasing: rest[first.count...]))
            else { throw .wrongBlock(request: plan.number) }
            // A slow client takes a part only.
            let part = Int.random(in: 0..<4, using: &generator) == 0 ? (remaining + 1) / 2 : remaining
            entry.reader.consume(part)
            entry.seen = part == remaining ? 0 : entry.seen + part
            if part == remaining { entry.block += 1 }
            return true
        }
    }
}
