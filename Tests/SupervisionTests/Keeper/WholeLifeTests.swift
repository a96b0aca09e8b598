import CLinux
import Glibc
import Testing

@testable import Supervision

extension DescriptorTests {
    /// A real keeper with real children, from its first line to its exit code.
    @Suite struct WholeLifeTests {
        /// Ready at once; ends when its channel does.
        private static let good = "echo out $1; echo err $1 >&2; echo ready >&3; exec cat <&3 >/dev/null"

        @Test func servesDrainsAndLeavesNothing() throws {
            let keeper = try KeeperProcess(worker: Self.good)
            try keeper.line("keeper: ready")
            #expect(try keeper.askServer() > 0)
            keeper.signal(SIGTERM)
            try keeper.line("drained(requests: 1, milliseconds: 2)")
            let end = keeper.end()
            #expect(end.status == .exited(code: 0))
            for id in 1...2 {
                #expect(end.output.contains("out \(id)\n"))
                #expect(end.error.contains("err \(id)\n"))
            }
            #expect(keeper.directory.names() == [])
        }

        @Test func anApplicationThatWouldNotStartIsToldAfterItsTraceback() throws {
            let keeper = try KeeperProcess(worker: "echo Traceback >&2; printf 'ImportError: no end' >&2; exit 1")
            let end = keeper.end()
            #expect(end.status == .exited(code: 3))
            let traceback = try #require(end.error.firstRange(of: "Traceback\nImportError: no end\n"))
            let ours = try #require(end.error.firstRange(of: "keeper: applicationWouldNotStart"))
            #expect(traceback.upperBound <= ours.lowerBound)
            #expect(keeper.directory.names() == [])
        }

        @Test func aKilledWorkerIsToldToTheServerAndReplaced() throws {
            let keeper = try KeeperProcess(worker: "echo pid $$ >&2; " + Self.good)
            let pid = try #require(pid_t(try keeper.line("pid ").dropFirst(4)))
            try keeper.line("keeper: ready")
            kill(pid, SIGKILL)
            try keeper.line("workerEnded", "pid: \(pid)", "signal: 9")
            try keeper.line("err 3")
            keeper.signal(SIGTERM)
            let end = keeper.end()
            #expect(end.status == .exited(code: 0))
            #expect(end.error.contains("server: gone 1 9\n") || end.error.contains("server: gone 2 9\n"))
        }

        @Test func aKilledServerIsReplacedAndNoConnectionRefused() throws {
            let keeper = try KeeperProcess(worker: Self.good)
            try keeper.line("keeper: ready")
            let first = try keeper.askServer()
            kill(first, SIGKILL)
            #expect(isGone(first))
            // Connected in the gap, answered by the successor.
            let second = try keeper.askServer()
            #expect(second != first)
            try keeper.line("err 4")
            keeper.signal(SIGINT)
            #expect(keeper.end().status == .exited(code: 0))
        }

        @Test func aSecondSignalKillsEvenWhatWillNotEnd() throws {
            let stubborn = "trap '' TERM; sleep 1000 & echo child $! >&2; echo ready >&3; while :; do wait; done"
            let keeper = try KeeperProcess(worker: stubborn)
            let children = try (1...2).map { _ in try #require(pid_t(try keeper.line("child ").dropFirst(6))) }
            try keeper.line("keeper: ready")
            keeper.signal(SIGINT)
            try keeper.line("drained")
            keeper.signal(SIGINT)
            #expect(keeper.end().status == .exited(code: 130))
            for child in children { #expect(isGone(child)) }
            #expect(keeper.directory.names() == [])
        }

        @Test func hangUpReplacesEveryWorker() throws {
            let keeper = try KeeperProcess(worker: "echo pid $$ >&2; " + Self.good)
            let old = try (1...2).map { _ in try #require(pid_t(try keeper.line("pid ").dropFirst(4))) }
            try keeper.line("keeper: ready")
            keeper.signal(SIGHUP)
            try keeper.line("keeper: reloading(", "hangUp")
            let new = try (1...2).map { _ in try #require(pid_t(try keeper.line("pid ").dropFirst(4))) }
            try keeper.line("keeper: reloaded(")
            for pid in old { #expect(isGone(pid)) }
            #expect(new.allSatisfy { kill($0, 0) == 0 })
            keeper.signal(SIGTERM)
            #expect(keeper.end().status == .exited(code: 0))
        }

        @Test func reopeningReachesTheServer() throws {
            let keeper = try KeeperProcess(worker: Self.good)
            try keeper.line("keeper: ready")
            keeper.signal(SIGUSR1)
            try keeper.line("server: reopened")
            keeper.signal(SIGTERM)
            #expect(keeper.end().status == .exited(code: 0))
        }

        @Test func workersEndWhenTheKeeperItselfIsKilled() throws {
            let keeper = try KeeperProcess(worker: "echo pid $$ >&2; " + Self.good)
            let workers = try (1...2).map { _ in try #require(pid_t(try keeper.line("pid ").dropFirst(4))) }
            try keeper.line("keeper: ready")
            let server = try keeper.askServer()
            keeper.signal(SIGKILL)
            for pid in workers + [server] { #expect(isGone(pid)) }
        }

        @Test func theServiceManagerLearnsReadyAndStopping() throws {
            let directory = try TemporaryDirectory()
            let manager = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            defer { close(manager) }
            let path = directory.file("notify")
            #expect(SocketAddress.unix(path: path).withSockaddr { bind(manager, $0, $1) } == 0)
            let keeper = try KeeperProcess(worker: Self.good, notifySocket: path)
            #expect(receiveDatagram(manager) == "READY=1")
            keeper.signal(SIGTERM)
            #expect(receiveDatagram(manager) == "STOPPING=1")
            #expect(keeper.end().status == .exited(code: 0))
        }
    }
}
