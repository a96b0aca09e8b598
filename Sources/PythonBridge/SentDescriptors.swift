import CLinux
import Exchange

/// Descriptors that the server has sent beside slots, from their arrival until their request begins. They arrive in the
/// order of sending, on one socket per lane, each before its slot is queued. Used under the interpreter lock.
final class SentDescriptors {
    private struct Sent {
        let slot: Int
        let generation: UInt64
        let descriptor: Int32
    }

    private let sockets: [Int32]
    /// Per lane: those that have been received and not taken.
    private var waiting: [[Sent]]

    init(sockets: [Int32]) {
        self.sockets = sockets
        waiting = Array(repeating: [], count: sockets.count)
    }

    @inline(__always) func isHolding(lane: Int) -> Bool { !waiting[lane].isEmpty }

    /// The caller owns it. Nil where none was sent.
    func take(lane: Int, slot: Int, generation: UInt64) -> Int32? {
        receive(lane)
        guard let index = waiting[lane].firstIndex(where: { $0.slot == slot && $0.generation == generation }) else {
            return nil
        }
        return waiting[lane].remove(at: index).descriptor
    }

    /// Closes those of which `isStale(slot, generation)` says that their request will not begin here.
    func closeStale(lane: Int, _ isStale: (Int, UInt64) -> Bool) {
        receive(lane)
        waiting[lane].removeAll { sent in
            guard isStale(sent.slot, sent.generation) else { return false }
            close(sent.descriptor)
            return true
        }
    }

    private func receive(_ lane: Int) {
        while case .message(let message, let descriptor) = ChannelMessage.receive(on: sockets[lane], waits: false) {
            guard descriptor >= 0 else { continue }
            guard message.slot < UInt32(Layout.slotsPerLane) else {
                close(descriptor)
                continue
            }
            waiting[lane].append(
                Sent(slot: Int(message.slot), generation: message.value, descriptor: descriptor))
        }
    }
}
