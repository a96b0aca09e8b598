/// A block of addresses in CIDR notation (RFC 4632 §3.1), such as `10.0.0.0/8`; a single address is its own block.
///
/// A block holds addresses of its own family only: `::/0` means every IPv6 address, and no IPv4 one, although IPv4 is
/// kept as IPv4-mapped IPv6.
package struct AddressBlock: Hashable, Sendable {
    /// The first address of the block.
    package let base: IPAddress

    /// The number of leading bits all members share, of the 128 of an `IPAddress`: an IPv4 `/8` is 104 here.
    package let prefixLength: Int

    /// - Parameters:
    ///   - base: the first address; its host bits are zero.
    ///   - prefixLength: of 128, also for IPv4.
    package init(base: IPAddress, prefixLength: Int) {
        self.base = base
        self.prefixLength = prefixLength
    }

    /// Reads `192.0.2.0/24`, `192.0.2.1`, `2001:db8::/32`, `[2001:db8::]/32`.
    package init(_ text: String) throws(AddressError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = IPAddress(Self.withoutBrackets(parts[0])) else { throw .notAnAddress(text) }
        let width = base.isIPv4 && !parts[0].contains(":") ? 32 : 128
        let length = parts.count == 1 ? width : Self.prefixLength(parts[1], width: width)
        guard let length else { throw .notAPrefixLength(text) }
        self.init(base: base, prefixLength: length + 128 - width)
        guard base.high & ~highMask == 0, base.low & ~lowMask == 0 else { throw .bitsBeyondPrefix(text) }
    }

    /// Does not allocate.
    package func contains(_ address: IPAddress) -> Bool {
        (address.high ^ base.high) & highMask == 0 && (address.low ^ base.low) & lowMask == 0
            && address.isIPv4 == base.isIPv4
    }

    private var highMask: UInt64 {
        prefixLength == 0 ? 0 : ~0 << UInt64(64 - min(prefixLength, 64))
    }

    private var lowMask: UInt64 {
        prefixLength <= 64 ? 0 : ~0 << UInt64(128 - prefixLength)
    }

    private static func withoutBrackets(_ text: Substring) -> String {
        text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : String(text)
    }

    private static func prefixLength(_ text: Substring, width: Int) -> Int? {
        guard text.utf8.count <= 3, text.utf8.allSatisfy({ $0.decimalDigit != nil }) else { return nil }
        return Int(text).flatMap { $0 <= width ? $0 : nil }
    }
}

extension AddressBlock: CustomStringConvertible {
    package var description: String {
        "\(base)/\(base.isIPv4 ? prefixLength - 96 : prefixLength)"
    }
}

/// Why a text is no block of addresses; each case carries the text.
package enum AddressError: Error, Hashable, Sendable {
    /// What stands before the `/` is neither an IPv4 nor an IPv6 address.
    case notAnAddress(String)

    /// What stands behind the `/` is no number from 0 to 32 (IPv4) or 128 (IPv6).
    case notAPrefixLength(String)

    /// As in `10.0.0.1/8`: one host or a whole network? Guessing wrong would trust strangers.
    case bitsBeyondPrefix(String)
}
