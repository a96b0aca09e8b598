import CLinux
import Glibc

/// A bound, listening socket: close-on-exec, non-blocking, and kept open for the keeper's whole life, so that a new
/// connection waits in the kernel's queue while a server is replaced.
package struct Listener: Hashable, Sendable {
    package let descriptor: Int32
    /// Where it really is bound: port 0 has become the port it got.
    package let address: SocketAddress
    /// The file to remove at the end; nil unless this process made it.
    let ownedFile: SocketFile?

    /// `http://127.0.0.1:8080`, `http://[::]:8080` or `unix:/path`.
    package var displayText: String {
        switch address {
        case .ipv4, .ipv6: "http://\(address.text)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// Closes the socket and removes the socket file, if this process made it and it is still the same one.
    package func retire() {
        ownedFile?.remove()
        close(descriptor)
    }
}

extension Listener {
    /// Binds all endpoints or none, in the order given.
    ///
    /// Sockets that were passed to this process are taken first: a socket opened here could otherwise be given the very
    /// number that a later endpoint names.
    package static func bind(
        _ configurations: [ListenerConfiguration], systemd: SystemdSockets = .none
    ) throws(ListenersError) -> [Listener] {
        var bound: [Int: Listener] = [:]
        let passedFirst = configurations.indices.filter { configurations[$0].isPassed }
        let openedThen = configurations.indices.filter { !configurations[$0].isPassed }
        for index in passedFirst + openedThen {
            do throws(ListenerError) {
                let listener = try configurations[index].bind(systemd: systemd)
                guard !bound.values.contains(where: { $0.descriptor == listener.descriptor }) else {
                    throw ListenerError(.descriptorTakenTwice)
                }
                bound[index] = listener
            } catch {
                bound.values.forEach { $0.retire() }
                throw ListenersError(index: index, cause: error)
            }
        }
        return configurations.indices.compactMap { bound[$0] }
    }
}

extension ListenerConfiguration {
    fileprivate var isPassed: Bool {
        switch endpoint {
        case .inherited, .systemd: true
        case .tcp, .unix: false
        }
    }

    /// Opens this one endpoint. The caller owns the listener and calls `retire` on it at the end.
    package func bind(systemd: SystemdSockets = .none) throws(ListenerError) -> Listener {
        switch endpoint {
        case .tcp(let host, let families, let port):
            try TCPBinding(host: host, families: families, port: port, backlog: backlog).bind()
        case .unix(let path, let mode): try UnixBinding(path: path, mode: mode, backlog: backlog).bind()
        case .inherited(let descriptor): try PassedSocket(descriptor: descriptor, domain: nil).adopt()
        case .systemd(let choice, let domain):
            try PassedSocket(descriptor: systemd.descriptor(of: choice), domain: domain).adopt()
        }
    }
}
