import Peers
import Testing

@Suite struct ProxyHeaderVersion1Tests {
    /// Section 2.1.
    @Test(arguments: [
        ("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", "192.0.2.1", 56324, "192.0.2.2", 443),
        (
            "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255", 65535, "255.255.255.255",
            65535
        ),
        ("PROXY TCP6 2001:db8::1 ::1 1 0\r\n", "2001:db8::1", 1, "::1", 0),
        ("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "192.0.2.1", 1, "::1", 2),
    ]) func readsBothEnds(_ line: String, _ from: String, _ fromPort: UInt16, _ to: String, _ toPort: UInt16) throws {
        let ends = ProxyHeader.Ends(
            source: IPEndpoint(address: try #require(IPAddress(from)), port: fromPort),
            destination: IPEndpoint(address: try #require(IPAddress(to)), port: toPort))
        expectOutcome(.complete(length: line.utf8.count, ends: ends), of: Array(line.utf8))
    }

    @Test(arguments: ["PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff:f...f:ffff anything at all 1\r\n", "PROXY UNKNOWN \r\n"])
    func unknownGivesNoAddress(_ line: String) {
        expectOutcome(.complete(length: line.utf8.count, ends: nil), of: Array(line.utf8))
    }

    @Test func longestLineIsRead() {
        let line = "PROXY UNKNOWN " + String(repeating: "f", count: 107 - 16) + "\r\n"
        #expect(line.utf8.count == 107)
        expectOutcome(.complete(length: 107, ends: nil), of: Array(line.utf8))
    }

    @Test func longerLinesFailWithoutWaitingForTheirEnd() {
        let line = "PROXY UNKNOWN " + String(repeating: "f", count: 107 - 15) + "\r\n"
        #expect(outcome(of: Array(line.utf8)) == .failed(.tooLong))
        #expect(outcome(of: Array(line.utf8.prefix(107))) == .failed(.tooLong))
    }

    @Test(arguments: [
        "PROXY\r\n", "PROXY \r\n", "PROXY TCP4\r\n", "PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 \r\n",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 2 3\r\n", "PROXY TCP4  1.1.1.1 1.1.1.1 1 2\r\n", "PROXY TCP4 ::1 ::1 1 2\r\n",
        "PROXY TCP6 1.1.1.1 1.1.1.1 1 2\r\n", "PROXY TCP4 1.1.1.1 1.1.1.1 01 2\r\n",
        "PROXY TCP4 1.1.1.1 1.1.1.1 65536 2\r\n",
        "PROXY TCP4 1.1.1.1 1.1.1.1 -1 2\r\n", "PROXY UDP4 1.1.1.1 1.1.1.1 1 2\r\n", "PROXY TCP4 1.1.1.1 1.1.1.1 1 2\n",
        "PROXY tcp4 1.1.1.1 1.1.1.1 1 2\r\n", "PROXY TCP4 1.1.1.256 1.1.1.1 1 2\r\n",
    ]) func refusesOtherLines(_ line: String) {
        let failure: ProxyHeader.Failure = line == "PROXY\r\n" ? .noSignature : .malformedLine
        #expect(outcome(of: Array(line.utf8)) == .failed(failure))
    }

    @Test(arguments: ["GET / HTTP/1.1\r\n", "P ROXY", "\r\n\r\nGET", " PROXY TCP4", "proxy "])
    func failsAtTheFirstByteThatIsNoSignature(_ text: String) {
        #expect(outcome(of: Array(text.utf8)) == .failed(.noSignature))
    }
}

@Suite struct ProxyHeaderVersion2Tests {
    private let ends4 = ProxyHeader.Ends(
        source: IPEndpoint(address: IPAddress(ipv4: 0xc000_0201), port: 56324),
        destination: IPEndpoint(address: IPAddress(ipv4: 0xc000_0202), port: 443))

    private let addresses4: [UInt8] = [192, 0, 2, 1, 192, 0, 2, 2, 0xdc, 0x04, 0x01, 0xbb]

    @Test func readsIPv4() {
        expectOutcome(.complete(length: 28, ends: ends4), of: header(0x21, 0x11, addresses4))
    }

    @Test func readsIPv6() throws {
        let source = IPAddress(high: 0x2001_0db8_0000_0000, low: 1)
        let bytes: [UInt8] =
            [0x20, 0x01, 0x0d, 0xb8] + Array(repeating: 0, count: 11) + [1]
            + Array(repeating: 0, count: 15) + [1, 0, 80, 0x1f, 0x90]
        let ends = ProxyHeader.Ends(
            source: IPEndpoint(address: source, port: 80),
            destination: IPEndpoint(address: IPAddress(high: 0, low: 1), port: 8080))
        expectOutcome(.complete(length: 52, ends: ends), of: header(0x21, 0x21, bytes))
    }

    @Test func skipsTLVs() {
        let tlvs: [UInt8] = [0x04, 0, 3, 1, 2, 3]
        expectOutcome(.complete(length: 34, ends: ends4), of: header(0x21, 0x11, addresses4 + tlvs))
    }

    /// Section 2.2: LOCAL's family must be ignored, whatever it is.
    @Test(arguments: [0x00, 0x11, 0x21, 0x31, 0x55] as [UInt8]) func localGivesNoAddress(_ family: UInt8) {
        expectOutcome(.complete(length: 16, ends: nil), of: header(0x20, family, []))
        expectOutcome(.complete(length: 28, ends: nil), of: header(0x20, family, addresses4))
    }

    @Test func unspecifiedAndUnixGiveNoAddress() {
        expectOutcome(.complete(length: 16, ends: nil), of: header(0x21, 0x00, []))
        let unix = header(0x21, 0x31, Array(repeating: 0x2f, count: 216))
        expectOutcome(.complete(length: 232, ends: nil), of: unix)
    }

    @Test func longestHeaderIsRead() {
        let bytes = header(0x21, 0x11, addresses4 + Array(repeating: 0, count: 536 - 28))
        #expect(outcome(of: bytes) == .complete(length: ProxyHeader.longest, ends: ends4))
    }

    @Test func longerHeadersFailAtTheirFixedPart() {
        let bytes = header(0x21, 0x11, addresses4 + Array(repeating: 0, count: 537 - 28))
        #expect(outcome(of: Array(bytes.prefix(16))) == .failed(.tooLong))
    }

    @Test(arguments: [0x22, 0x2f, 0x11, 0x31, 0x01, 0x00] as [UInt8]) func refusesOtherVersionsAndCommands(
        _ byte: UInt8
    ) {
        #expect(outcome(of: header(byte, 0x11, addresses4)) == .failed(.unknownVersionOrCommand))
    }

    @Test(arguments: [0x12, 0x22, 0x32, 0x41, 0x13, 0x10, 0x01] as [UInt8]) func refusesOtherFamilies(_ byte: UInt8) {
        #expect(outcome(of: header(0x21, byte, addresses4)) == .failed(.unknownFamily))
    }

    @Test func refusesLengthsTooShortForTheFamily() {
        #expect(outcome(of: header(0x21, 0x11, Array(addresses4.dropLast()))) == .failed(.tooShortForFamily))
        #expect(outcome(of: header(0x21, 0x21, addresses4)) == .failed(.tooShortForFamily))
        #expect(outcome(of: header(0x21, 0x31, addresses4)) == .failed(.tooShortForFamily))
    }

    private func header(_ command: UInt8, _ family: UInt8, _ payload: [UInt8]) -> [UInt8] {
        Array("\r\n\r\n\0\r\nQUIT\n".utf8) + [command, family, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
            + payload
    }
}

private func outcome(of bytes: [UInt8]) -> ProxyHeader {
    bytes.withUnsafeBytes { ProxyHeader($0) }
}

/// Whole, in every prefix, and glued to what the client sends.
private func expectOutcome(_ expected: ProxyHeader, of bytes: [UInt8]) {
    #expect(outcome(of: bytes) == expected)
    for count in 0..<bytes.count {
        #expect(outcome(of: Array(bytes.prefix(count))) == .incomplete, "after \(count) bytes")
    }
    #expect(outcome(of: bytes + Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)) == expected)
}
