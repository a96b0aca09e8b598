import Peers
import Testing

@Suite struct AddressBlockTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("0.0.0.0/0", "255.1.2.3", true),
        ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true), ("::/0", "192.0.2.1", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::", false),
        ("[2001:db8::]/32", "2001:db8::1", true), ("2001:db8::8:0:0:0/77", "2001:db8::a:0:0:1", true),
        ("2001:db8::8:0:0:0/77", "2001:db8::10:0:0:1", false), ("::1", "::1", true), ("::1/128", "::2", false),
        ("172.16.0.0/12", "172.31.255.255", true), ("172.16.0.0/12", "172.32.0.0", false),
        ("::ffff:10.0.0.0/104", "10.9.9.9", true), ("fe80::/10", "febf::1", true), ("fe80::/64", "fe80::1", true),
        ("fe80::/64", "fe80:0:0:1::1", false), ("10.0.0.0/31", "10.0.0.1", true), ("10.0.0.0/31", "10.0.0.2", false),
    ]) func holdsItsOwnFamilyWithinItsPrefix(_ block: String, _ address: String, _ isIn: Bool) throws {
        #expect(try AddressBlock(block).contains(try #require(IPAddress(address))) == isIn)
    }

    @Test(arguments: ["", "/8", "10.0.0/8", "localhost", "10.0.0.0/8/8", "10.0.0.0 /8", "[10.0.0.0/8", "*", "unix"])
    func refusesWhatIsNoAddress(_ text: String) {
        let expected: AddressError = text == "10.0.0.0/8/8" ? .notAPrefixLength(text) : .notAnAddress(text)
        #expect(throws: expected) { try AddressBlock(text) }
    }

    @Test(arguments: ["10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/+8", "10.0.0.0/8 ", "10.0.0.0/1000", "::/-1"])
    func refusesOtherPrefixLengths(_ text: String) {
        #expect(throws: AddressError.notAPrefixLength(text)) { try AddressBlock(text) }
    }

    @Test(arguments: ["10.0.0.1/8", "0.0.0.1/0", "::1/127", "::1/0", "2001:db8::1/64"])
    func refusesBitsBeyondThePrefix(_ text: String) {
        #expect(throws: AddressError.bitsBeyondPrefix(text)) { try AddressBlock(text) }
    }

    @Test(arguments: ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32", "::/0", "0.0.0.0/0"])
    func writesWhatItReads(_ text: String) throws {
        #expect(try AddressBlock(text).description == text)
    }
}

@Suite struct TrustedPeersTests {
    @Test func believesBlocksAndUnixSockets() throws {
        let trusted = try TrustedPeers("127.0.0.0/8, ::1,unix")
        #expect(trusted.contains(IPAddress("127.0.0.9")))
        #expect(trusted.contains(IPAddress("::1")))
        #expect(trusted.contains(nil))
        #expect(!trusted.contains(IPAddress("192.0.2.1")))
    }

    @Test func believesNobodyByAnEmptyList() throws {
        #expect(try TrustedPeers("") == .nobody)
        #expect(!TrustedPeers.nobody.contains(nil))
        #expect(!TrustedPeers.nobody.contains(IPAddress("127.0.0.1")))
    }

    @Test func believesEverybodyByAStar() throws {
        let trusted = try TrustedPeers("*")
        #expect(trusted.contains(nil))
        #expect(trusted.contains(IPAddress("2001:db8::1")))
    }

    @Test func namesTheWordAtFault() {
        #expect(throws: AddressError.notAnAddress("proxy")) { try TrustedPeers("10.0.0.0/8 proxy") }
    }

    @Test func unionBelievesBoth() throws {
        let both = try TrustedPeers("10.0.0.0/8").union(try TrustedPeers("unix"))
        #expect(both.contains(nil))
        #expect(both.contains(IPAddress("10.0.0.1")))
    }
}
