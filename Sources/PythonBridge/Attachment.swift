import CLinux
import CPython
import Exchange

/// What the server hands to a worker over its channel: the segment, and for each reactor an eventfd and a socket.
struct Attachment {
    struct LaneEnds {
        var wake: Int32 = -1
        var files: Int32 = -1
    }

    let segment: Segment
    let lanes: [LaneEnds]

    enum Failure: Error {
        case closed
        case unexpected
        case segment(Segment.Failure)
    }

    /// Waits for the whole hand-over. Not under the interpreter lock.
    static func receive(channel: Int32) -> Result<Attachment, Failure> {
        guard case .message(let first, let memory) = ChannelMessage.receive(on: channel, waits: true) else {
            return .failure(.closed)
        }
        guard first.kind == .attach, memory >= 0, (1...256).contains(first.value) else { return .failure(.unexpected) }
        var lanes = Array(repeating: LaneEnds(), count: Int(first.value))
        for _ in 0..<2 * lanes.count {
            guard case .message(let message, let descriptor) = ChannelMessage.receive(on: channel, waits: true) else {
                return .failure(.closed)
            }
            guard descriptor >= 0, message.value < UInt64(lanes.count) else { return .failure(.unexpected) }
            switch message.kind {
            case .lane: lanes[Int(message.value)].wake = descriptor
            case .files: lanes[Int(message.value)].files = descriptor
            default: return .failure(.unexpected)
            }
        }
        defer { close(memory) }
        do throws(Segment.Failure) {
            return .success(
                Attachment(segment: try Segment.attach(descriptor: memory, reactors: lanes.count), lanes: lanes))
        } catch {
            return .failure(.segment(error))
        }
    }
}
