/// What PEP 3333 lets an application say in `start_response`, on plain bytes.
package enum ResponseRules {
    /// PEP 3333 "The start_response() Callable": three digits, then a space and a reason without control characters.
    /// The reason may be missing. 1xx is the server's to send.
    package enum StatusFault: Error { case form, interim }

    /// Returns the code and where the reason begins.
    @inline(__always)
    package static func status(
        _ bytes: UnsafeRawBufferPointer
    ) throws(StatusFault) -> (code: UInt16, reason: UnsafeRawBufferPointer) {
        guard bytes.count >= 3 else { throw .form }
        var code: UInt16 = 0
        for index in 0..<3 {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { throw .form }
            code = code * 10 + UInt16(digit)
        }
        guard code >= 100, code <= 599 else { throw .form }
        guard code >= 200 else { throw .interim }
        guard bytes.count > 3 else { return (code, UnsafeRawBufferPointer(rebasing: bytes[3..<3])) }
        guard bytes[3] == UInt8(ascii: " ") else { throw .form }
        let reason = UnsafeRawBufferPointer(rebasing: bytes[4...])
        guard isFieldValue(reason) else { throw .form }
        return (code, reason)
    }

    /// RFC 9110 §5.1: a field name is a token.
    @inline(__always)
    package static func isFieldName(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard !bytes.isEmpty else { return false }
        for byte in bytes where !isTokenByte(byte) { return false }
        return true
    }

    /// RFC 9110 §5.6.2.
    @inline(__always)
    static func isTokenByte(_ byte: UInt8) -> Bool {
        // Bit n of these words: may byte n, or 64 + n, stand in a token?
        let low: UInt64 = 0x03FF_6CFA_0000_0000
        let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
        if byte < 64 { return low >> UInt64(byte) & 1 == 1 }
        return byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }

    /// RFC 9110 §5.5, and PEP 3333: no control characters, CR and LF least of all. Horizontal tab is white space.
    @inline(__always)
    package static func isFieldValue(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes where byte < 0x20 && byte != 0x09 || byte == 0x7F { return false }
        return true
    }

    /// PEP 3333 "Other HTTP Features": hop-by-hop fields belong to the server (RFC 9110 §7.6.1).
    @inline(__always)
    package static func isHopByHop(_ name: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 2: equals(name, "te")
        case 7: equals(name, "trailer") || equals(name, "upgrade")
        case 8: equals(name, "trailers")
        case 10: equals(name, "connection") || equals(name, "keep-alive")
        case 16: equals(name, "proxy-connection")
        case 17: equals(name, "transfer-encoding")
        case 18: equals(name, "proxy-authenticate")
        case 19: equals(name, "proxy-authorization")
        default: false
        }
    }

    /// RFC 9110 §8.6: digits only, and few enough for 63 bits.
    package static func isContentLength(_ value: UnsafeRawBufferPointer) -> Bool {
        (1...18).contains(value.count) && value.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    }

    @inline(__always)
    package static func isContentLengthName(_ name: UnsafeRawBufferPointer) -> Bool {
        name.count == 14 && equals(name, "content-length")
    }

    /// ASCII case-insensitive; `lowered` is lower case and of the same length.
    @inline(__always)
    private static func equals(_ name: UnsafeRawBufferPointer, _ lowered: StaticString) -> Bool {
        for index in 0..<name.count {
            let byte = name[index]
            let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if lower != lowered.utf8Start[index] { return false }
        }
        return true
    }
}
