import CLinux
import Exchange

/// One worker as all reactors share it: its segment, unmapped and its number given back when the last has let go.
package final class WorkerSegment: Sendable {
    /// Small, and free again only when nobody knows this worker any more.
    let index: Int
    let id: UInt32
    nonisolated(unsafe) let segment: Segment
    private let release: @Sendable (Int) -> Void

    init(index: Int, id: UInt32, segment: Segment, release: @escaping @Sendable (Int) -> Void) {
        self.index = index
        self.id = id
        self.segment = segment
        self.release = release
    }

    deinit {
        segment.unmap()
        release(index)
    }
}

/// One worker as one reactor sees it: their lane, and what runs there. Lives at a fixed address (`LinkPointer`) from
/// `attach` to `letGo`, so that the request path counts no references.
struct WorkerLink: ~Copyable {
    struct InFlight {
        var ticket: ServerLane.Ticket
        /// The connection that waits for it; nil where the client has gone.
        var connection: (index: UInt32, generation: UInt32)?
        var position: UInt32
    }

    let shared: WorkerSegment
    let index: Int
    var lane: ServerLane
    /// Where descriptors travel.
    let files: Int32
    let wakeDescriptor: Int32
    /// Per slot.
    let inFlight: UnsafeMutablePointer<InFlight?>
    var running = 0
    /// The process is gone: what is in the rings is final.
    var isGone = false
    /// It broke the law; nothing of it is read any more.
    var isCondemned = false
    /// Something was submitted this turn.
    var isDirty = false

    init(shared: WorkerSegment, reactor: Int, files: Int32, wakeDescriptor: Int32) {
        self.shared = shared
        index = shared.index
        lane = ServerLane(segment: shared.segment, reactor: reactor)
        self.files = files
        self.wakeDescriptor = wakeDescriptor
        inFlight = .allocate(capacity: Layout.slotsPerLane)
        inFlight.initialize(repeating: nil, count: Layout.slotsPerLane)
    }

    deinit {
        close(files)
        close(wakeDescriptor)
        inFlight.deallocate()
    }

    var takesRequests: Bool { !isGone && !isCondemned }

    /// Something runs there, and what it says is listened to.
    var isHeard: Bool { running > 0 && !isCondemned }
}

typealias LinkPointer = UnsafeMutablePointer<WorkerLink>
