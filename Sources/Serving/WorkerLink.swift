import CLinux
import Exchange

/// One worker as all reactors share it: its segment, unmapped and its number given back when the last has let go.
package final class WorkerSegment: Sendable {
    /// Small, and free again only when nobody knows this worker any more.
    let index: Int
    let id: UInt32
    // Unsafe only to the compiler: raw addresses that never change; every reactor uses its own lane there and no other.
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
    private let segment: Segment
    var lane: ServerLane
    /// Where descriptors travel.
    let filesSocket: Int32
    let wakeDescriptor: Int32
    /// Per slot.
    let inFlight: UnsafeMutablePointer<InFlight?>
    /// Descriptors that came before the block that names them, at most one for each slot.
    var files: [ReceivedFile] = []
    var running = 0
    /// The process is gone: what is in the rings is final.
    var isGone = false
    /// It broke the law; nothing of it is read any more.
    var isCondemned = false
    /// Requests submitted since the worker was last told.
    var submitted = 0
    /// When the first of them was, in monotonic nanoseconds.
    var submittedSince: Int64 = 0

    init(shared: WorkerSegment, reactor: Int, files: Int32, wakeDescriptor: Int32) {
        self.shared = shared
        index = shared.index
        segment = shared.segment
        lane = ServerLane(segment: shared.segment, reactor: reactor)
        filesSocket = files
        self.wakeDescriptor = wakeDescriptor
        inFlight = .allocate(capacity: Layout.slotsPerLane)
        inFlight.initialize(repeating: nil, count: Layout.slotsPerLane)
    }

    deinit {
        for file in files { close(file.descriptor) }
        close(filesSocket)
        close(wakeDescriptor)
        inFlight.deallocate()
    }

    /// Not by way of `lane`, which would be copied and its arrays counted for each call.
    @inline(__always) func slot(_ index: Int) -> Slot { Segment.slot(index, lane: lane.base) }

    /// What a call costs this worker, in nanoseconds, as it says itself.
    var callTime: Int64? { CallTime.told(in: segment) }

    var takesRequests: Bool { !isGone && !isCondemned }

    /// Something runs there, and what it says is listened to.
    var isHeard: Bool { running > 0 && !isCondemned }
}

typealias LinkPointer = UnsafeMutablePointer<WorkerLink>

/// A descriptor that a worker sent beside a slot.
struct ReceivedFile {
    let slot: UInt32
    let generation: UInt64
    let descriptor: Int32
}

extension WorkerLink {
    /// The file sent beside this slot; the caller owns it. Messages for other slots are kept for them.
    mutating func takeFile(slot: UInt32, generation: UInt64) -> Int32? {
        // Bounded: a worker that floods the socket does not keep the reactor here.
        for _ in 0..<1024 {
            if let index = files.firstIndex(where: { $0.slot == slot && $0.generation == generation }) {
                return files.remove(at: index).descriptor
            }
            guard case .message(let message, let descriptor) = ChannelMessage.receive(on: filesSocket, waits: false)
            else { return nil }
            guard message.kind == .file, descriptor >= 0, message.slot < UInt32(Layout.slotsPerLane) else {
                if descriptor >= 0 { close(descriptor) }
                continue
            }
            dropFiles(slot: message.slot)
            files.append(ReceivedFile(slot: message.slot, generation: message.value, descriptor: descriptor))
        }
        return nil
    }

    /// One file at most for each slot; a call that has ended needs none.
    mutating func dropFiles(slot: UInt32) {
        guard !files.isEmpty else { return }
        for file in files where file.slot == slot { close(file.descriptor) }
        files.removeAll { $0.slot == slot }
    }
}
