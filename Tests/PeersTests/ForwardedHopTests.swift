import Peers
import Testing

@Suite struct XForwardedTests {
    /// The rightmost address that is not trusted; 10.0.0.0/8 and ::1 are.
    @Test(
        arguments: [
            ("192.0.2.1", "192.0.2.1", nil), ("192.0.2.1, 10.0.0.2", "192.0.2.1", nil),
            ("198.51.100.7, 192.0.2.1, 10.0.0.3,10.0.0.2", "192.0.2.1", nil), ("10.0.0.3, 10.0.0.2", "10.0.0.3", nil),
            ("192.0.2.1:4711", "192.0.2.1", 4711), ("[2001:db8::1]:80, ::1", "2001:db8::1", 80),
            ("2001:db8::1", "2001:db8::1", nil), ("[2001:db8::1]", "2001:db8::1", nil),
            ("::ffff:192.0.2.1, ::ffff:10.0.0.2", "192.0.2.1", nil),
            (" ,, 192.0.2.1 ,\t, 10.0.0.2 ,", "192.0.2.1", nil),
            ("", nil, nil), ("unknown", nil, nil), ("192.0.2.1, unknown", nil, nil),
            ("192.0.2.1, unknown, 10.0.0.2", "10.0.0.2", nil),
            ("192.0.2.1, nonsense, 10.0.0.3, 10.0.0.2", "10.0.0.3", nil),
            ("192.0.2.1:99999", nil, nil), ("192.0.2.1:, 10.0.0.2", "10.0.0.2", nil),
            ("_hidden, 10.0.0.2", "10.0.0.2", nil),
            ("\"192.0.2.1\"", nil, nil), ("10.0.0.3, 192.0.2.1", "192.0.2.1", nil), ("192.0.2.01", nil, nil),
        ] as [(String, String?, UInt16?)]) func clientIsTheRightmostUntrustedAddress(
            _ list: String, _ client: String?, _ port: UInt16?
        )
    {
        #expect(read([(.xForwardedFor, list)])?.client == client)
        #expect(read([(.xForwardedFor, list)])?.clientPort == port)
    }

    @Test func linesAreOneList() {
        let lines = [(ForwardedField.xForwardedFor, "192.0.2.9, 192.0.2.1"), (.xForwardedFor, "10.0.0.2")]
        #expect(read(lines)?.client == "192.0.2.1")
    }

    @Test func nothingIsBelievedFromOthers() {
        #expect(read([(.xForwardedFor, "192.0.2.1")], peer: "192.0.2.200") == nil)
        #expect(read([(.xForwardedFor, "192.0.2.1")], peer: nil) == nil)
        #expect(read([(.xForwardedFor, "192.0.2.1")], peer: nil, trusted: "unix")?.client == "192.0.2.1")
        #expect(read([], peer: "10.0.0.1") == nil)
    }

    @Test func oneFamilyIsBelieved() {
        let both = [(ForwardedField.forwarded, "for=192.0.2.1"), (.xForwardedFor, "192.0.2.2")]
        #expect(read(both, family: .x)?.client == "192.0.2.2")
        #expect(read(both, family: .rfc7239)?.client == "192.0.2.1")
        #expect(read(both, family: .off) == nil)
    }

    @Test func companionsComeFromTheClientsPlace() {
        let hop = read([
            (.xForwardedFor, "6.6.6.6, 192.0.2.1, 10.0.0.3"), (.xForwardedProto, "http, https, http"),
            (.xForwardedHost, "evil.example, www.example:8443, inner"), (.xForwardedPort, "1, 8443, 80"),
            (.xForwardedPrefix, "/evil, /app/, /"),
        ])
        #expect(hop == Seen(client: "192.0.2.1", scheme: .https, host: "www.example:8443", port: 8443, prefix: "/app"))
    }

    @Test func aSingleCompanionHoldsForAllHops() {
        let hop = read([(.xForwardedFor, "192.0.2.1, 10.0.0.3, 10.0.0.2"), (.xForwardedProto, "HTTPS")])
        #expect(hop?.scheme == .https)
    }

    @Test func companionsHoldOverSeveralLines() {
        let hop = read([
            (.xForwardedProto, "https"), (.xForwardedFor, "192.0.2.1"), (.xForwardedProto, "http"),
            (.xForwardedFor, "10.0.0.3"),
        ])
        #expect(hop?.scheme == .https)
    }

    @Test(arguments: ["ftp", "https://", "wss", "http https", ""]) func otherSchemesAreNone(_ scheme: String) {
        #expect(read([(.xForwardedProto, scheme)])?.scheme == nil)
    }

    @Test(arguments: [
        "www.example", "www.example:8080", "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]", "[2001:db8::1]:443", "a_b-c.d",
    ]) func hostsAreNamesAndAddresses(_ host: String) {
        #expect(read([(.xForwardedHost, host)])?.host == host)
    }

    @Test(arguments: [
        "", ":80", "a b", "a/b", "user@a", "a:b", "a:80:80", "a:99999", "[::1", "::1", "[zz]", "a?b", "a#b", "a\"b",
        "ä", "<x>",
    ]) func otherHostsAreNone(_ host: String) {
        #expect(read([(.xForwardedHost, host)])?.host == nil)
    }

    @Test(arguments: ["0", "65536", "-1", "+80", "080", "x", "80x"]) func otherPortsAreNone(_ port: String) {
        #expect(read([(.xForwardedPort, port)])?.port == nil)
    }

    @Test(arguments: ["/", "app", "//app", "/a?b", "/a b", "/%2e", "http://x/"]) func otherPrefixesAreNone(
        _ prefix: String
    ) {
        #expect(read([(.xForwardedPrefix, prefix)])?.prefix == nil)
    }
}

@Suite struct ForwardedTests {
    /// RFC 7239 §4 and §6, with the examples of both.
    @Test(
        arguments: [
            ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60", nil),
            ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17", 4711),
            ("for=192.0.2.43, for=198.51.100.17", "198.51.100.17", nil),
            ("for=192.0.2.43,for=10.0.0.2", "192.0.2.43", nil),
            ("for=\"192.0.2.43:47011\"", "192.0.2.43", 47011), ("for=192.0.2.43:80", "192.0.2.43", 80),
            ("for=\"_gazonk\"", nil, nil), ("for=unknown, for=10.0.0.2", "10.0.0.2", nil),
            ("for=_SEVKISEK;by=x, for=10.0.0.2", "10.0.0.2", nil), ("for=\"192.0.2.1:_port\"", "192.0.2.1", nil),
            ("for=2001:db8::1", nil, nil), ("for=\"2001:db8::1\"", nil, nil),
            ("for=192.0.2.1; proto=https", "192.0.2.1", nil),
            ("proto=https", nil, nil), ("proto=https, for=10.0.0.2", "10.0.0.2", nil), ("", nil, nil),
            (" , ,", nil, nil),
            ("ext=\"a,b;c\\\"d\";for=192.0.2.1", "192.0.2.1", nil), ("for=192.0.2.1;for=192.0.2.2", nil, nil),
            ("for=192.0.2.1;x=1;x=2", "192.0.2.1", nil), ("for=192.0.2.1;;", "192.0.2.1", nil),
            ("for=\"192.0.2.1", nil, nil), ("for=", nil, nil), ("for", nil, nil), ("=1", nil, nil),
            ("for =192.0.2.1", nil, nil),
            ("for=192.0.2.1 proto=https", nil, nil), ("for=\"192.0.2.1\"x", nil, nil),
            ("for=\"19\\2.0.2.1\"", nil, nil),
        ] as [(String, String?, UInt16?)]) func clientIsTheRightmostUntrustedAddress(
            _ line: String, _ client: String?, _ port: UInt16?
        )
    {
        let hop = read([(.forwarded, line)], family: .rfc7239)
        #expect(hop?.client == client)
        #expect(hop?.clientPort == port)
    }

    @Test func whatStandsLeftOfAMalformedLineIsForgotten() {
        let lines = [(ForwardedField.forwarded, "for=192.0.2.1"), (.forwarded, "for=\""), (.forwarded, "for=10.0.0.3")]
        #expect(read(lines, family: .rfc7239)?.client == "10.0.0.3")
        #expect(read([lines[0], lines[1]], family: .rfc7239)?.client == nil)
    }

    @Test func schemeAndHostComeFromTheClientsElement() {
        let line =
            "for=6.6.6.6;proto=http, for=192.0.2.1;proto=https;host=\"www.example:8443\", for=10.0.0.3;proto=http"
        let hop = read([(.forwarded, line)], family: .rfc7239)
        #expect(hop == Seen(client: "192.0.2.1", scheme: .https, host: "www.example:8443"))
    }

    @Test func nothingLeftOverFromAnElementThatWasReplaced() {
        let hop = read([(.forwarded, "for=6.6.6.6;proto=https;host=evil, for=192.0.2.1")], family: .rfc7239)
        #expect(hop == Seen(client: "192.0.2.1"))
    }

    @Test func cutAnywhereItNeverTraps() {
        let line = "for=\"[2001:db8::1]:80\";proto=https;host=\"a\\\"b\", for=10.0.0.2;by=_x"
        for count in 0...line.utf8.count {
            let cut = String(decoding: line.utf8.prefix(count), as: UTF8.self)
            #expect(read([(.forwarded, cut)], family: .rfc7239) != nil)
            _ = read([(.xForwardedFor, cut), (.xForwardedHost, cut), (.xForwardedPrefix, cut)])
        }
    }
}

@Suite struct ForwardedFieldTests {
    @Test(
        arguments: [
            ("Forwarded", .forwarded), ("x-forwarded-for", .xForwardedFor), ("X-FORWARDED-PROTO", .xForwardedProto),
            ("X-Forwarded-Host", .xForwardedHost), ("X-Forwarded-Port", .xForwardedPort),
            ("X-Forwarded-Prefix", .xForwardedPrefix), ("X-Forwarded-Server", nil), ("Host", nil), ("", nil),
        ] as [(String, ForwardedField?)]) func knowsFieldsByName(_ name: String, _ field: ForwardedField?)
    {
        #expect(Array(name.utf8).withUnsafeBytes { ForwardedField(name: $0) } == field)
    }

    @Test(arguments: [
        ("Forwarded", true), ("X-Real-IP", true), ("X-Forwarded-Server", true), ("X-Forwarded-For", true),
        ("X-Forwarded", false), ("X-Forwarded-", false), ("Host", false), ("Forwards", false),
    ]) func knowsWhatSpeaksOfHops(_ name: String, _ speaks: Bool) {
        #expect(Array(name.utf8).withUnsafeBytes { ForwardedField.speaksOfHops($0) } == speaks)
    }
}

/// A hop's facts, copied.
private struct Seen: Equatable {
    var client: String?
    var clientPort: UInt16?
    var scheme: ForwardedHop.Scheme?
    var host: String?
    var port: UInt16?
    var prefix: String?
}

private func read(
    _ lines: [(ForwardedField, String)], family: ForwardedFamily = .x, peer: String? = "10.0.0.1",
    trusted: String = "10.0.0.0/8,::1"
) -> Seen? {
    let buffers = lines.map { UnsafeMutableRawBufferPointer.copy(of: $0.1) }
    defer { buffers.forEach { $0.deallocate() } }
    let forwarded = zip(lines, buffers).map { ForwardedLine(field: $0.0, value: UnsafeRawBufferPointer($1)) }
    guard let trusted = try? TrustedPeers(trusted) else { return nil }
    let hop = forwarded.withUnsafeBufferPointer {
        ForwardedHop(lines: $0, family: family, peer: peer.flatMap { IPAddress($0) }, trusted: trusted)
    }
    return hop.map { hop in
        Seen(
            client: hop.client?.description, clientPort: hop.clientPort, scheme: hop.scheme,
            host: hop.host.map { String(decoding: $0, as: UTF8.self) }, port: hop.port,
            prefix: hop.prefix.map { String(decoding: $0, as: UTF8.self) })
    }
}

extension UnsafeMutableRawBufferPointer {
    fileprivate static func copy(of text: String) -> UnsafeMutableRawBufferPointer {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
        buffer.copyBytes(from: text.utf8)
        return buffer
    }
}
