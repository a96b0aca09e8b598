import Testing

@testable import Supervision

@Suite struct StoppingTests {
    private let done = ChildStatus.exited(code: 0)
    private let killed = ChildStatus.signalled(signal: 9, dumpedCore: false)

    @Test(arguments: [Int32(15), 2])
    func theFirstSignalDrainsAndEndsWithZero(signal: Int32) {
        var script = KeeperScript.serving(workers: 2)
        let actions = script.handle(.signal(.stop(signal)))
        #expect(actions == [.announce(.stopping(signal: signal, drainIn: .zero)), .closeListeners, .send(.drain)])
        #expect(
            script.handle(.control(.drained(count: 3, milliseconds: 40))) == [
                .announce(.drained(requests: 3, milliseconds: 40))
            ])
        #expect(script.exit(.server, done) == [])
        #expect(script.exitWorker(2, done).deeds == [])
        #expect(script.exitWorker(1, done).deeds == [.exit(0)])
    }

    @Test func theDrainWaitsForItsDelay() {
        var script = KeeperScript.serving(workers: 1, drainDelay: .seconds(5))
        #expect(script.handle(.signal(.stop(15))).deeds == [.send(.stopping)])
        #expect(script.advance(by: .milliseconds(4999)) == [])
        #expect(script.advance(by: .milliseconds(1)) == [.closeListeners, .send(.drain)])
    }

    @Test func everythingGoesOnDuringTheDelay() {
        var script = KeeperScript.serving(workers: 1, drainDelay: .seconds(5))
        script.handle(.signal(.stop(15)))
        script.sleep(.seconds(2))
        #expect(script.exitWorker(1).deeds.last == .spawnWorker(id: 2))
        #expect(script.exit(.server).deeds == [.spawnServer, .send(.stopping), .spawnWorker(id: 3)])
    }

    @Test func aWorkerThatDiesDuringTheDrainIsReplaced() {
        var script = KeeperScript.serving(workers: 1)
        script.sleep(.seconds(2))
        script.handle(.signal(.stop(15)))
        #expect(script.exitWorker(1).deeds.last == .spawnWorker(id: 2))
        script.exit(.server, done)
        #expect(script.exitWorker(2, done).deeds == [.exit(0)])
    }

    @Test func aWorkerThatDoesNotEndIsKilledAfterTheGrace() {
        var script = KeeperScript.serving(workers: 1, grace: .seconds(25))
        script.handle(.signal(.stop(15)))
        script.exit(.server, done)
        #expect(script.advance(by: .milliseconds(24_999)) == [])
        #expect(script.advance(by: .milliseconds(1)).deeds == [.kill(.worker(id: 1))])
        #expect(script.exitWorker(1, killed).deeds == [.exit(0)])
    }

    @Test func aWorkerHasTwoSecondsEvenIfTheServerUsedUpTheGrace() {
        var script = KeeperScript.serving(workers: 1, grace: .seconds(3))
        script.handle(.signal(.stop(15)))
        script.advance(by: .seconds(3))
        script.exit(.server, done)
        #expect(script.advance(by: .milliseconds(1999)) == [])
        #expect(script.advance(by: .milliseconds(1)).deeds == [.kill(.worker(id: 1))])
    }

    @Test func aServerThatOverstaysTheGraceIsKilledAndTheEndIsStillAsAsked() {
        var script = KeeperScript.serving(workers: 1, grace: .seconds(3))
        script.handle(.signal(.stop(15)))
        #expect(script.advance(by: .milliseconds(3999)) == [])
        #expect(script.advance(by: .milliseconds(1)).deeds == [.kill(.server)])
        #expect(script.machine.deadline == nil)
        script.exit(.server, killed)
        #expect(script.exitWorker(1, done).deeds == [.exit(0)])
    }

    @Test func aServerThatCrashesInItsDrainEndsWithOne() {
        var script = KeeperScript.serving(workers: 1)
        script.handle(.signal(.stop(15)))
        let actions = script.exit(.server, .signalled(signal: 11, dumpedCore: true))
        #expect(actions.announcements.count == 1)
        #expect(actions.deeds == [])
        #expect(script.exitWorker(1, done).deeds == [.exit(1)])
    }

    @Test func aStopWhileTheServerIsAwayNeedsNoDrain() {
        var script = KeeperScript.serving(workers: 1)
        script.exit(.server)
        script.exitWorker(1, done)
        #expect(script.handle(.signal(.stop(15))).deeds == [.closeListeners, .exit(0)])
    }

    @Test func aStopDuringTheFirstStartIsAnOrdinaryStop() {
        var script = KeeperScript(workers: 1)
        script.handle(.start)
        #expect(script.handle(.signal(.stop(2))).deeds == [.closeListeners, .send(.drain)])
        script.handle(.control(.started))
        #expect(script.becomeReady(1).announcements.count == 1)
        script.exit(.server, done)
        #expect(script.exitWorker(1, done).deeds == [.exit(0)])
    }

    @Test(arguments: [Int32(15), 2])
    func theSecondSignalKillsAndSaysWhich(second: Int32) {
        var script = KeeperScript.serving(workers: 2)
        script.handle(.signal(.stop(15)))
        let actions = script.handle(.signal(.stop(second)))
        #expect(actions.announcements == [.cutShort(signal: second)])
        #expect(actions.deeds == [.closeListeners, .kill(.server), .kill(.worker(id: 1)), .kill(.worker(id: 2))])
        script.exit(.server, killed)
        script.exitWorker(1, killed)
        #expect(script.exitWorker(2, killed).deeds == [.exit(128 + second)])
    }

    @Test func theSecondSignalCutsTheDelayToo() {
        var script = KeeperScript.serving(workers: 1, drainDelay: .seconds(60))
        script.handle(.signal(.stop(2)))
        #expect(script.handle(.signal(.stop(2))).deeds == [.closeListeners, .kill(.server), .kill(.worker(id: 1))])
    }

    @Test func theSecondSignalCutsTheWaitForWorkers() {
        var script = KeeperScript.serving(workers: 1)
        script.handle(.signal(.stop(2)))
        script.exit(.server, done)
        #expect(script.handle(.signal(.stop(2))).deeds == [.closeListeners, .kill(.worker(id: 1))])
        #expect(script.exitWorker(1, killed).deeds == [.exit(130)])
    }

    @Test func moreSignalsChangeNothing() {
        var script = KeeperScript.serving(workers: 1)
        for _ in 1...2 { script.handle(.signal(.stop(2))) }
        #expect(script.handle(.signal(.stop(15))) == [])
        #expect(script.handle(.signal(.quit(3))) == [])
    }

    @Test func aQuitCutsAtOnce() {
        var script = KeeperScript.serving(workers: 1)
        #expect(script.handle(.signal(.quit(3))).deeds == [.closeListeners, .kill(.server), .kill(.worker(id: 1))])
        script.exit(.server, killed)
        #expect(script.exitWorker(1, killed).deeds == [.exit(131)])
    }

    @Test func aStopWhileAFailedStartEndsDoesNotHideTheFailure() {
        var script = KeeperScript(workers: 2)
        script.handle(.start)
        script.becomeReady(1)
        script.exitWorker(2)
        #expect(script.handle(.signal(.stop(15))) == [])
        script.exit(.server, killed)
        #expect(script.exitWorker(1, killed).deeds == [.exit(3)])
    }

    @Test func reopeningLogsIsToldToTheServer() {
        var script = KeeperScript.serving(workers: 1)
        #expect(script.handle(.signal(.reopenLogs)) == [.send(.reopenLogs), .announce(.logsReopened)])
        script.exit(.server)
        #expect(script.handle(.signal(.reopenLogs)) == [.announce(.logsReopened)])
    }

    @Test func nothingComesAfterTheEnd() {
        var script = KeeperScript.serving(workers: 1)
        script.handle(.signal(.stop(15)))
        script.exit(.server, done)
        script.exitWorker(1, done)
        #expect(script.handle(.timer) == [])
        #expect(script.handle(.signal(.stop(15))) == [])
        #expect(script.machine.deadline == nil)
    }
}
