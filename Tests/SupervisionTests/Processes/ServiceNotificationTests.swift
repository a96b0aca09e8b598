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

        #expect(receiveDatagram(manager) == "READY=1")
        #expect(receiveDatagram(manager) == "STOPPING=1")
    }

    @Test func nobodyToTellIsNoTrouble() {
        ServiceNotification(socketPath: nil).send(.ready)
        ServiceNotification(socketPath: "/no/such/socket").send(.ready)
    }
}
