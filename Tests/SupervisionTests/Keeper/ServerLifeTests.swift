import Testing

@testable import Supervision

@Suite struct ServerLifeTests {
    private let crash = ChildStatus.signalled(signal: 11, dumpedCore: true)

    @Test func aServerThatHadServedIsReplacedAtOnceAndItsWorkersWithIt() {
        var script = KeeperScript.serving(workers: 2)
        script.sleep(.seconds(1))
        #expect(
            script.exit(.server, crash).deeds == [.spawnServer, .spawnWorker(id: 3), .spawnWorker(id: 4)])
        #expect(script.handle(.control(.started)).announcements == [.serverBack(.init(role: .server, pid: 104))])
    }

    @Test func workersOfADeadServerAreKilledAfterTwoSeconds() {
        var script = KeeperScript.serving(workers: 2)
        script.sleep(.seconds(1))
        script.exit(.server, crash)
        script.exitWorker(1, .exited(code: 0))
        #expect(script.advance(by: .milliseconds(1999)) == [])
        #expect(script.advance(by: .milliseconds(1)).deeds == [.kill(.worker(id: 2))])
        #expect(
            script.exitWorker(2, .signalled(signal: 9, dumpedCore: false)).deeds == [
                .send(.workerGone(id: 2, waitStatus: 9))
            ])
    }

    @Test func aServerThatClosesItsChannelAndStaysIsKilled() {
        var script = KeeperScript.serving(workers: 1)
        script.sleep(.seconds(5))
        #expect(script.handle(.controlEnded) == [])
        #expect(script.advance(by: .seconds(2)).deeds == [.kill(.server), .kill(.worker(id: 1))])
        #expect(script.exit(.server, .signalled(signal: 9, dumpedCore: false)).deeds.first == .spawnServer)
    }

    @Test func noWorkerIsStartedForAServerThatHasClosedItsChannel() {
        var script = KeeperScript.serving(workers: 1)
        script.sleep(.seconds(5))
        script.handle(.controlEnded)
        #expect(script.exitWorker(1).deeds == [])
    }

    @Test func workersWaitForTheServerThatBacksOff() {
        var script = KeeperScript.serving(workers: 1)
        #expect(script.exit(.server, crash).deeds == [])
        #expect(script.advance(by: .milliseconds(99)) == [])
        #expect(script.advance(by: .milliseconds(1)).deeds == [.spawnServer, .spawnWorker(id: 2)])
    }

    @Test func fiveEarlyDeathsInARowEndEverythingWithOne() {
        var script = KeeperScript(workers: 1)
        script.handle(.start)
        for _ in 1...4 {
            script.exit(.server, crash)
            script.advance(by: .seconds(1))
        }
        #expect(script.exit(.server, crash).announcements.contains(.serverKeepsFailing(times: 5)))
        for id in UInt32(1)...5 { script.exitWorker(id) }
        #expect(script.actions.deeds.last == .exit(1))
    }

    @Test func aServerThatWasOnceReadyStartsTheCountAgain() {
        var script = KeeperScript(workers: 1)
        script.handle(.start)
        for turn in 1...12 {
            if turn % 4 == 0 { script.handle(.control(.started)) }
            script.exit(.server, crash)
            script.advance(by: .seconds(31))
        }
        #expect(!script.actions.announcements.contains(.serverKeepsFailing(times: 5)))
    }

    @Test func aServerThatLivedASecondWithoutBeingReadyDoesNotCount() {
        var script = KeeperScript(workers: 1)
        script.handle(.start)
        for _ in 1...12 {
            script.advance(by: .seconds(32))
            script.exit(.server, crash)
        }
        #expect(!script.actions.announcements.contains(.serverKeepsFailing(times: 5)))
    }

    @Test func aServerThatCannotBeRunEndsEverythingWithOne() {
        var script = KeeperScript(workers: 1)
        script.refusals[.server] = 2
        script.handle(.start)
        script.advance(by: .seconds(2))
        #expect(
            script.actions.announcements.contains(.couldNotStart(.server, number: 2, restartIn: .milliseconds(800))))
        #expect(
            script.actions.deeds == [KeeperMachine.Action](repeating: .spawnServer, count: 5) + [
                .closeListeners, .exit(1),
            ])
    }
}
