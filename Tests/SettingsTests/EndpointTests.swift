import Peers
import Settings
import Testing

private typealias Internet = Endpoint.Internet

@Suite struct EndpointTests {
    @Test(
        arguments: [
            ("8080", .dualStack, 8080), (":8080", .dualStack, 8080), ("[::]:8080", .dualStack, 8080),
            ("0", .dualStack, 0),
            ("0.0.0.0:80", .everyIPv4, 80), ("localhost:80", .name("localhost"), 80), ("tcp:8080", .everyIPv4, 8080),
            ("www.example.com:80", .name("www.example.com"), 80), ("tcp6:8080", .everyIPv6, 8080),
            ("tcp:port=8080", .everyIPv4, 8080), ("tcp:interface=localhost:port=80", .name("localhost"), 80),
            ("tcp6:80:interface=[::]", .everyIPv6, 80), ("tcp:80:interface=", nil, nil),
            ("tcp:1:port=2", .everyIPv4, 2), ("tcp:80:interface=a:interface=localhost", .name("localhost"), 80),
        ] as [(String, Endpoint.Interface?, UInt16?)])
    func internetEndpoints(_ text: String, _ interface: Endpoint.Interface?, _ port: UInt16?) throws {
        guard let interface, let port else {
            #expect(throws: EndpointError.self) { try Endpoint(text) }
            return
        }
        let expected = Internet(interface: interface, port: port, backlog: Endpoint.defaultBacklog)
        #expect(try Endpoint(text) == Endpoint(socket: .internet(expected), proxyProtocol: nil, text: text))
    }

    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1"), ("[::1]:8080", "::1"), ("tcp:8080:127.0.0.1", "127.0.0.1"),
        ("tcp:8080:interface=127.0.0.1", "127.0.0.1"), ("tcp6:8080:interface=[::1]", "::1"),
        ("tcp6:8080:interface=\\:\\:1", "::1"), ("[2001:db8::1]:8080", "2001:db8::1"),
    ]) func addresses(_ text: String, _ address: String) throws {
        let address = try #require(IPAddress(address))
        let expected = Internet(interface: .address(address), port: 8080, backlog: Endpoint.defaultBacklog)
        #expect(try Endpoint(text).socket == .internet(expected))
    }

    /// `tcp` has interface before backlog, `tcp6` the other way round.
    @Test func positionsFollowTheTypesOrder() throws {
        let tcp = Internet(interface: .address(IPAddress(ipv4: 0x7f00_0001)), port: 80, backlog: 9)
        #expect(try Endpoint("tcp:80:127.0.0.1:9").socket == .internet(tcp))
        let tcp6 = Internet(interface: .address(IPAddress(high: 0, low: 1)), port: 80, backlog: 9)
        #expect(try Endpoint("tcp6:80:9:[::1]").socket == .internet(tcp6))
        #expect(try Endpoint("tcp:backlog=9:80:127.0.0.1").socket == .internet(tcp))
    }

    @Test(
        arguments: [
            ("unix:/run/a.sock", "/run/a.sock", 0o666, 1024), ("unix:/run/a.sock:mode=660", "/run/a.sock", 0o660, 1024),
            ("unix:a.sock:0600:5", "a.sock", 0o600, 5), ("unix:address=/a=b", "/a=b", 0o666, 1024),
            ("unix:/a\\:b\\\\c\\=d", "/a:b\\c=d", 0o666, 1024), ("unix:/a[b", "/a[b", 0o666, 1024),
            ("unix:/Ä", "/Ä", 0o666, 1024),
        ] as [(String, String, UInt32, Int)])
    func unixEndpoints(_ text: String, _ path: String, _ mode: UInt32, _ backlog: Int) throws {
        #expect(try Endpoint(text).socket == .unix(Endpoint.Unix(path: path, mode: mode, backlog: backlog)))
    }

    @Test(
        arguments: [
            ("fd:3", .descriptor(3)), ("fd:descriptor=17", .descriptor(17)),
            ("systemd:", .systemd(.init(domain: nil, selection: .every))),
            ("systemd", .systemd(.init(domain: nil, selection: .every))),
            ("systemd:INET:index=0", .systemd(.init(domain: .internet, selection: .index(0)))),
            ("systemd:domain=INET6:index=2", .systemd(.init(domain: .internet6, selection: .index(2)))),
            ("systemd:name=web", .systemd(.init(domain: nil, selection: .name("web")))),
            ("systemd:UNIX:name=a\\:b", .systemd(.init(domain: .unix, selection: .name("a:b")))),
        ] as [(String, Endpoint.Socket)]) func inheritedEndpoints(_ text: String, _ socket: Endpoint.Socket) throws
    {
        #expect(try Endpoint(text).socket == socket)
    }

    @Test func haproxyWrapsAnyEndpoint() throws {
        let blocks = try [AddressBlock("10.0.0.0/8"), AddressBlock("fe80::/10")]
        let text = "haproxy:tcp:80:interface=127.0.0.1:from=10.0.0.0/8,[fe80::]/10"
        let endpoint = try Endpoint(text)
        #expect(endpoint.socket == (try Endpoint("tcp:80:interface=127.0.0.1").socket))
        #expect(endpoint.proxyProtocol == Endpoint.ProxyProtocol(from: blocks))
        #expect(endpoint.text == text)
        let short = try Endpoint("haproxy:8080:from=10.0.0.0/8")
        #expect(short.socket == (try Endpoint("8080").socket))
        #expect(short.proxyProtocol?.from == [blocks[0]])
        #expect(try Endpoint("haproxy:[::1]:80:from=fe80\\:\\:/10").proxyProtocol?.from == [blocks[1]])
    }

    @Test(arguments: ["haproxy:unix:/a:mode=600", "haproxy:systemd:UNIX:name=a"])
    func haproxyNeedsNoSendersOnUnixSockets(_ text: String) throws {
        #expect(try Endpoint(text).proxyProtocol == Endpoint.ProxyProtocol(from: nil))
    }

    @Test(
        arguments: [
            ("", .empty), ("\\", .strayBackslash), ("unix:/a\\", .strayBackslash),
            ("http:80", .unknownType("http", nearest: nil)), ("tpc:80", .unknownType("tpc", nearest: "tcp")),
            ("TCP:80", .unknownType("TCP", nearest: "tcp")), ("ssl:443", .unknownType("ssl", nearest: nil)),
            ("port=80", .unknownType("port", nearest: nil)), ("hello", .unknownType("hello", nearest: nil)),
            ("::1:80", .unknownType("", nearest: nil)), ("localhost:http", .wrong(.port, given: "http")),
            ("http://127.0.0.1:80", .unknownType("http", nearest: nil)), ("-1", .unknownType("-1", nearest: nil)),
            ("65536", .wrong(.port, given: "65536")), ("tcp:80a", .wrong(.port, given: "80a")),
            ("tcp:", .wrong(.port, given: "")), ("tcp", .missing(.port, type: "tcp")),
            ("tcp:+80", .wrong(.port, given: "+80")),
            ("tcp: 80", .wrong(.port, given: " 80")), ("localhost:65536", .wrong(.port, given: "65536")),
            ("tcp:80:backlog=0", .wrong(.backlog, given: "0")), ("tcp:80:backlog=x", .wrong(.backlog, given: "x")),
            ("tcp:80:backlgo=9", .unknownKey("backlgo", type: "tcp", nearest: "backlog")),
            ("tcp:80:127.0.0.1:9:8", .unexpectedField("8", type: "tcp")),
            ("tcp:80:interface=[::1]", .wrongFamily("[::1]", type: "tcp")),
            ("tcp:80:interface=[::]", .wrongFamily("[::]", type: "tcp")),
            ("tcp6:80:interface=127.0.0.1", .wrongFamily("127.0.0.1", type: "tcp6")),
            ("tcp:80:interface=10.0.0.256", .wrong(.interface, given: "10.0.0.256")),
            ("10.0.0.256:80", .wrong(.interface, given: "10.0.0.256")), ("a..b:80", .wrong(.interface, given: "a..b")),
            ("[localhost]:80", .wrong(.interface, given: "[localhost]")),
            ("unix:", .wrong(.address, given: "")), ("unix", .missing(.address, type: "unix")),
            ("unix:/a:mode=999", .wrong(.mode, given: "999")), ("unix:/a:mode=1777", .wrong(.mode, given: "1777")),
            ("unix:/a:lockfile=1", .unknownKey("lockfile", type: "unix", nearest: nil)),
            ("fd", .missing(.descriptor, type: "fd")), ("fd:2", .wrong(.descriptor, given: "2")),
            ("fd:x", .wrong(.descriptor, given: "x")), ("systemd:INET7:index=0", .wrong(.domain, given: "INET7")),
            ("systemd:index=0:name=web", .indexAndName), ("systemd:name=", .wrong(.name, given: "")),
            ("systemd:index=-1", .wrong(.index, given: "-1")), ("haproxy:", .missing(.inner, type: "haproxy")),
            ("haproxy", .missing(.inner, type: "haproxy")), ("haproxy:8080", .missing(.from, type: "haproxy")),
            ("haproxy:8080:from=", .missing(.from, type: "haproxy")),
            ("haproxy:fd:3", .missing(.from, type: "haproxy")),
            ("haproxy:8080:from=10.0.0.1/8", .wrongBlock(.bitsBeyondPrefix("10.0.0.1/8"))),
            ("haproxy:8080:from=10.0.0.0/8,", .wrongBlock(.notAnAddress(""))),
            ("haproxy:unix:/a:from=10.0.0.0/8", .fromOnUnixSocket), ("haproxy:haproxy:80:from=::1", .nestedHaproxy),
            ("tcp:80:from=10.0.0.0/8", .unknownKey("from", type: "tcp", nearest: nil)),
        ] as [(String, EndpointError)]) func wrongEndpointsNameTheField(_ text: String, _ error: EndpointError)
    {
        #expect(throws: error) { try Endpoint(text) }
    }

    @Test func pathsOfUnixSocketsFitTheirStructure() throws {
        let longest = "/" + String(repeating: "a", count: 106)
        #expect(try Endpoint("unix:\(longest)").socket != Endpoint("unix:/a").socket)
        #expect(throws: EndpointError.wrong(.address, given: longest + "b")) { try Endpoint("unix:\(longest)b") }
    }

    @Test func nothingTypedTraps() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "tcp", "tcp6", "unix", "fd", "systemd", "haproxy", ":", ":", ":", "=", "\\", "[", "]", "::1", "80", "from",
            "interface", "10.0.0.0/8", "mode", "ä", "", " ", "99999999999999999999",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...9)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            _ = try? Endpoint(text)
        }
    }
}
