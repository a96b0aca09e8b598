import CLinux
import Glibc
import Testing

@testable import Supervision

extension DescriptorTests {
    @Suite struct TCPListenerTests {
        private func tcp(
            _ host: String?, _ port: UInt16 = 0, _ families: AddressFamilies = .both
        ) -> ListenerConfiguration {
            ListenerConfiguration(endpoint: .tcp(host: host, families: families, port: port), backlog: 16)
        }

        @Test func portZeroBecomesThePortItGot() throws {
            let listener = try tcp("127.0.0.1").bind()
            defer { listener.retire() }
            let port = try #require(listener.address.port)
            #expect(port != 0)
            #expect(listener.address == .ipv4([127, 0, 0, 1], port: port))
            #expect(listener.displayText == "http://127.0.0.1:\(port)")
        }

        @Test func theSocketDiesAtExecAndDoesNotBlock() throws {
            let listener = try tcp("127.0.0.1").bind()
            defer { listener.retire() }
            #expect(cl_fcntl_int(listener.descriptor, F_GETFD, 0) == FD_CLOEXEC)
            #expect(cl_fcntl_int(listener.descriptor, F_GETFL, 0) & O_NONBLOCK != 0)
            #expect(accept(listener.descriptor, nil, nil) == -1)
            #expect(integerOption(listener.descriptor, SOL_SOCKET, SO_REUSEADDR) == 1)
            #expect(integerOption(listener.descriptor, SOL_SOCKET, SO_REUSEPORT) == 0)
        }

        @Test func everyInterfaceMeansBothFamiliesOnOneSocket() throws {
            let listener = try tcp(nil).bind()
            defer { listener.retire() }
            let port = try #require(listener.address.port)
            #expect(listener.displayText == "http://[::]:\(port)")
            #expect(ClientSocket(to: .ipv4([127, 0, 0, 1], port: port)) != nil)
            #expect(ClientSocket(to: .ipv6([UInt8](repeating: 0, count: 15) + [1], port: port, scope: 0)) != nil)
        }

        @Test func oneFamilyMeansOneFamily() throws {
            let listener = try tcp(nil, 0, .ipv6Only).bind()
            defer { listener.retire() }
            let port = try #require(listener.address.port)
            #expect(ClientSocket(to: .ipv4([127, 0, 0, 1], port: port)) == nil)
            let other = try tcp(nil, port, .ipv4Only).bind()
            defer { other.retire() }
            #expect(other.displayText == "http://0.0.0.0:\(port)")
        }

        @Test func acceptedConnectionsInheritNoDelay() throws {
            let listener = try tcp("127.0.0.1").bind()
            defer { listener.retire() }
            let client = try #require(ClientSocket(to: listener.address))
            #expect(hasInput(listener.descriptor))
            let accepted = accept(listener.descriptor, nil, nil)
            defer { close(accepted) }
            #expect(integerOption(accepted, Int32(IPPROTO_TCP), TCP_NODELAY) == 1)
            withExtendedLifetime(client) {}
        }

        @Test func aNameIsLookedUpIPv4First() throws {
            let listener = try tcp("localhost").bind()
            defer { listener.retire() }
            #expect(listener.address.domain == .ipv4)
        }

        @Test func anIPv6LiteralIsShownInBrackets() throws {
            let listener = try tcp("::1").bind()
            defer { listener.retire() }
            #expect(listener.displayText.hasPrefix("http://[::1]:"))
        }

        @Test func aBusyPortIsSaidSo() throws {
            let listener = try tcp("127.0.0.1").bind()
            defer { listener.retire() }
            let port = try #require(listener.address.port)
            let failure = #expect(throws: ListenerError.self) { try tcp("127.0.0.1", port).bind() }
            #expect(failure?.code == .addressInUse)
            #expect(failure?.number == EADDRINUSE)
            #expect(throws: ListenerError(.addressInUse)) { try tcp(nil, port).bind() }
        }

        @Test func aPortIsFreeAgainAtOnceAlthoughConnectionsLinger() throws {
            let listener = try tcp("127.0.0.1").bind()
            let port = try #require(listener.address.port)
            let client = try #require(ClientSocket(to: listener.address))
            #expect(hasInput(listener.descriptor))
            close(accept(listener.descriptor, nil, nil))  // the server closes first: TIME_WAIT is ours
            #expect(readToEnd(client.descriptor).isEmpty)
            listener.retire()
            try tcp("127.0.0.1", port).bind().retire()
        }

        @Test(arguments: ["no-such-host.invalid", "256.1.1.1", "::1::", ""])
        func aHostThatIsNoneIsSaidSo(host: String) {
            #expect(throws: ListenerError(.unknownHost)) { try tcp(host).bind() }
        }

        @Test func anAddressOfAnotherMachineIsSaidSo() {
            // TEST-NET-1, RFC 5737: nobody's.
            #expect(throws: ListenerError(.addressNotAvailable)) { try tcp("192.0.2.1").bind() }
        }

        @Test func anIPv4AddressUnderIPv6OnlyIsNoHost() {
            #expect(throws: ListenerError.self) { try tcp("127.0.0.1", 0, .ipv6Only).bind() }
        }

        @Test func ofSeveralEndpointsTheFailingOneIsNamedAndTheOthersAreReleased() throws {
            let busy = try tcp("127.0.0.1").bind()
            defer { busy.retire() }
            let free = try tcp("127.0.0.1").bind()
            let (busyPort, freePort) = (try #require(busy.address.port), try #require(free.address.port))
            free.retire()
            let failure = #expect(throws: ListenersError.self) {
                try Listener.bind([tcp("127.0.0.1", freePort), tcp("127.0.0.1", busyPort)])
            }
            #expect(failure == ListenersError(index: 1, cause: ListenerError(.addressInUse)))
            try tcp("127.0.0.1", freePort).bind().retire()
        }
    }
}
