import Testing

@testable import Supervision

/// A new generation of workers in the place of the old one.
@Suite struct ReloadTests {
    private let saved = KeeperMachine.Event.reload(.files(first: "views.py", count: 1))

    @Test func theFirstSuccessorGoesAheadAlone() {
        var script = KeeperScript.serving(workers: 3)
        let actions = script.handle(saved)
        #expect(actions.announcements == [.reloading(.files(first: "views.py", count: 1))])
        #expect(actions.deeds == [.spawnWorker(id: 4)])
        #expect(script.becomeReady(4).deeds == [.spawnWorker(id: 5), .spawnWorker(id: 6)])
    }

    @Test func theOldOnesAreRetiredWhenTheWholeNewGenerationIsReady() {
        var script = KeeperScript.serving(workers: 2)
        script.handle(saved)
        script.becomeReady(3)
        script.sleep(.milliseconds(300))
        let actions = script.becomeReady(4)
        #expect(actions.deeds == [.send(.retireWorker(id: 1)), .send(.retireWorker(id: 2))])
        #expect(actions.announcements.last == .reloaded(after: .milliseconds(300)))
    }

    @Test func aRetiredWorkerIsNotReplaced() {
        var script = KeeperScript.reloaded()
        let actions = script.exitWorker(1, .exited(code: 0))
        #expect(actions.deeds == [.send(.workerGone(id: 1, waitStatus: 0))])
        guard case .workerEnded(_, _, restartIn: nil)? = actions.announcements.last else {
            Issue.record("\(actions)")
            return
        }
    }

    @Test func aRetiredWorkerThatDoesNotEndIsKilledAfterTheGrace() {
        var script = KeeperScript.reloaded(grace: .seconds(3))
        #expect(script.advance(by: .milliseconds(4999)) == [])
        let child = KeeperEvent.Child(role: .worker(id: 1), pid: 102)
        #expect(
            script.advance(by: .milliseconds(1)) == [.announce(.overstayed(child)), .kill(.worker(id: 1))])
        #expect(script.exitWorker(1).deeds.last != .spawnWorker(id: 3))
    }

    @Test func theNewGenerationIsReplacedLikeAnyOther() {
        var script = KeeperScript.reloaded()
        script.sleep(.seconds(2))
        #expect(script.exitWorker(2).deeds.last == .spawnWorker(id: 3))
    }

    @Test func aBrokenApplicationLeavesTheOldGeneration() {
        var script = KeeperScript.serving(workers: 2)
        script.handle(saved)
        script.sleep(.milliseconds(200))
        let actions = script.exitWorker(3, .exited(code: 3))
        #expect(actions.deeds == [.send(.workerGone(id: 3, waitStatus: 3 << 8))])
        let ending = KeeperEvent.Ending(
            status: .exited(code: 3), peakResidentBytes: 4096, lived: .milliseconds(200), wasReady: false)
        #expect(actions.announcements == [.reloadRefused(.init(role: .worker(id: 3), pid: 104), ending)])
        #expect(script.advance(by: .seconds(60)) == [])
        #expect(script.handle(saved).deeds == [.spawnWorker(id: 4)])
    }

    @Test func aRefusedReloadTakesAllSuccessorsAlong() {
        var script = KeeperScript.serving(workers: 3)
        script.handle(saved)
        script.becomeReady(4)
        let actions = script.exitWorker(5)
        #expect(actions.deeds.contains(.send(.retireWorker(id: 4))), "it has served for a moment")
        #expect(actions.deeds.contains(.kill(.worker(id: 6))), "it has not")
        script.exitWorker(4, .exited(code: 0))
        script.exitWorker(6, .signalled(signal: 9, dumpedCore: false))
        #expect(script.advance(by: .seconds(60)) == [])
    }

    @Test func aSuccessorThatCannotBeStartedRefusesTheReload() {
        var script = KeeperScript.serving(workers: 1)
        script.refusals[.worker(id: 2)] = 11
        let announcements = script.handle(saved).announcements
        #expect(announcements.contains(.couldNotStart(.worker(id: 2), number: 11, restartIn: nil)))
        #expect(announcements.last == .reloadRefused(.init(role: .worker(id: 2), pid: 0), nil))
        #expect(script.advance(by: .seconds(60)) == [])
    }

    /// What a successor that is still importing has read may be old.
    @Test func aSaveDuringAReloadStartsItAgain() {
        var script = KeeperScript.serving(workers: 1)
        script.handle(saved)
        #expect(script.handle(saved).deeds == [.kill(.worker(id: 2)), .spawnWorker(id: 3)])
        #expect(script.exitWorker(2, .signalled(signal: 9, dumpedCore: false)).announcements.count == 1)
        #expect(script.becomeReady(3).deeds == [.send(.retireWorker(id: 1))])
    }

    @Test func aSaveDuringTheFirstStartReloadsAfterIt() {
        var script = KeeperScript(workers: 1)
        script.handle(.start)
        script.handle(.control(.started))
        #expect(script.handle(saved) == [])
        #expect(script.becomeReady(1).deeds == [.spawnWorker(id: 2)])
    }

    @Test func hangUpReloads() {
        var script = KeeperScript.serving(workers: 1)
        #expect(script.handle(.signal(.hangUp)) == [.announce(.reloading(.hangUp)), .spawnWorker(id: 2)])
    }

    @Test func whoDiesDuringAReloadIsReplacedByItsSuccessor() {
        var script = KeeperScript.serving(workers: 1)
        script.handle(saved)
        script.sleep(.seconds(1))
        #expect(script.exitWorker(1).deeds == [.send(.workerGone(id: 1, waitStatus: 256))])
        #expect(script.becomeReady(2).announcements.last == .reloaded(after: .seconds(1)))
        #expect(script.advance(by: .seconds(60)) == [])
    }

    @Test func whoDiesDuringARefusedReloadIsReplacedAfterIt() {
        var script = KeeperScript.serving(workers: 1)
        script.handle(saved)
        script.sleep(.seconds(2))
        script.exitWorker(1)
        #expect(script.exitWorker(2).deeds.last == .spawnWorker(id: 3))
    }

    @Test func aWorkerThatWaitsForItsNextTryIsReplacedAtOnce() {
        var script = KeeperScript.serving(workers: 1)
        script.exitWorker(1)
        #expect(script.handle(saved).deeds == [.spawnWorker(id: 2)])
        script.becomeReady(2)
        #expect(script.advance(by: .seconds(60)) == [])
    }

    @Test func theServersDeathEndsAReloadAndItsSuccessorsImportAnew() {
        var script = KeeperScript.serving(workers: 1)
        script.handle(saved)
        script.sleep(.seconds(2))
        #expect(script.exit(.server).deeds == [.spawnServer, .spawnWorker(id: 3)])
        script.exitWorker(1, .exited(code: 0))
        script.exitWorker(2, .exited(code: 0))
        script.handle(.control(.started))
        #expect(script.becomeReady(3).deeds == [])
    }

    @Test func aStopEndsAReload() {
        var script = KeeperScript.serving(workers: 1)
        script.handle(saved)
        let actions = script.handle(.signal(.stop(15)))
        #expect(actions.deeds == [.kill(.worker(id: 2)), .closeListeners, .send(.drain)])
        #expect(script.handle(saved) == [])
        script.exitWorker(2, .signalled(signal: 9, dumpedCore: false))
        script.exit(.server, .exited(code: 0))
        #expect(script.exitWorker(1, .exited(code: 0)).deeds.last == .exit(0))
    }

    // MARK: in place

    @Test func inPlaceTheOldOneGoesFirst() {
        var script = KeeperScript.serving(workers: 1, succession: .inPlace)
        let actions = script.handle(saved)
        #expect(actions.deeds == [.send(.retireWorker(id: 1)), .spawnWorker(id: 2)])
        script.exitWorker(1, .exited(code: 0))
        script.sleep(.seconds(1))
        #expect(script.becomeReady(2).announcements.last == .reloaded(after: .seconds(1)))
    }

    /// Somebody may sit before it with a debugger.
    @Test func inPlaceNobodyIsHurried() {
        var script = KeeperScript.serving(workers: 1, grace: .seconds(1), succession: .inPlace)
        script.handle(saved)
        #expect(script.advance(by: .seconds(3600)) == [])
    }

    @Test func inPlaceABrokenApplicationWaitsForTheNextSave() {
        var script = KeeperScript.serving(workers: 1, succession: .inPlace)
        script.handle(saved)
        script.exitWorker(1, .exited(code: 0))
        guard case .reloadRefused? = script.exitWorker(2, .exited(code: 3)).announcements.last else {
            Issue.record("\(script.actions)")
            return
        }
        #expect(script.advance(by: .seconds(60)) == [])
        #expect(script.handle(saved).deeds == [.spawnWorker(id: 3)])
    }

    @Test func theLaunchersEndIsTheEnd() {
        var script = KeeperScript.serving(workers: 1, succession: .inPlace)
        #expect(script.handle(.launcherGone).deeds.starts(with: [.closeListeners, .kill(.server)]))
        script.exit(.server)
        #expect(script.advance(by: .seconds(10)).deeds.last == .exit(1))
    }
}

extension KeeperScript {
    /// One worker, number 2, which has taken the place of number 1.
    fileprivate static func reloaded(grace: Duration = .seconds(25)) -> KeeperScript {
        var script = KeeperScript.serving(workers: 1, grace: grace)
        script.handle(.reload(.hangUp))
        script.becomeReady(2)
        return script
    }
}
