import CLinux
import Glibc

/// Where a socket is bound, as the kernel says it.
package enum SocketAddress: Hashable, Sendable {
    /// Four bytes, network order.
    case ipv4([UInt8], port: UInt16)
    /// Sixteen bytes, network order; `scope` is the interface's index for link-local addresses.
    case ipv6([UInt8], port: UInt16, scope: UInt32)
    /// Empty for a socket without a name; an abstract name is written with `@` in front.
    case unix(path: String)

    package var port: UInt16? {
        switch self {
        case .ipv4(_, let port), .ipv6(_, let port, _): port
        case .unix: nil
        }
    }

    package var domain: SocketDomain {
        switch self {
        case .ipv4: .ipv4
        case .ipv6: .ipv6
        case .unix: .unix
        }
    }

    /// The address a descriptor is bound to; nil if it is no socket or of a domain that is not served.
    package static func local(of descriptor: Int32) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard status == 0 else { return nil }
        return withUnsafeBytes(of: &storage) { SocketAddress(bytes: $0[..<Int(length)]) }
    }

    /// From the bytes of a `sockaddr_in`, `sockaddr_in6` or `sockaddr_un`.
    init?(bytes: Slice<UnsafeRawBufferPointer>) {
        let space = UnsafeRawBufferPointer(rebasing: bytes)
        guard space.count >= 2 else { return nil }
        switch Int32(space.load(as: sa_family_t.self)) {
        case AF_INET where space.count >= MemoryLayout<sockaddr_in>.size:
            self = .ipv4(Array(space[4..<8]), port: Self.port(space))
        case AF_INET6 where space.count >= MemoryLayout<sockaddr_in6>.size:
            let scope = space.loadUnaligned(fromByteOffset: 24, as: UInt32.self)
            self = .ipv6(Array(space[8..<24]), port: Self.port(space), scope: scope)
        case AF_UNIX: self = .unix(path: Self.path(space[2...]))
        default: return nil
        }
    }

    private static func port(_ space: UnsafeRawBufferPointer) -> UInt16 { UInt16(space[2]) << 8 | UInt16(space[3]) }

    /// unix(7): a first byte of zero marks an abstract name, in which later zeros count; else a zero ends the path.
    private static func path(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        guard let first = bytes.first else { return "" }
        if first == 0 { return "@" + String(decoding: bytes.dropFirst(), as: UTF8.self) }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}

extension SocketAddress {
    /// Calls `body` with the address as the kernel wants it; nil if a Unix path does not fit.
    func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R? {
        guard let bytes = kernelBytes else { return nil }
        var storage = sockaddr_storage()
        return withUnsafeMutableBytes(of: &storage) { space in
            space.copyBytes(from: bytes)
            let start = UnsafeRawPointer(space.baseAddress.unsafelyUnwrapped).assumingMemoryBound(to: sockaddr.self)
            return body(start, socklen_t(bytes.count))
        }
    }

    private var kernelBytes: [UInt8]? {
        switch self {
        case .ipv4(let address, let port):
            return family(AF_INET) + networkOrder(port) + address + [UInt8](repeating: 0, count: 8)
        case .ipv6(let address, let port, let scope):
            let scopeBytes = withUnsafeBytes(of: scope) { Array($0) }
            return family(AF_INET6) + networkOrder(port) + [0, 0, 0, 0] + address + scopeBytes
        case .unix(let path):
            let name = path.hasPrefix("@") ? [0] + Array(path.utf8.dropFirst()) : Array(path.utf8) + [0]
            // sun_path has 108 bytes, unix(7).
            guard name.count <= 108 else { return nil }
            return family(AF_UNIX) + name
        }
    }

    private func family(_ number: Int32) -> [UInt8] { withUnsafeBytes(of: sa_family_t(number)) { Array($0) } }
    private func networkOrder(_ port: UInt16) -> [UInt8] { [UInt8(port >> 8), UInt8(port & 0xff)] }
}

extension SocketAddress {
    /// `127.0.0.1` or `::1`, bare; nil for a Unix socket.
    package var host: String? {
        switch self {
        case .ipv4(let address, _): presentation(AF_INET, address)
        case .ipv6(let address, _, _): presentation(AF_INET6, address)
        case .unix: nil
        }
    }

    /// `127.0.0.1:8080`, `[::1]:8080` or the path: what a `Host` header or a log line would say.
    package var text: String {
        switch self {
        case .ipv4(let address, let port): "\(presentation(AF_INET, address)):\(port)"
        case .ipv6(let address, let port, let scope):
            "[\(presentation(AF_INET6, address))\(scope == 0 ? "" : "%\(scope)")]:\(port)"
        case .unix(let path): path
        }
    }

    private func presentation(_ family: Int32, _ address: [UInt8]) -> String {
        var space = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, address, &space, socklen_t(space.count)) != nil else { return "?" }
        return String(decoding: space.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
