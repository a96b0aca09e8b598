import CLinux
import Glibc

/// The addresses of a host, by getaddrinfo(3): a numeric one costs no question to anyone.
struct HostLookup {
    let host: String
    let families: AddressFamilies
    let port: UInt16

    /// IPv4 first, as people who type `localhost` expect; otherwise in the resolver's order.
    func addresses() throws(ListenerError) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = family
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard failure == 0 else { throw reason(failure) }
        let found = sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { $0 }.compactMap(address)
        return found.filter { $0.domain == .ipv4 } + found.filter { $0.domain == .ipv6 }
    }

    private var family: Int32 {
        switch families {
        case .both: AF_UNSPEC
        case .ipv4Only: AF_INET
        case .ipv6Only: AF_INET6
        }
    }

    private func address(_ entry: UnsafeMutablePointer<addrinfo>) -> SocketAddress? {
        let bytes = UnsafeRawBufferPointer(start: entry.pointee.ai_addr, count: Int(entry.pointee.ai_addrlen))
        switch SocketAddress(bytes: bytes[...]) {
        case .ipv4(let address, _): return .ipv4(address, port: port)
        case .ipv6(let address, _, let scope): return .ipv6(address, port: port, scope: scope)
        case .unix, nil: return nil
        }
    }

    private func reason(_ failure: Int32) -> ListenerError {
        switch failure {
        case EAI_SYSTEM: .last()
        case EAI_FAMILY: ListenerError(.familyNotSupported)
        default: ListenerError(.unknownHost)
        }
    }
}
