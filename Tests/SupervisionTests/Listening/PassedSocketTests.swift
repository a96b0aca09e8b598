import CLinux
import Glibc
import Testing

@testable import Supervision

extension DescriptorTests {
    @Suite struct PassedSocketTests {
        private func inherited(_ descriptor: Int32) -> ListenerConfiguration {
            ListenerConfiguration(endpoint: .inherited(descriptor: descriptor), backlog: 16)
        }

        private func listeningSocket() throws -> Listener {
            try ListenerConfiguration(endpoint: .tcp(host: "127.0.0.1", families: .both, port: 0), backlog: 16).bind()
        }

        @Test func aListeningSocketIsAdoptedWithItsAddress() throws {
            let original = try listeningSocket()
            let passed = dup(original.descriptor)  // without close-on-exec, as a parent would leave it
            let listener = try inherited(passed).bind()
            #expect(listener.address == original.address)
            #expect(cl_fcntl_int(passed, F_GETFD, 0) == FD_CLOEXEC)
            listener.retire()
            original.retire()
        }

        @Test func aUnixSocketsFileBelongsToWhoMadeIt() throws {
            let directory = try TemporaryDirectory()
            let path = directory.file("s")
            let original = try ListenerConfiguration(endpoint: .unix(path: path, mode: nil)).bind()
            let listener = try inherited(dup(original.descriptor)).bind()
            #expect(listener.displayText == "unix:\(path)")
            listener.retire()
            #expect(directory.names() == ["s"])
            original.retire()
        }

        @Test func aClosedDescriptorIsSaidSo() {
            #expect(throws: ListenerError(.descriptorNotOpen)) { try inherited(1_000_000).bind() }
            #expect(throws: ListenerError(.descriptorNotOpen)) { try inherited(-1).bind() }
        }

        @Test func whatIsNoListeningSocketIsRefused() throws {
            let (one, other) = try Descriptors.messagePair()
            let file = cl_open("/dev/null", O_RDONLY, 0)
            let datagrams = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            let unbound = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            for descriptor in [one, other, file, datagrams, unbound] {
                #expect(throws: ListenerError(.notAListeningSocket)) { try inherited(descriptor).bind() }
                close(descriptor)
            }
        }

        @Test func oneDescriptorServesOneEndpoint() throws {
            let original = try listeningSocket()
            let passed = dup(original.descriptor)
            #expect(throws: ListenersError(index: 1, cause: ListenerError(.descriptorTakenTwice))) {
                try Listener.bind([inherited(passed), inherited(passed)])
            }
            original.retire()
        }

        @Test func theDomainMustBeTheOneAsked() throws {
            let original = try listeningSocket()
            defer { original.retire() }
            let socket = PassedSocket(descriptor: original.descriptor, domain: .unix)
            #expect(throws: ListenerError(.wrongDomain)) { try socket.adopt() }
            #expect(
                try PassedSocket(descriptor: original.descriptor, domain: .ipv4).adopt().address == original.address)
        }
    }
}

@Suite struct SystemdSocketsTests {
    private func sockets(pid: String? = "42", fds: String? = "2", names: String? = "web:admin") -> SystemdSockets {
        SystemdSockets(listenPID: pid, listenFDs: fds, names: names, processID: 42)
    }

    @Test func socketsAreFoundByIndexAndByName() throws {
        #expect(try sockets().descriptor(of: .index(0)) == 3)
        #expect(try sockets().descriptor(of: .index(1)) == 4)
        #expect(try sockets().descriptor(of: .name("admin")) == 4)
        #expect(try sockets(names: nil).descriptor(of: .index(1)) == 4)
    }

    @Test func ofSeveralWithOneNameTheFirstIsMeant() throws {
        #expect(try sockets(names: "web:web").descriptor(of: .name("web")) == 3)
    }

    @Test func whatIsNotThereIsSaidSo() {
        let choices: [SystemdSockets.Choice] = [.index(2), .index(-1), .name("nobody"), .name("")]
        for choice in choices {
            #expect(throws: ListenerError(.systemdHasNoSuchSocket)) { try sockets().descriptor(of: choice) }
        }
    }

    typealias Values = (pid: String?, fds: String?, names: String?)
    private static let useless: [Values] = [
        ("41", "2", "web:admin"), (nil, "2", nil), ("42", nil, nil), ("42", "0", nil), ("42", "-1", nil),
        ("42", "two", nil), ("42", "2", "web"), ("42", "2", "web:admin:more"), ("", "", ""), ("42", "999999", nil),
    ]

    @Test(arguments: useless)
    func valuesThatAreNotForUsOrDisagreePassNothing(pid: String?, fds: String?, names: String?) {
        #expect(sockets(pid: pid, fds: fds, names: names) == .none)
        #expect(throws: ListenerError(.systemdPassedNothing)) {
            try sockets(pid: pid, fds: fds, names: names).descriptor(of: .index(0))
        }
    }
}
