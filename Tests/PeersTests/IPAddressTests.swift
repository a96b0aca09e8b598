import Glibc
import Peers
import Testing

@Suite struct IPAddressTests {
    static let right = [
        "0.0.0.0", "127.0.0.1", "255.255.255.255", "192.0.2.1", "::", "::1", "1::", "1::8", "2001:db8::1",
        "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:0:0:4:0:0:0:8", "::ffff:192.0.2.1", "::192.0.2.1",
        "64:ff9b::192.0.2.33", "1:2:3:4:5:6:192.0.2.1", "FE80::ABCD", "fe80::abcd", "::ffff:0:1", "1:2::4:5:6:7:8",
        "0:0:1::", "0001:0002::",
    ]

    static let wrong = [
        "", " ", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.04", "1.2.3.256", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\n",
        "1..3.4", "1.2.3.", ".1.2.3", "0x1.2.3.4", "1.2.3.4/8", "+1.2.3.4", "1.2.3.1000", ":", ":::", "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3", "12345::", ":1::", "1:", "::1:",
        "g::", "::1%lo", "[::1]", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.4:5", "1.2.3.4::", "::01.2.3.4",
        "1:2:3:4::5:6:7:8:9", "٣.1.1.1", "1.2.3.4\0", "::\0",
    ]

    @Test(arguments: right) func readsWhatTheLibraryReads(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(bytes(of: address) == oracle(text))
    }

    @Test(arguments: wrong) func refusesWhatTheLibraryRefuses(_ text: String) {
        #expect(IPAddress(text) == nil)
        if !text.utf8.contains(0) { #expect(oracle(text) == nil) }
    }

    @Test func agreesWithTheLibraryOnMutations() {
        var random = SplitMix(state: 7)
        let alphabet = Array("0123456789abcdefF:::..%[] g".utf8)
        for _ in 0..<60_000 {
            var text = Array((Self.right.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                text[place] = alphabet.randomElement(using: &random) ?? 0
            }
            let string = String(decoding: text, as: UTF8.self)
            #expect(IPAddress(string).map(bytes) == oracle(string), "\(string)")
        }
    }

    @Test(
        arguments: [
            ("0:0:0:0:0:0:0:0", "::"), ("0:0:0:0:0:0:0:1", "::1"), ("1:0:0:0:0:0:0:0", "1::"),
            ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("::ffff:10.1.2.3", "10.1.2.3"), ("0:0:0:0:0:fffe::1", "::fffe:0:1"),
            ("255.255.255.255", "255.255.255.255"), ("1111:2222:3333:4444:5555:6666:7777:8888", nil),
        ] as [(String, String?)]) func writesTheCanonicalForm(_ text: String, _ canonical: String?) throws
    {
        #expect(try #require(IPAddress(text)).description == canonical ?? text)
    }

    @Test func readsBackWhatItWrites() {
        var random = SplitMix(state: 11)
        for _ in 0..<20_000 {
            let mask = UInt64.random(in: 0...(.max), using: &random) & UInt64.random(in: 0...(.max), using: &random)
            let address = IPAddress(
                high: UInt64.random(in: 0...(.max), using: &random) & mask & ~(mask << 7),
                low: UInt64.random(in: 0...(.max), using: &random) & mask & ~(mask << 9))
            #expect(IPAddress(address.description) == address)
        }
    }

    @Test func mappedAddressesAreIPv4Addresses() throws {
        #expect(IPAddress("::ffff:192.0.2.1") == IPAddress("192.0.2.1"))
        #expect(IPAddress("192.0.2.1")?.ipv4 == 0xc000_0201)
        #expect(IPAddress("::192.0.2.1")?.isIPv4 == false)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.0.1", true), ("::1", true), ("::ffff:127.0.0.1", true), ("128.0.0.1", false),
        ("::2", false), ("::", false),
    ]) func knowsLoopback(_ text: String, _ isLoopback: Bool) throws {
        #expect(try #require(IPAddress(text)).isLoopback == isLoopback)
    }

    @Test func readsSocketAddresses() throws {
        var ipv4 = sockaddr_in()
        ipv4.sin_family = sa_family_t(AF_INET)
        ipv4.sin_port = UInt16(8080).bigEndian
        ipv4.sin_addr.s_addr = UInt32(0xc000_0201).bigEndian
        let four = withUnsafeBytes(of: ipv4) { IPEndpoint(socketAddress: $0) }
        #expect(four == IPEndpoint(address: try #require(IPAddress("192.0.2.1")), port: 8080))

        var ipv6 = sockaddr_in6()
        ipv6.sin6_family = sa_family_t(AF_INET6)
        ipv6.sin6_port = UInt16(443).bigEndian
        #expect(inet_pton(AF_INET6, "::ffff:192.0.2.1", &ipv6.sin6_addr) == 1)
        let six = withUnsafeBytes(of: ipv6) { IPEndpoint(socketAddress: $0) }
        #expect(six == IPEndpoint(address: try #require(IPAddress("192.0.2.1")), port: 443))
    }

    @Test func socketAddressesOfOtherFamiliesAreNone() {
        let unix = sockaddr_un(sun_family: sa_family_t(AF_UNIX), sun_path: sockaddr_un().sun_path)
        #expect(withUnsafeBytes(of: unix) { IPEndpoint(socketAddress: $0) } == nil)
        #expect([UInt8]([2, 0, 0]).withUnsafeBytes { IPEndpoint(socketAddress: $0) } == nil)
        #expect([UInt8]().withUnsafeBytes { IPEndpoint(socketAddress: $0) } == nil)
    }

    private func bytes(of address: IPAddress) -> [UInt8] {
        withUnsafeBytes(of: (address.high.bigEndian, address.low.bigEndian)) { Array($0) }
    }

    /// What `inet_pton` makes of a text, in sixteen bytes.
    private func oracle(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            return [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] + withUnsafeBytes(of: four) { Array($0) }
        }
        var six = in6_addr()
        return inet_pton(AF_INET6, text, &six) == 1 ? withUnsafeBytes(of: six) { Array($0) } : nil
    }
}

/// A small generator, so that a failure can be had again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
