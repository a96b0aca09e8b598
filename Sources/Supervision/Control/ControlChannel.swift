import CLinux
import Glibc

/// One end of the control socket between keeper and server; owns its descriptor. Never blocks.
///
/// The server makes its end with `ControlChannel(adopting: 3)` and watches `descriptor` for input.
package final class ControlChannel {
    package enum Sending: Hashable {
        case sent
        /// The other side is behind; try again when the descriptor is writable.
        case full
        /// The other side is gone.
        case closed
    }

    package enum Receipt: Hashable {
        /// The descriptor, if the message carries one, now belongs to the receiver.
        case message(ControlMessage, descriptor: Int32?)
        case nothing
        /// The other process has ended.
        case ended
        /// Not a message of this build, or one with a descriptor too many or too few (already closed).
        case malformed
    }

    package let descriptor: Int32

    package init(adopting descriptor: Int32) {
        self.descriptor = descriptor
        Descriptors.setCloseOnExec(descriptor)
        Descriptors.setNonBlocking(descriptor)
    }

    deinit { close(descriptor) }

    /// This end, and the raw descriptor of the other, to be given to a child and closed.
    package static func pair() throws(SystemError) -> (ControlChannel, other: Int32) {
        let (mine, other) = try Descriptors.messagePair()
        return (ControlChannel(adopting: mine), other)
    }

    /// Sends one message; the descriptor is borrowed.
    package func send(_ message: ControlMessage, descriptor sent: Int32? = nil) -> Sending {
        let bytes = message.encoded()
        let result = cl_send_fd(descriptor, bytes, bytes.count, sent ?? -1, Int32(MSG_DONTWAIT))
        switch Int32(truncatingIfNeeded: result) {
        case Int32(bytes.count): return .sent
        case -EAGAIN, -EINTR, -ENOBUFS, -ENOMEM, -ETOOMANYREFS: return .full
        default: return .closed
        }
    }

    package func receive() -> Receipt {
        var bytes = [UInt8](repeating: 0, count: ControlMessage.recordSize)
        var received: Int32 = -1
        let count = cl_receive_fd(descriptor, &bytes, bytes.count, &received, Int32(MSG_DONTWAIT))
        switch count {
        case 1...: return decode(Array(bytes.prefix(count)), descriptor: received)
        case -Int(EAGAIN), -Int(EINTR): return .nothing
        case -Int(EPROTO): return .malformed
        // The peer has ended with messages unread; the kernel says so once, before what it had sent us.
        case -Int(ECONNRESET): return receive()
        default: return .ended
        }
    }

    private func decode(_ bytes: [UInt8], descriptor received: Int32) -> Receipt {
        guard let message = ControlMessage(decoding: bytes), message.carriesDescriptor == (received >= 0) else {
            if received >= 0 { close(received) }
            return .malformed
        }
        return .message(message, descriptor: received >= 0 ? received : nil)
    }
}
