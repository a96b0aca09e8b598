/// An endpoint as the settings describe it, before anything is opened.
package struct ListenerConfiguration: Hashable, Sendable {
    package enum Endpoint: Hashable, Sendable {
        /// `host` nil: every interface. A name is looked up once, when bound. Port 0: any free one.
        case tcp(host: String?, families: AddressFamilies, port: UInt16)
        /// `mode`: the socket file's permissions; nil leaves them to the umask.
        case unix(path: String, mode: UInt32?)
        /// A listening socket that the parent process left open.
        case inherited(descriptor: Int32)
        /// One of the sockets of systemd's socket activation; `domain`, if given, must be the socket's.
        case systemd(SystemdSockets.Choice, domain: SocketDomain?)
    }

    package let endpoint: Endpoint
    /// How many connections the kernel keeps for us before they are accepted; it caps it at `net.core.somaxconn`.
    package let backlog: Int32

    package init(endpoint: Endpoint, backlog: Int32 = 4096) {
        self.endpoint = endpoint
        self.backlog = backlog
    }
}

package enum AddressFamilies: Hashable, Sendable {
    /// One socket for both families where all interfaces are meant; a name's IPv4 address before its IPv6 one.
    case both
    case ipv4Only
    case ipv6Only
}

package enum SocketDomain: Hashable, Sendable {
    case ipv4, ipv6, unix
}
