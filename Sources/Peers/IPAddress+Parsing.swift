// The two text forms, read as strictly as `inet_pton` reads them: no leading zeros in a decimal, no short forms such as
// `127.1`, no white space, no zone, no brackets. What differs between parsers is what attackers put into lists.

extension IPAddress {
    /// Reads `192.0.2.1`, `2001:db8::1` or `::ffff:192.0.2.1`; nil for anything else.
    package init?(_ text: String) {
        var copy = text
        guard let parsed = copy.withUTF8({ IPAddress(bytes: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = parsed
    }

    /// The same from bytes; does not allocate.
    package init?(bytes: UnsafeRawBufferPointer) {
        var reader = AddressReader(bytes: bytes)
        let isIPv6 = bytes.contains(UInt8(ascii: ":"))
        guard let address = isIPv6 ? reader.readIPv6() : reader.readIPv4().map(IPAddress.init(ipv4:)),
            reader.isAtEnd
        else { return nil }
        self = address
    }
}

/// A cursor over the text of one address.
private struct AddressReader {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    /// Four decimals of at most 255 without leading zeros, separated by dots (RFC 6943 §3.1.1, the strict form).
    mutating func readIPv4() -> UInt32? {
        var value: UInt32 = 0
        for index in 0..<4 {
            if index > 0 && !skip(UInt8(ascii: ".")) { return nil }
            guard let octet = readOctet() else { return nil }
            value = value << 8 | octet
        }
        return value
    }

    private mutating func readOctet() -> UInt32? {
        let start = position
        var octet: UInt32 = 0
        while position < bytes.count, position - start < 3, let digit = bytes[position].decimalDigit {
            if position > start && octet == 0 { return nil }
            octet = octet * 10 + UInt32(digit)
            position += 1
        }
        return position > start && octet <= 255 ? octet : nil
    }

    /// RFC 4291 §2.2: eight groups, one run of them as `::`, the last two perhaps as an IPv4 address.
    mutating func readIPv6() -> IPAddress? {
        var groups = GroupList()
        if skip(UInt8(ascii: ":")) {
            guard skip(UInt8(ascii: ":")) else { return nil }
            groups.markGap()
        }
        while !isAtEnd {
            guard groups.count < 8, readGroup(into: &groups) else { return nil }
            if isAtEnd { break }
            guard skip(UInt8(ascii: ":")) else { return nil }
            if skip(UInt8(ascii: ":")) {
                guard groups.markGap() else { return nil }
            } else if isAtEnd {
                return nil
            }
        }
        return groups.address
    }

    private mutating func readGroup(into groups: inout GroupList) -> Bool {
        let start = position
        var value: UInt64 = 0
        while position < bytes.count, position - start < 4, let digit = bytes[position].hexadecimalDigit {
            value = value << 4 | UInt64(digit)
            position += 1
        }
        guard position > start else { return false }
        guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else {
            groups.append(value)
            return true
        }
        position = start
        guard groups.count <= 6, let ipv4 = readIPv4(), isAtEnd else { return false }
        groups.append(UInt64(ipv4 >> 16))
        groups.append(UInt64(ipv4 & 0xffff))
        return true
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }
}

/// The groups read so far, as one 128-bit number, and where `::` stood.
private struct GroupList {
    private var value: UInt128 = 0
    private var gap: Int?
    private(set) var count = 0

    mutating func append(_ group: UInt64) {
        value = value << 16 | UInt128(group)
        count += 1
    }

    /// False when there was a `::` before: two of them would be ambiguous.
    @discardableResult
    mutating func markGap() -> Bool {
        guard gap == nil else { return false }
        gap = count
        return true
    }

    /// Nil unless the groups fill an address; `::` stands for at least one group.
    var address: IPAddress? {
        guard let gap else { return count == 8 ? Self.address(value) : nil }
        guard count < 8 else { return nil }
        let tailBits = 16 * (count - gap)
        let tailMask = (UInt128(1) << tailBits) - 1
        let head = value >> tailBits
        return Self.address(gap == 0 ? value & tailMask : head << (128 - 16 * gap) | value & tailMask)
    }

    private static func address(_ value: UInt128) -> IPAddress {
        IPAddress(high: UInt64(truncatingIfNeeded: value >> 64), low: UInt64(truncatingIfNeeded: value))
    }
}
