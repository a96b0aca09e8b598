import Peers
import Settings
import Testing

@Suite struct PrecedenceTests {
    @Test func commandLineThenOwnVariableThenPlatformThenDefault() throws {
        let platform = ["WEB_CONCURRENCY": "2"]
        let own = platform.merging(["PLAIT_WORKERS": "3"]) { $1 }
        #expect(try settings("").workers.count.minimum == 4)
        #expect(try settings("", platform).workers.count.minimum == 2)
        #expect(try settings("", own).workers.count.minimum == 3)
        #expect(try settings("-w 5", own).workers.count.minimum == 5)
    }

    @Test func endpointsOfALayerReplaceThoseBelow() throws {
        let environment = ["PORT": "5000", "PLAIT_PORT": "8001 unix:/a"]
        #expect(try settings("").listening.endpoints == [Endpoint("127.0.0.1:8080")])
        #expect(try settings("", ["PORT": "5000"]).listening.endpoints == [Endpoint("5000")])
        #expect(try settings("", environment).listening.endpoints == [Endpoint("8001"), Endpoint("unix:/a")])
        #expect(try settings("-p 1 -b 2", environment).listening.endpoints == [Endpoint("1"), Endpoint("2")])
    }

    @Test func rulesOfAllLayersMergeByPath() throws {
        let largest = try settings(
            "--max-body /up=2g --max-body /up=3g", ["PLAIT_MAX_BODY": "10m /up=1g /img=5m"]
        ).bodies.largest
        #expect(largest.value(for: "/") == .mebibytes(10))
        #expect(largest.value(for: "/img/x") == .mebibytes(5))
        #expect(largest.value(for: "/up") == .gibibytes(3))
        #expect(try settings("--max-body /up/=2g").bodies.largest.value(for: "/up/a") == .gibibytes(2))
        #expect(try settings("--max-body /up=2g").bodies.largest.value(for: "/") == .gibibytes(1))
        #expect(try settings("--body /up=stream").bodies.delivery.value(for: "/up") == .stream)
        #expect(try settings("--body stream").bodies.delivery.value(for: "/") == .stream)
    }

    @Test(arguments: ["/up=3x", "up=1g", "/a//b=1g", "/up=", "=1g"]) func wrongRulesAreErrors(_ rule: String) {
        #expect(wrongValue("--max-body \(rule)")?.given == rule)
    }

    @Test func trustedProxiesAddUpWithinALayer() throws {
        let expected = try TrustedPeers("10.0.0.0/8,unix,::1")
        #expect(try settings("--trusted-proxies 10.0.0.0/8,unix --trusted-proxies ::1").trust.peers == expected)
        #expect(try settings("", ["FORWARDED_ALLOW_IPS": "10.0.0.0/8, unix,::1"]).trust.peers == expected)
        #expect(try settings("", ["FORWARDED_ALLOW_IPS": "*"]).trust.peers.everyone)
        #expect(try settings("").trust.peers == TrustedPeers("127.0.0.0/8,::1,unix"))
        #expect(wrongValue("--trusted-proxies 10.0.0.1/8")?.reason == .address(.bitsBeyondPrefix("10.0.0.1/8")))
    }

    @Test func emptyVariablesAreNotSet() throws {
        #expect(try settings("", ["PORT": "", "PLAIT_WORKERS": ""]) == settings(""))
    }

    @Test func wrongVariablesAreErrors() {
        #expect(wrongValue("", ["PLAIT_GRACE": "soon"])?.origin == .variable("PLAIT_GRACE"))
        #expect(wrongValue("", ["PORT": "http"])?.origin == .variable("PORT"))
    }

    @Test func unknownVariablesWarnWithTheNearest() throws {
        let warnings = try resolve("hello:app", ["PLAIT_PROT": "1", "PLAIT_QQQQ": "1", "PATH": "/bin"]).warnings
        #expect(
            warnings == [
                .unknownVariable("PLAIT_PROT", nearest: "PLAIT_PORT"), .unknownVariable("PLAIT_QQQQ", nearest: nil),
            ])
    }

    @Test func serviceLinksAreIgnoredWithOneWarning() throws {
        let links = [
            "PLAIT_PORT": "tcp://10.3.2.1:80", "PLAIT_PORT_80_TCP": "tcp://10.3.2.1:80", "PLAIT_PORT_80_TCP_PORT": "80",
            "PLAIT_PORT_80_TCP_PROTO": "tcp", "PLAIT_PORT_80_TCP_ADDR": "10.3.2.1", "PLAIT_SERVICE_HOST": "10.3.2.1",
            "PLAIT_SERVICE_PORT": "80", "PLAIT_SERVICE_PORT_HTTP": "80", "PLAIT_WORKERS": "3",
        ]
        let resolution = try resolve("hello:app", links)
        let ignored = links.keys.filter { $0 != "PLAIT_WORKERS" }.sorted()
        #expect(resolution.warnings == [.serviceLinksIgnored(ignored)])
        #expect(resolution.settings.workers.count.minimum == 3)
        #expect(resolution.settings.listening.endpoints == (try settings("").listening.endpoints))
    }
}
