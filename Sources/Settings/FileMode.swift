/// Permission bits, written in octal: `660`, `0660`, `022`.
package struct FileMode: Sendable, Hashable {
    package let bits: UInt32

    package init(bits: UInt32) {
        self.bits = bits
    }

    /// Nil unless one to four octal digits, perhaps after `0o`, of at most 777.
    init?(_ text: String) {
        let digits = text.hasPrefix("0o") ? text.dropFirst(2) : text[...]
        guard (1...4).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isDecimalDigit),
            let bits = UInt32(digits, radix: 8), bits <= 0o777
        else { return nil }
        self.bits = bits
    }
}
