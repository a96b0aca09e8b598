import CLinux

/// The small messages on the SOCK_SEQPACKET socketpairs between server and worker. One record each, at most one
/// descriptor with it.
package struct ChannelMessage: Equatable {
    package enum Kind: UInt32 {
        // Server to worker, on the worker's channel: attach, then one `lane` and one `files` for each reactor.
        /// value: reactors; descriptor: the segment
        case attach = 1
        /// value: reactor; descriptor: its eventfd
        case lane
        /// value: reactor; descriptor: the worker's end of the pair on which this lane's descriptors travel
        case files
        // Worker to server, on the worker's channel.
        /// value: Python's version as a hexadecimal number
        case ready
        // Either way, on a lane's files pair: tagged with slot and generation.
        case body
        case file
    }

    package var kind: Kind
    package var slot: UInt32
    package var value: UInt64

    package init(_ kind: Kind, slot: UInt32 = 0, value: UInt64 = 0) {
        self.kind = kind
        self.slot = slot
        self.value = value
    }

    package enum Received: Equatable {
        case message(ChannelMessage, descriptor: Int32)
        case wouldBlock
        case closed
        /// Not one of our messages; what came with it has been closed.
        case violation
    }

    /// False when the message could not be sent whole at once.
    package func send(on socket: Int32, descriptor: Int32 = -1) -> Bool {
        var wire = (kind.rawValue, slot, value)
        return cl_send_fd(socket, &wire, 16, descriptor, Int32(MSG_DONTWAIT)) == 16
    }

    package static func receive(on socket: Int32, waits: Bool) -> Received {
        var wire: (UInt32, UInt32, UInt64) = (0, 0, 0)
        var descriptor: Int32 = -1
        while true {
            let count = cl_receive_fd(socket, &wire, 16, &descriptor, waits ? 0 : Int32(MSG_DONTWAIT))
            if count == -Int(EINTR) { continue }
            if count == -Int(EAGAIN) { return .wouldBlock }
            // An empty message looks like the end, unless something came with it.
            if count == 0 && descriptor < 0 || count == -Int(ECONNRESET) { return .closed }
            guard count == 16, let kind = Kind(rawValue: wire.0) else {
                if descriptor >= 0 { close(descriptor) }
                return .violation
            }
            return .message(ChannelMessage(kind, slot: wire.1, value: wire.2), descriptor: descriptor)
        }
    }
}
