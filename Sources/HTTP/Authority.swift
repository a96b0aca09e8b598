/// `uri-host [ ":" port ]`, the value of Host and the authority of a target (RFC 9110 §7.2, RFC 3986 §3.2).
enum Authority {
    /// Whether the slice is one, with a host that is not empty.
    static func isValid(_ bytes: Bytes, _ slice: Slice) -> Bool {
        let start = Int(slice.offset)
        let end = start &+ Int(slice.count)
        guard start < end else { return false }
        let hostEnd = bytes[start] == UInt8(ascii: "[") ? endOfLiteral(bytes, start, end) : endOfName(bytes, start, end)
        guard let hostEnd, hostEnd > start else { return false }
        return hostEnd == end || isPort(bytes, hostEnd, end)
    }

    /// `":" *DIGIT`; what does not fit sixteen bits is no port.
    private static func isPort(_ bytes: Bytes, _ start: Int, _ end: Int) -> Bool {
        guard bytes[start] == UInt8(ascii: ":") else { return false }
        var port: UInt32 = 0
        for offset in (start &+ 1)..<end {
            guard ByteClass.isDigit(bytes[offset]) else { return false }
            port = port &* 10 &+ UInt32(bytes[offset] &- UInt8(ascii: "0"))
            guard port <= 0xffff else { return false }
        }
        return true
    }

    /// The end of a registered name or an IPv4 address; nil where a percent sign has no two digits after it.
    private static func endOfName(_ bytes: Bytes, _ start: Int, _ end: Int) -> Int? {
        var offset = start
        while offset < end {
            let byte = bytes[offset]
            if ByteClass.isRegisteredName(byte) {
                offset &+= 1
            } else if byte == UInt8(ascii: "%") {
                guard offset &+ 2 < end, ByteClass.hexValue(bytes[offset &+ 1]) != nil,
                    ByteClass.hexValue(bytes[offset &+ 2]) != nil
                else { return nil }
                offset &+= 3
            } else {
                break
            }
        }
        return offset
    }

    /// The end of `"[" IPv6address "]"`. IPvFuture and zone identifiers are refused: no name server or client uses the
    /// first, and the second means nothing outside its host (RFC 6874 §1).
    private static func endOfLiteral(_ bytes: Bytes, _ start: Int, _ end: Int) -> Int? {
        var close = start &+ 1
        while close < end, bytes[close] != UInt8(ascii: "]") { close &+= 1 }
        guard close < end, IPv6Text(bytes, from: start &+ 1, to: close).isValid else { return nil }
        return close &+ 1
    }
}
