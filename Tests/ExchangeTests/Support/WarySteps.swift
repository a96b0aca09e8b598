import Exchange

/// Everything a reactor does with a lane, in any order, and what must hold whatever the worker has written.
struct WarySteps {
    enum Broken: Error, Equatable { case outsideTheRing, slotNumber, endless, roomBeyondTheRing, countOfSlots }

    private var lane: ServerLane
    private var readers: [BlockReader]
    private var inUse: [(ticket: ServerLane.Ticket, position: UInt32)] = []
    private var streamed: [UInt64]
    private var generator: SeededGenerator
    private(set) var violations = 0

    init(_ lane: ServerLane, generator: SeededGenerator) {
        self.lane = lane
        self.generator = generator
        readers = (0..<Layout.slotsPerLane).map { BlockReader(slot: lane.slot($0)) }
        streamed = Array(repeating: 0, count: Layout.slotsPerLane)
    }

    mutating func step() throws(Broken) {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: submit()
        case 1: finishOrReclaim()
        case 2: try hear()
        case 3: try stream()
        default: try read(Int.random(in: 0..<Layout.slotsPerLane, using: &generator))
        }
        guard lane.inUse <= Layout.slotsPerLane, lane.inUse >= inUse.count else { throw .countOfSlots }
    }

    private mutating func submit() {
        guard let ticket = lane.acquire() else { return }
        readers[Int(ticket.slot)] = BlockReader(slot: lane.slot(Int(ticket.slot)))
        streamed[Int(ticket.slot)] = 0
        inUse.append((ticket, lane.submit(ticket)))
        lane.wakeWorker()
    }

    private mutating func finishOrReclaim() {
        guard let index = inUse.indices.randomElement(using: &generator) else { return }
        let (ticket, position) = inUse[index]
        if lane.finish(ticket) || lane.reclaim(ticket, position: position) { inUse.remove(at: index) }
    }

    private mutating func hear() throws(Broken) {
        for _ in 0...Layout.ringEntries {
            switch lane.next() {
            case .none: return
            case .violation:
                violations += 1
                return
            case .news(let slot):
                guard (0..<Layout.slotsPerLane).contains(slot) else { throw .slotNumber }
            }
        }
    }

    private mutating func read(_ index: Int) throws(Broken) {
        let ring = UnsafeRawPointer(lane.slot(index).responseRing)
        // No more blocks than fit into the ring, each of at least sixteen bytes, unless the worker adds some meanwhile.
        for _ in 0...Layout.responseRingBytes / 16 {
            switch readers[index].step() {
            case .empty:
                readers[index].grantRoom()
                return
            case .violation:
                violations += 1
                return
            case .block(_, let count):
                let (first, second) = readers[index].payload()
                guard first.count + second.count == count, lies(first, in: ring), lies(second, in: ring) else {
                    throw .outsideTheRing
                }
                readers[index].consume(
                    Bool.random(using: &generator) ? count : Int.random(in: 1...count, using: &generator))
            }
        }
        throw .endless
    }

    private func lies(_ run: UnsafeRawBufferPointer, in ring: UnsafeRawPointer) -> Bool {
        guard let start = run.baseAddress, !run.isEmpty else { return true }
        return start >= ring && start + run.count <= ring + Layout.responseRingBytes
    }

    private mutating func stream() throws(Broken) {
        let index = Int.random(in: 0..<Layout.slotsPerLane, using: &generator)
        let (place, capacity) = (1024, 4096)
        let slot = lane.slot(index)
        let stream = BodyStream(slot: slot, place: AreaSlice(offset: place, count: capacity))
        let run = stream.freeRun(available: streamed[index])
        if let start = run.baseAddress {
            let ring = slot.requestArea + place
            guard start >= ring, start + run.count <= ring + capacity else { throw .roomBeyondTheRing }
        }
        let count = Int.random(in: 1...5000, using: &generator)
        let written = stream.write(Pattern.shared.run(key: 1, count: count), available: streamed[index])
        guard written <= min(count, capacity) else { throw .roomBeyondTheRing }
        streamed[index] &+= UInt64(written)
        if count % 7 == 0 { stream.end() }
        if count % 11 == 0 { slot.cancel() }
    }
}
