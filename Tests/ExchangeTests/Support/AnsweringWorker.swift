import CLinux
import Exchange

/// A worker without Python: it takes requests, answers each by its plan, sleeps when there are none, and ends at the
/// request `lastRequest`.
struct AnsweringWorker {
    static let lastRequest = UInt64.max

    var lane: WorkerLane
    let sleep: WorkerSleep
    /// Publishes each block by itself, or lets them gather as far as they fit.
    var gathersBlocks = true

    init(segment: Segment, wakeDescriptor: Int32) {
        lane = WorkerLane(segment: segment, reactor: 0, wakeDescriptor: wakeDescriptor)
        sleep = WorkerSleep(segment: segment)
    }

    mutating func run() {
        while true {
            guard let (index, generation) = lane.take() else {
                awaitWork()
                continue
            }
            let slot = lane.slot(index)
            let number = slot.requestArea.load(as: UInt64.self)
            var writer = BlockWriter(slot: slot)
            if number != Self.lastRequest { answer(number, index, &writer) }
            writer.publish()
            guard slot.move(generation: generation, from: .running, to: .done) else { return }
            lane.notify(slot: index)
            if number == Self.lastRequest { return }
        }
    }

    private func awaitWork() {
        let ticket = sleep.prepare()
        if lane.hasWork { return sleep.cancel() }
        sleep.sleep(ticket)
    }

    private mutating func answer(_ number: UInt64, _ index: Int, _ writer: inout BlockWriter) {
        let plan = ResponsePlan(number: number)
        for block in plan.counts.indices {
            let bytes = plan.bytes(block)
            while writer.room < blockHeaderBytes + padded(bytes.count) {
                writer.publish()
                lane.notify(slot: index)
                writer.waitForRoom()
                if writer.slot.isCancelled { return }
            }
            writer.append(plan.kind(block), bytes)
            if !gathersBlocks {
                writer.publish()
                lane.notify(slot: index)
            }
        }
    }
}
