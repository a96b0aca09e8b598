/// Numbers as digits, without a String.
enum Decimal {
    /// Writes the shortest form and answers its length, at most 20.
    @inline(__always)
    static func write(_ number: UInt64, to target: UnsafeMutableRawPointer) -> Int {
        var length = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            length &+= 1
        }
        rest = number
        for offset in stride(from: length &- 1, through: 0, by: -1) {
            let digit = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            target.storeBytes(of: digit, toByteOffset: offset, as: UInt8.self)
            rest /= 10
        }
        return length
    }
}
