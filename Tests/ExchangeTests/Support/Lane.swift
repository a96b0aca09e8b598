import CLinux
import Exchange
import Glibc

/// Both ends of one lane over one mapping, as two processes see it, but in this one: ThreadSanitizer then knows that
/// both mean the same bytes.
final class Lane {
    let segment: Segment
    /// The eventfd that wakes the reactor.
    let wakeDescriptor: Int32
    var server: ServerLane
    var worker: WorkerLane

    init() throws {
        let (segment, descriptor) = try Segment.create(reactors: 1)
        close(descriptor)
        self.segment = segment
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        server = ServerLane(segment: segment, reactor: 0)
        worker = WorkerLane(segment: segment, reactor: 0, wakeDescriptor: wakeDescriptor)
    }

    deinit {
        close(wakeDescriptor)
        segment.unmap()
    }

    var control: UnsafeMutableRawPointer { segment.lane(0) }

    func slot(_ index: Int) -> Slot { Segment.slot(index, lane: control) }

    /// Takes slots out of use until `count` are left, so that few steps meet on few slots.
    func leaveSlots(_ count: Int) {
        for _ in 0..<Layout.slotsPerLane - count { _ = server.acquire() }
    }

    // MARK: both ends' steps; a class, so that a claim may take one

    func acquire() -> ServerLane.Ticket? { server.acquire() }
    func submit(_ ticket: ServerLane.Ticket) -> UInt32 { server.submit(ticket) }
    func release(unsubmitted ticket: ServerLane.Ticket) { server.release(unsubmitted: ticket) }
    func next() -> ServerLane.Event { server.next() }
    func finish(_ ticket: ServerLane.Ticket) -> Bool { server.finish(ticket) }
    func reclaim(_ ticket: ServerLane.Ticket, position: UInt32) -> Bool {
        server.reclaim(ticket, position: position)
    }
    func take() -> (slot: Int, generation: UInt64)? { worker.take() }
    func notify(slot: Int) { worker.notify(slot: slot) }
    func end(_ ticket: ServerLane.Ticket) -> Bool {
        slot(Int(ticket.slot)).move(generation: ticket.generation, from: .running, to: .done)
    }

    /// A slot that has been queued, with its place in the ring.
    func submitted() throws -> (ticket: ServerLane.Ticket, position: UInt32) {
        let ticket = try required(acquire())
        return (ticket, submit(ticket))
    }

    /// A slot that the worker has begun, with its response ring.
    func running() throws -> (ticket: ServerLane.Ticket, ring: ResponseRing) {
        let (ticket, _) = try submitted()
        _ = try required(take())
        return (ticket, ResponseRing(slot(Int(ticket.slot))))
    }
}

/// Both ends of one response ring.
final class ResponseRing {
    let slot: Slot
    var reader: BlockReader
    var writer: BlockWriter

    init(_ slot: Slot) {
        self.slot = slot
        reader = BlockReader(slot: slot)
        writer = BlockWriter(slot: slot)
    }

    var room: Int { writer.room }
    var remaining: Int { reader.remaining }
    func step() -> BlockReader.Step { reader.step() }
    func consume(_ count: Int) { reader.consume(count) }
    func append(_ kind: BlockKind, _ bytes: UnsafeRawBufferPointer) { writer.append(kind, bytes) }
    func publish() { writer.publish() }
    func copy() -> [UInt8] { reader.copy() }
}

struct Missing: Error {}

func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Missing() }
    return value
}
