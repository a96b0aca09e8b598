import CLinux
import Glibc
import Testing

@testable import Supervision

extension DescriptorTests {
    @Suite struct UnixListenerTests {
        private let directory: TemporaryDirectory
        private let path: String

        init() throws {
            directory = try TemporaryDirectory()
            path = directory.file("web.sock")
        }

        private func unix(_ path: String, mode: UInt32? = nil) -> ListenerConfiguration {
            ListenerConfiguration(endpoint: .unix(path: path, mode: mode), backlog: 1)
        }

        @Test func listensAndSaysWhere() throws {
            let listener = try unix(path).bind()
            defer { listener.retire() }
            #expect(listener.displayText == "unix:\(path)")
            #expect(SocketAddress.local(of: listener.descriptor) == listener.address)
            #expect(ClientSocket(to: listener.address) != nil)
        }

        @Test(arguments: [UInt32(0o600), 0o660, 0o666, 0o777])
        func theFileHasTheModeAsked(mode: UInt32) throws {
            let listener = try unix(path, mode: mode).bind()
            defer { listener.retire() }
            var facts = stat()
            #expect(lstat(path, &facts) == 0)
            #expect(facts.st_mode & 0o777 == mode)
        }

        @Test func theFileIsRemovedAtTheEnd() throws {
            try unix(path).bind().retire()
            #expect(directory.names() == [])
        }

        @Test func aFileThatSomeoneElseHasPutThereIsNotRemoved() throws {
            let listener = try unix(path).bind()
            unlink(path)
            let successor = try unix(path).bind()
            listener.retire()
            #expect(directory.names() == ["web.sock"])
            #expect(ClientSocket(to: successor.address) != nil)
            successor.retire()
        }

        @Test func aStaleSocketIsReplaced() throws {
            let dead = try unix(path).bind()
            close(dead.descriptor)  // as a crash would: the file stays
            #expect(directory.names() == ["web.sock"])
            let listener = try unix(path).bind()
            defer { listener.retire() }
            #expect(ClientSocket(to: listener.address) != nil)
        }

        @Test func aLiveSocketIsRefusedAndGoesOn() throws {
            let listener = try unix(path).bind()
            defer { listener.retire() }
            #expect(throws: ListenerError(.socketInUse)) { try unix(path).bind() }
            #expect(ClientSocket(to: listener.address) != nil)
        }

        @Test func aLiveSocketWithAFullQueueIsRefusedToo() throws {
            let listener = try unix(path).bind()
            defer { listener.retire() }
            var clients: [ClientSocket?] = []
            for _ in 0..<2 { clients.append(ClientSocket(to: listener.address)) }  // backlog 1 takes two
            #expect(throws: ListenerError(.socketInUse)) { try unix(path).bind() }
            withExtendedLifetime(clients) {}
        }

        @Test func aLiveSocketOfAnotherTypeIsRefusedToo() throws {
            let datagrams = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            defer { close(datagrams) }
            #expect(SocketAddress.unix(path: path).withSockaddr { Glibc.bind(datagrams, $0, $1) } == 0)
            #expect(throws: ListenerError(.socketInUse)) { try unix(path).bind() }
        }

        @Test func aFileThatIsNoSocketIsLeftAlone() throws {
            close(cl_open(path, O_CREAT | O_WRONLY, 0o600))
            #expect(throws: ListenerError(.notASocketFile)) { try unix(path).bind() }
            #expect(throws: ListenerError(.notASocketFile)) { try unix(directory.path).bind() }
            symlink("/nowhere", directory.file("link"))
            #expect(throws: ListenerError(.notASocketFile)) { try unix(directory.file("link")).bind() }
            #expect(directory.names() == ["link", "web.sock"])
        }

        @Test func aMissingDirectoryIsSaidSo() {
            #expect(throws: ListenerError(.noSuchDirectory)) { try unix(directory.file("no/web.sock")).bind() }
        }

        @Test func aPathFitsUpTo107Bytes() throws {
            let room = 107 - directory.path.utf8.count - 1
            let longest = directory.file(String(repeating: "x", count: room))
            let listener = try unix(longest).bind()
            #expect(SocketAddress.local(of: listener.descriptor) == .unix(path: longest))
            listener.retire()
            #expect(throws: ListenerError(.pathTooLong)) { try unix(longest + "x").bind() }
            // Bytes count, not characters.
            #expect(throws: ListenerError(.pathTooLong)) {
                try unix(directory.file(String(repeating: "ü", count: room / 2 + 1))).bind()
            }
        }

        @Test func anAbstractNameHasNoFile() throws {
            let name = "@plait-test-\(getpid())"
            let listener = try unix(name, mode: 0o600).bind()
            #expect(listener.displayText == "unix:\(name)")
            #expect(SocketAddress.local(of: listener.descriptor) == .unix(path: name))
            #expect(throws: ListenerError(.socketInUse)) { try unix(name).bind() }
            listener.retire()
            try unix(name).bind().retire()
        }
    }
}
