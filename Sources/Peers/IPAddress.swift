/// An IPv4 or IPv6 address: sixteen bytes, compared and hashed as two words.
///
/// IPv4 is kept in its IPv4-mapped form (RFC 4291 §2.5.5.2). A dual-stack socket reports `::ffff:192.0.2.1` where an
/// IPv4 socket reports `192.0.2.1`; both are the same value here, so a rule about one holds for the other.
/// Zones (`%eth0`) are not part of an address.
package struct IPAddress: Hashable, Sendable {
    /// The first eight bytes in network order, as a number.
    package let high: UInt64

    /// The last eight bytes in network order, as a number.
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// - Parameter ipv4: the four bytes in network order, as a number: `127.0.0.1` is `0x7f00_0001`.
    package init(ipv4: UInt32) {
        self.init(high: 0, low: Self.mappedPrefix | UInt64(ipv4))
    }

    package var isIPv4: Bool {
        high == 0 && low & ~0xffff_ffff == Self.mappedPrefix
    }

    /// The IPv4 address as a number in network order, or nil for an IPv6 address.
    package var ipv4: UInt32? {
        isIPv4 ? UInt32(truncatingIfNeeded: low) : nil
    }

    /// 127.0.0.0/8 (RFC 1122 §3.2.1.3) and `::1` (RFC 4291 §2.5.3).
    package var isLoopback: Bool {
        isIPv4 ? low >> 24 & 0xff == 127 : high == 0 && low == 1
    }

    private static let mappedPrefix: UInt64 = 0xffff << 32
}
