/// An IPv6 address as text (RFC 3986 §3.2.2): eight groups, or fewer with one `::`, the last two perhaps as IPv4.
struct IPv6Text {
    private let bytes: Bytes
    private let end: Int
    private var position: Int
    private var groups = 0
    private var isShortened = false

    init(_ bytes: Bytes, from start: Int, to end: Int) {
        self.bytes = bytes
        self.position = start
        self.end = end
    }

    var isValid: Bool {
        var reader = self
        return reader.read()
    }

    private mutating func read() -> Bool {
        if isDoubleColon { shorten() }
        while position < end {
            if isIPv4Tail {
                groups += 2
                break
            }
            guard readGroup() else { return false }
            guard position < end else { break }
            if isDoubleColon {
                guard !isShortened else { return false }
                shorten()
            } else {
                // A single colon needs a group after it.
                position += 1
                guard position < end else { return false }
            }
        }
        return isShortened ? groups <= 7 : groups == 8
    }

    private var isDoubleColon: Bool {
        position + 1 < end && bytes[position] == UInt8(ascii: ":") && bytes[position + 1] == UInt8(ascii: ":")
    }

    private mutating func shorten() {
        isShortened = true
        position += 2
    }

    /// One to four hexadecimal digits, then a colon or the end.
    private mutating func readGroup() -> Bool {
        let start = position
        while position < end, ByteClass.hexValue(bytes[position]) != nil { position += 1 }
        groups += 1
        guard (1...4).contains(position - start), groups <= 8 else { return false }
        return position == end || bytes[position] == UInt8(ascii: ":")
    }

    /// Whether the rest is four decimal numbers of at most 255.
    private var isIPv4Tail: Bool {
        var offset = position
        for part in 0..<4 {
            if part > 0 {
                guard offset < end, bytes[offset] == UInt8(ascii: ".") else { return false }
                offset += 1
            }
            let start = offset
            var value = 0
            while offset < end, offset - start < 3, ByteClass.isDigit(bytes[offset]) {
                value = value * 10 + Int(bytes[offset] - UInt8(ascii: "0"))
                offset += 1
            }
            guard offset > start, value <= 255 else { return false }
        }
        return offset == end
    }
}
