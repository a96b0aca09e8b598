import CLinux
import Glibc

/// The keeper's end of the link to a Python that started plait as its child and is itself the one worker
/// (`python -m plait serve APP --dev`): debuggers, coverage and profilers that watch that process see the application.
///
/// To the launcher goes, for each start of a worker, one message: the arguments that a worker process would be given,
/// each ended by a zero byte, with the worker's end of its channel beside them. Back comes one letter for each, in the
/// same order: `l`, it has left the exchange, or `f`, the application did not start. For the next start it executes
/// itself anew, so that everything is imported anew; the link stays open over that.
final class LaunchLink {
    enum Receipt: Hashable {
        case left(UInt32)
        case failed(UInt32)
        case nothing
        case ended
    }

    let descriptor: Int32
    private var started: [UInt32] = []

    init(adopting descriptor: Int32) {
        self.descriptor = descriptor
        Descriptors.setCloseOnExec(descriptor)
    }

    deinit { close(descriptor) }

    /// Borrows the channel.
    func start(_ id: UInt32, _ program: Program, channel: Int32) throws(SystemError) {
        let bytes: [UInt8] = program.arguments.flatMap { Array($0.utf8) + [0] }
        let sent = cl_send_fd(descriptor, bytes, bytes.count, channel, Int32(MSG_DONTWAIT))
        guard sent == bytes.count else { throw SystemError(call: .socket, number: Int32(clamping: -sent)) }
        started.append(id)
    }

    func receive() -> Receipt {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
        guard count == 1, !started.isEmpty else { return .ended }
        let id = started.removeFirst()
        return byte == UInt8(ascii: "f") ? .failed(id) : .left(id)
    }
}
