extension ProxyHeader {
    /// The binary header of section 2.2: signature, version and command, family and transport, length, addresses, and
    /// TLVs (2.2.x), which are skipped.
    enum Version2 {
        static let signature: StaticString = "\r\n\r\n\0\r\nQUIT\n"

        private static let fixedLength = 16

        static func read(_ bytes: UnsafeRawBufferPointer) -> ProxyHeader {
            guard bytes.count >= fixedLength else { return .incomplete }
            guard let command = Command(rawValue: bytes[12]) else { return .failed(.unknownVersionOrCommand) }
            let payload: UInt16 = bytes.bigEndian(at: 14)
            let length = fixedLength + Int(payload)
            guard length <= longest else { return .failed(.tooLong) }
            if command == .local {
                return bytes.count < length ? .incomplete : .complete(length: length, ends: nil)
            }
            guard let family = Family(rawValue: bytes[13]) else { return .failed(.unknownFamily) }
            guard Int(payload) >= family.addressLength else { return .failed(.tooShortForFamily) }
            guard bytes.count >= length else { return .incomplete }
            return .complete(length: length, ends: family.ends(bytes.part(fixedLength..<length)))
        }
    }
}

/// Version 2 in the upper four bits, the command in the lower.
private enum Command: UInt8 {
    /// "The connection was established on purpose by the proxy without being relayed." The family has to be ignored.
    case local = 0x20
    case proxy = 0x21
}

/// Address family in the upper four bits, transport in the lower. The datagram transports (…2) cannot be true of a
/// connection and are refused as unknown.
private enum Family: UInt8 {
    case unspecified = 0x00
    case tcpOverIPv4 = 0x11
    case tcpOverIPv6 = 0x21
    case unixStream = 0x31

    var addressLength: Int {
        switch self {
        case .unspecified: 0
        case .tcpOverIPv4: 12
        case .tcpOverIPv6: 36
        case .unixStream: 216
        }
    }

    /// Both addresses, then both ports. A Unix peer of the proxy has no address that means anything here.
    func ends(_ bytes: UnsafeRawBufferPointer) -> ProxyHeader.Ends? {
        switch self {
        case .unspecified, .unixStream:
            nil
        case .tcpOverIPv4:
            ProxyHeader.Ends(
                source: IPEndpoint(address: IPAddress(ipv4: bytes.bigEndian(at: 0)), port: bytes.bigEndian(at: 8)),
                destination: IPEndpoint(
                    address: IPAddress(ipv4: bytes.bigEndian(at: 4)), port: bytes.bigEndian(at: 10)))
        case .tcpOverIPv6:
            ProxyHeader.Ends(
                source: IPEndpoint(
                    address: IPAddress(high: bytes.bigEndian(at: 0), low: bytes.bigEndian(at: 8)),
                    port: bytes.bigEndian(at: 32)),
                destination: IPEndpoint(
                    address: IPAddress(high: bytes.bigEndian(at: 16), low: bytes.bigEndian(at: 24)),
                    port: bytes.bigEndian(at: 34)))
        }
    }
}
