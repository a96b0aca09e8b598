import Peers

/// Text put together in place, without a `String`. Whoever makes it sees to the room.
struct LineText {
    /// How a byte that may not stand for itself is written. Bytes beyond ASCII are latin-1 to JSON: RFC 9110 §5.5 leaves
    /// their meaning open, and no byte is lost so.
    enum Escapes { case json, hexadecimal }

    private let start: UnsafeMutableRawPointer
    private var position: UnsafeMutableRawPointer
    private let prefix: StaticString

    init(_ target: UnsafeMutableRawPointer, escapes: Escapes) {
        start = target
        position = target
        prefix = escapes == .json ? "\\u00" : "\\x"
    }

    var count: Int { position - start }

    @inline(__always)
    mutating func put(_ text: StaticString) {
        position.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        position += text.utf8CodeUnitCount
    }

    @inline(__always)
    private mutating func put(byte: UInt8) {
        position.storeBytes(of: byte, as: UInt8.self)
        position += 1
    }

    /// The first `count` bytes; there is room for all of them.
    mutating func put(_ text: borrowing InlineArray<32, UInt8>, _ count: Int) {
        for index in 0..<count { position.storeBytes(of: text[index], toByteOffset: index, as: UInt8.self) }
        position += count
    }

    mutating func put(_ address: IPAddress) {
        position += address.write(into: UnsafeMutableRawBufferPointer(start: position, count: IPAddress.longestText))
    }

    // MARK: numbers

    mutating func put(_ number: UInt64) {
        var length = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            length += 1
        }
        rest = number
        for offset in (0..<length).reversed() {
            position.storeBytes(of: UInt8(ascii: "0") + UInt8(rest % 10), toByteOffset: offset, as: UInt8.self)
            rest /= 10
        }
        position += length
    }

    mutating func put(threeDigits number: UInt64) {
        put(byte: UInt8(ascii: "0") + UInt8(number / 100 % 10))
        put(byte: UInt8(ascii: "0") + UInt8(number / 10 % 10))
        put(byte: UInt8(ascii: "0") + UInt8(number % 10))
    }

    /// With three decimals.
    mutating func put(milliseconds nanoseconds: Int64) {
        let micros = UInt64(max(0, nanoseconds)) / 1000
        put(micros / 1000)
        put(byte: UInt8(ascii: "."))
        put(threeDigits: micros % 1000)
    }

    // MARK: what others have said

    mutating func put(escaped bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset + 16 <= bytes.count {
            let lanes = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
            if Self.areHarmless(lanes) {
                position.storeBytes(of: lanes, as: SIMD16<UInt8>.self)
                position += 16
            } else {
                for index in offset..<offset + 16 { put(escaped: bytes[index]) }
            }
            offset += 16
        }
        while offset < bytes.count {
            put(escaped: bytes[offset])
            offset += 1
        }
    }

    private static func areHarmless(_ lanes: SIMD16<UInt8>) -> Bool {
        // Below 0x20 and from 0x7F on: one comparison of what is left after the wrap.
        let outside = (lanes &- SIMD16(repeating: 0x20)) .>= SIMD16(repeating: 0x5F)
        let quote = lanes .== SIMD16(repeating: UInt8(ascii: "\""))
        let backslash = lanes .== SIMD16(repeating: UInt8(ascii: "\\"))
        return !any(outside .| quote .| backslash)
    }

    @inline(__always)
    private mutating func put(escaped byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            put(byte: UInt8(ascii: "\\"))
            put(byte: byte)
        case 0x20..<0x7F: put(byte: byte)
        default:
            put(prefix)
            put(byte: Self.digit(byte >> 4))
            put(byte: Self.digit(byte & 15))
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
