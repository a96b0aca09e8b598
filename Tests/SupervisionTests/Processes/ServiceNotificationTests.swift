import CLinux
import Glibc
import Testing

@testable import Supervision

@Suite struct ServiceNotificationTests {
    @Test(arguments: [true, false])
    func oneDatagramReachesTheServiceManager(abstract: Bool) throws {
        let directory = try TemporaryDirectory()
        let path = abstract ? "@plait-notify-\(getpid())" : directory.file("notify")
        let manager = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(manager) }
        #expect(SocketAddress.unix(path: path).withSockaddr { Glibc.bind(manager, $0, $1) } == 0)

        ServiceNotification(socketPath: path).send(.ready)
        ServiceNotification(socketPath: path).send(.stopping)

        var buffer = [UInt8](repeating: 0, count: 100)
        for expected in ["READY=1", "STOPPING=1"] {
            #expect(hasInput(manager))
            let count = recv(manager, &buffer, buffer.count, 0)
            #expect(text(Array(buffer.prefix(max(0, count)))) == expected)
        }
    }

    @Test func nobodyToTellIsNoTrouble() {
        ServiceNotification(socketPath: nil).send(.ready)
        ServiceNotification(socketPath: "/no/such/socket").send(.ready)
    }
}
