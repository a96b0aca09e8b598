// The questions this target asks of single bytes.

extension UInt8 {
    var decimalDigit: UInt8? {
        self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") ? self - UInt8(ascii: "0") : nil
    }

    var hexadecimalDigit: UInt8? {
        if let digit = decimalDigit { return digit }
        let lower = lowercasedASCII
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "f") ? lower - UInt8(ascii: "a") + 10 : nil
    }

    var lowercasedASCII: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }

    var isASCIILetter: Bool {
        let lower = lowercasedASCII
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    }

    /// SP and HTAB, the optional white space of RFC 9110 §5.6.3.
    var isBlank: Bool {
        self == UInt8(ascii: " ") || self == UInt8(ascii: "\t")
    }
}

extension UnsafeRawBufferPointer {
    /// A part of these bytes as a buffer of its own, counted from zero; it borrows them.
    func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range])
    }

    /// Without the optional white space at both ends.
    var trimmed: UnsafeRawBufferPointer {
        var start = 0
        var end = count
        while start < end && self[start].isBlank { start += 1 }
        while end > start && self[end - 1].isBlank { end -= 1 }
        return part(start..<end)
    }

    /// Equal but for the case of ASCII letters; `other` is given in lower case.
    func equalsIgnoringCase(_ other: StaticString) -> Bool {
        guard count == other.utf8CodeUnitCount else { return false }
        return indices.allSatisfy { self[$0].lowercasedASCII == other.utf8Start[$0] }
    }

    /// A decimal from 0 to 65535 without sign, white space or leading zeros.
    var portNumber: UInt16? {
        guard count >= 1, count <= 5, count == 1 || self[0] != UInt8(ascii: "0") else { return nil }
        var value: UInt32 = 0
        for byte in self {
            guard let digit = byte.decimalDigit else { return nil }
            value = value * 10 + UInt32(digit)
        }
        return UInt16(exactly: value)
    }
}
