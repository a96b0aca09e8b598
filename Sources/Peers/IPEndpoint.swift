/// An address with a port: one end of a connection.
package struct IPEndpoint: Hashable, Sendable {
    package let address: IPAddress
    package let port: UInt16

    package init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Reads a `sockaddr_in` or `sockaddr_in6` as Linux lays them out: family in host order, port and address in
    /// network order. Nil for other families, and for Unix sockets in particular, and for too few bytes.
    package init?(socketAddress bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 2 else { return nil }
        switch bytes.loadUnaligned(as: UInt16.self) {
        case Self.inet where bytes.count >= 8:
            self.init(address: IPAddress(ipv4: bytes.bigEndian(at: 4)), port: bytes.bigEndian(at: 2))
        case Self.inet6 where bytes.count >= 24:
            let address = IPAddress(high: bytes.bigEndian(at: 8), low: bytes.bigEndian(at: 16))
            self.init(address: address, port: bytes.bigEndian(at: 2))
        default:
            return nil
        }
    }

    /// AF_INET and AF_INET6 of Linux, the same on every architecture.
    private static let inet: UInt16 = 2
    private static let inet6: UInt16 = 10
}

extension UnsafeRawBufferPointer {
    /// A number in network order at an offset that the caller has checked.
    func bigEndian<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Number {
        Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}
