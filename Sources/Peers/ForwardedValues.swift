// What a host and a prefix from a proxy may look like. They end up in URLs that applications build, so the check is
// narrow: names and addresses as they occur, not everything RFC 3986 could spell.

extension UnsafeRawBufferPointer {
    /// `name`, `name:port`, `192.0.2.1:port`, `[2001:db8::1]:port` (RFC 9110 §7.2 `Host`).
    var isHostAndPort: Bool {
        let hostEnd = first == UInt8(ascii: "[") ? (firstIndex(of: UInt8(ascii: "]")) ?? -1) + 1 : 0
        let end = self[hostEnd...].firstIndex(of: UInt8(ascii: ":")) ?? count
        guard end == count || part(end + 1..<count).portNumber != nil, end > 0, count <= 261 else { return false }
        let host = part(0..<end)
        return host.bracketedOrIPv4Address != nil || host.allSatisfy(\.isHostNameByte)
    }

    /// The prefix without a `/` at its end; nil unless it begins with exactly one `/` and has only path characters
    /// (RFC 3986 §3.3, without `;`, `,` and percent escapes), and for `/` alone, which says nothing.
    var asPathPrefix: UnsafeRawBufferPointer? {
        guard first == UInt8(ascii: "/"), count < 2 || self[1] != UInt8(ascii: "/"),
            allSatisfy({ $0.isHostNameByte || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "~") })
        else { return nil }
        let end = last == UInt8(ascii: "/") ? count - 1 : count
        return end == 0 ? nil : part(0..<end)
    }
}

extension UInt8 {
    fileprivate var isHostNameByte: Bool {
        isASCIILetter || decimalDigit != nil || self == UInt8(ascii: "-") || self == UInt8(ascii: ".")
            || self == UInt8(ascii: "_")
    }
}
