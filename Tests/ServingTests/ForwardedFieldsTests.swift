import HTTP
import Peers
import Testing

@testable import Serving

@Suite struct ForwardedFieldsTests {
    private static let names: [KnownField] = [
        .forwarded, .xForwardedFor, .xForwardedProto, .xForwardedHost, .xForwardedPort, .xForwardedPrefix,
        .xForwardedScheme, .xForwardedSSL, .xForwardedServer, .xForwardedBy, .xRealIP,
    ]
    private static let all = ForwardedFields(names.map(ForwardedFields.init))

    @Test func everyNameIsAnElementOfItsOwn() {
        #expect(Self.all.rawValue.nonzeroBitCount == Self.names.count)
    }

    @Test func whatIsOutsideAFamilyIsTheRest() {
        let standard = ForwardedFields(.forwarded)
        #expect(Self.all.outside(.x) == standard)
        #expect(Self.all.outside(.rfc7239) == Self.all.subtracting(standard))
        #expect(Self.all.outside(.off) == Self.all)
        #expect(ForwardedFields(.xForwardedFor).outside(.x).isEmpty)
    }

    @Test func aRemovalIsTheFirstOnce() {
        let counts = SharedCounts()
        let (proto, host) = (ForwardedFields(.xForwardedProto), ForwardedFields(.xForwardedHost))
        #expect(counts.firstRemovals(of: proto) == proto)
        #expect(counts.firstRemovals(of: proto).isEmpty)
        #expect(counts.firstRemovals(of: [proto, host]) == host)
        #expect(counts.firstRemovals(of: [proto, host]).isEmpty)
    }
}
