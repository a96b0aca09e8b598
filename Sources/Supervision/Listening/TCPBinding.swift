import CLinux
import Glibc

/// Binds one TCP endpoint.
///
/// SO_REUSEADDR, so that a restart does not wait for connections in TIME_WAIT. Never SO_REUSEPORT: connections queued on
/// a socket of such a group are lost when it closes. No TCP_DEFER_ACCEPT: it hides a client that waits for the server
/// to speak, and health probes that only connect.
struct TCPBinding {
    let host: String?
    let families: AddressFamilies
    let port: UInt16
    let backlog: Int32

    func bind() throws(ListenerError) -> Listener {
        var failure = ListenerError(.addressNotAvailable)
        for (position, address) in try candidates().enumerated() {
            do throws(ListenerError) {
                return try bind(address)
            } catch {
                // The first candidate's reason is the telling one; another is tried only where the machine lacks this.
                if position == 0 { failure = error }
                guard [.familyNotSupported, .addressNotAvailable].contains(error.code) else { throw error }
            }
        }
        throw failure
    }

    private func candidates() throws(ListenerError) -> [SocketAddress] {
        if let host { return try HostLookup(host: host, families: families, port: port).addresses() }
        let everyIPv6 = SocketAddress.ipv6([UInt8](repeating: 0, count: 16), port: port, scope: 0)
        let everyIPv4 = SocketAddress.ipv4([0, 0, 0, 0], port: port)
        switch families {
        case .both: return [everyIPv6, everyIPv4]
        case .ipv4Only: return [everyIPv4]
        case .ipv6Only: return [everyIPv6]
        }
    }

    private func bind(_ address: SocketAddress) throws(ListenerError) -> Listener {
        let descriptor = try openSocket(for: address)
        do throws(ListenerError) {
            let status = address.withSockaddr { Glibc.bind(descriptor, $0, $1) }
            guard status == 0, listen(descriptor, backlog) == 0 else { throw .last() }
            let bound = SocketAddress.local(of: descriptor) ?? address
            return Listener(descriptor: descriptor, address: bound, ownedFile: nil)
        } catch {
            close(descriptor)
            throw error
        }
    }

    private func openSocket(for address: SocketAddress) throws(ListenerError) -> Int32 {
        let isIPv6 = address.domain == .ipv6
        let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(type), Int32(IPPROTO_TCP))
        guard descriptor >= 0 else { throw .last() }
        set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        // Accepted sockets inherit it, which saves a call per connection.
        set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        if isIPv6 { set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, families == .both ? 0 : 1) }
        return descriptor
    }

    private func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        _ = setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

extension ListenerError {
    /// The reason that `errno` gives.
    static func last() -> ListenerError {
        let code: Code =
            switch errno {
            case EADDRINUSE: .addressInUse
            case EACCES, EPERM, EROFS: .permissionDenied
            case EADDRNOTAVAIL, ENODEV: .addressNotAvailable
            case EAFNOSUPPORT, EPROTONOSUPPORT: .familyNotSupported
            case ENAMETOOLONG: .pathTooLong
            case ENOENT, ENOTDIR: .noSuchDirectory
            default: .system
            }
        return ListenerError(code, number: errno)
    }
}
