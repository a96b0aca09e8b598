package import Peers

/// Where plait listens, as one `--port` says it.
package struct Endpoint: Sendable, Hashable {
    package let socket: Socket

    /// Set by `haproxy:`: every connection starts with a PROXY header.
    package let proxyProtocol: ProxyProtocol?

    /// As typed, for messages about it.
    package let text: String

    package init(socket: Socket, proxyProtocol: ProxyProtocol?, text: String) {
        self.socket = socket
        self.proxyProtocol = proxyProtocol
        self.text = text
    }

    package enum Socket: Sendable, Hashable {
        case internet(Internet)
        case unix(Unix)

        /// `fd:3`: a listening socket inherited from whoever started plait.
        case descriptor(Int32)

        case systemd(Systemd)
    }

    package struct Internet: Sendable, Hashable {
        package let interface: Interface

        /// 0 asks the kernel for a free one.
        package let port: UInt16

        package let backlog: Int

        package init(interface: Interface, port: UInt16, backlog: Int) {
            self.interface = interface
            self.port = port
            self.backlog = backlog
        }
    }

    package enum Interface: Sendable, Hashable {
        /// Every address, IPv6 and IPv4 on one socket; IPv4 alone where the machine has no IPv6.
        case dualStack

        case everyIPv4

        /// IPv6 only (IPV6_V6ONLY).
        case everyIPv6

        case address(IPAddress)

        /// To be resolved when listening begins, such as `localhost`.
        case name(String)
    }

    package struct Unix: Sendable, Hashable {
        /// At most 107 bytes (`sun_path`); may be relative to the working directory.
        package let path: String

        /// Permission bits of the socket file.
        package let mode: UInt32

        package let backlog: Int

        package init(path: String, mode: UInt32, backlog: Int) {
            self.path = path
            self.mode = mode
            self.backlog = backlog
        }
    }

    /// Sockets passed by the service manager (sd_listen_fds(3)).
    package struct Systemd: Sendable, Hashable {
        /// What the socket's domain has to be, where it was stated.
        package let domain: Domain?
        package let selection: Selection

        package init(domain: Domain?, selection: Selection) {
            self.domain = domain
            self.selection = selection
        }

        package enum Domain: String, Sendable, CaseIterable {
            case internet = "INET"
            case internet6 = "INET6"
            case unix = "UNIX"
        }

        package enum Selection: Sendable, Hashable {
            /// `systemd:` alone: everything that was passed.
            case every

            /// Counted from 0 in the order passed.
            case index(Int)

            /// Of LISTEN_FDNAMES.
            case name(String)
        }
    }

    package struct ProxyProtocol: Sendable, Hashable {
        /// Who may send the header; nil on Unix sockets, where the file mode decides.
        package let from: [AddressBlock]?

        package init(from: [AddressBlock]?) {
            self.from = from
        }
    }

    /// Connections completed but not yet accepted. The kernel caps it at `net.core.somaxconn`, 4096 since Linux 5.4.
    package static let defaultBacklog = 1024

    /// Everybody on the machine may connect, as to a loopback port; `mode=` narrows it.
    package static let defaultMode: UInt32 = 0o666
}
