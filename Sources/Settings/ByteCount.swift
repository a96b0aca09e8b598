/// A size in bytes. Written as bytes or in powers of 1024: `65536`, `64k`, `1m`, `4g`.
package struct ByteCount: Hashable, Sendable, Comparable {
    package let bytes: Int

    package init(bytes: Int) {
        self.bytes = bytes
    }

    /// Nil for anything but digits and at most one unit letter (either case), and for what does not fit.
    package init?(_ text: String) {
        let unit = text.utf8.last.flatMap(Self.multiplier)
        let digits = unit == nil ? text[...] : text.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDecimalDigit), let number = Int(digits) else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
        guard !overflow else { return nil }
        self.init(bytes: bytes)
    }

    package static func < (left: ByteCount, right: ByteCount) -> Bool {
        left.bytes < right.bytes
    }

    package static func kibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 10) }
    package static func mebibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 20) }
    package static func gibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 30) }

    private static func multiplier(_ unit: UInt8) -> Int? {
        switch unit | 0x20 {
        case UInt8(ascii: "k"): 1 << 10
        case UInt8(ascii: "m"): 1 << 20
        case UInt8(ascii: "g"): 1 << 30
        default: nil
        }
    }
}

extension ByteCount: CustomStringConvertible {
    /// The shortest form that reads back as the same size.
    package var description: String {
        if bytes == 0 { return "0" }
        if bytes % (1 << 30) == 0 { return "\(bytes >> 30)g" }
        if bytes % (1 << 20) == 0 { return "\(bytes >> 20)m" }
        if bytes % (1 << 10) == 0 { return "\(bytes >> 10)k" }
        return "\(bytes)"
    }
}

extension UInt8 {
    var isDecimalDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}
