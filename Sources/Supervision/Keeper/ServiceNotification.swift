import CLinux
import Glibc

/// Tells the service manager how we are, sd_notify(3): one datagram to the socket it named. Failure is nobody's business.
struct ServiceNotification {
    enum State: String {
        case ready = "READY=1"
        case stopping = "STOPPING=1"
    }

    /// A path, or `@name` for an abstract socket; nil: nobody wants to know.
    let socketPath: String?

    func send(_ state: State) {
        guard let socketPath else { return }
        let type = SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(AF_UNIX, Int32(type), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(state.rawValue.utf8)
        _ = SocketAddress.unix(path: socketPath).withSockaddr { address, length in
            sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, length)
        }
    }
}
