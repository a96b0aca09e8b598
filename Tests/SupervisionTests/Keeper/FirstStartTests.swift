import Testing

@testable import Supervision

@Suite struct FirstStartTests {
    @Test func startsTheServerThenTheWorkers() {
        var script = KeeperScript(workers: 2)
        #expect(script.handle(.start) == [.spawnServer, .spawnWorker(id: 1)])
        #expect(script.machine.deadline == nil)
        #expect(script.becomeReady(1).deeds == [.spawnWorker(id: 2)])
    }

    @Test func isReadyWhenServerAndEveryWorkerAre() {
        var script = KeeperScript(workers: 2)
        script.handle(.start)
        script.sleep(.milliseconds(400))
        #expect(!script.becomeReady(1).announcements.contains(.ready(after: .milliseconds(400))))
        #expect(script.handle(.control(.started)) == [])
        #expect(script.becomeReady(2).announcements.last == .ready(after: .milliseconds(400)))
    }

    @Test func saysReadyOnceAndWithWhatPython() {
        var script = KeeperScript(workers: 1)
        script.handle(.start)
        script.handle(.control(.started))
        let child = KeeperEvent.Child(role: .worker(id: 1), pid: 102)
        #expect(
            script.becomeReady(1).announcements == [
                .workerReady(child, pythonHexVersion: 0x030b_07f0), .ready(after: .zero),
            ])
        #expect(script.becomeReady(1) == [])
    }

    @Test(arguments: [ChildStatus.exited(code: 1), .exited(code: 0), .signalled(signal: 11, dumpedCore: false)])
    func aWorkerThatEndsBeforeItIsReadyEndsEverythingWithThree(status: ChildStatus) throws {
        var script = KeeperScript(workers: 2)
        script.handle(.start)
        script.handle(.control(.started))
        script.becomeReady(1)
        let actions = script.exitWorker(2, status)
        let event = try #require(actions.announcements.first)
        guard case .applicationWouldNotStart(let child, let ending) = event else { Issue.record("\(event)"); return }
        #expect(child == KeeperEvent.Child(role: .worker(id: 2), pid: 103))
        #expect(ending.status == status)
        #expect(!ending.wasReady)
        #expect(
            actions.deeds == [
                .send(.workerGone(id: 2, waitStatus: status.waitStatus)), .closeListeners, .kill(.server),
                .terminate(.worker(id: 1)),
            ])

        #expect(script.exit(.server, .signalled(signal: 9, dumpedCore: false)).deeds == [])
        #expect(script.exitWorker(1).deeds == [.exit(3)])
    }

    @Test func theOtherWorkersHaveTwoSecondsThenAreKilled() {
        var script = KeeperScript(workers: 2)
        script.handle(.start)
        script.becomeReady(1)
        script.exitWorker(2)
        script.exit(.server, .signalled(signal: 9, dumpedCore: false))
        #expect(script.advance(by: .milliseconds(1999)) == [])
        #expect(script.advance(by: .milliseconds(1)).deeds == [.kill(.worker(id: 1))])
        #expect(script.exitWorker(1).deeds == [.exit(3)])
    }

    @Test func whatCannotEvenBeKilledIsNotWaitedForTwice() {
        var script = KeeperScript(workers: 2)
        script.handle(.start)
        script.becomeReady(1)
        script.exitWorker(2)
        #expect(script.advance(by: .seconds(4)).deeds == [.kill(.worker(id: 1)), .exit(3)])
    }

    @Test func aWorkerThatWasReadyIsReplacedEvenBeforeTheOthersAre() {
        var script = KeeperScript(workers: 2)
        script.handle(.start)
        script.handle(.control(.started))
        script.becomeReady(1)
        #expect(script.exitWorker(1).deeds == [.send(.workerGone(id: 1, waitStatus: 256))])
        // Again one goes ahead: nobody who has the application is there.
        #expect(script.advance(by: .milliseconds(100)).deeds == [])
        #expect(script.becomeReady(2).deeds == [.spawnWorker(id: 3)])
        #expect(script.becomeReady(3).announcements.last == .ready(after: .milliseconds(100)))
    }

    @Test func anInterpreterThatCannotBeRunEndsEverythingWithThree() {
        var script = KeeperScript(workers: 1)
        script.refusals[.worker(id: 1)] = 2
        let actions = script.handle(.start)
        #expect(actions.announcements == [.interpreterWouldNotStart(number: 2)])
        #expect(script.exit(.server, .signalled(signal: 9, dumpedCore: false)).deeds == [.exit(3)])
    }

    @Test func oneInterpreterThatCannotBeRunEndsTheOthersToo() {
        var script = KeeperScript(workers: 3)
        script.refusals[.worker(id: 2)] = 11
        script.handle(.start)
        #expect(
            script.becomeReady(1).deeds.suffix(3) == [
                .kill(.server), .terminate(.worker(id: 1)), .terminate(.worker(id: 3)),
            ])
        script.exit(.server, .signalled(signal: 9, dumpedCore: false))
        script.exitWorker(3)
        #expect(script.exitWorker(1).deeds == [.exit(3)])
    }

    @Test func theServersDeathDoesNotMakeItsWorkersExitsFailures() {
        var script = KeeperScript(workers: 1)
        script.handle(.start)
        script.exit(.server)
        #expect(script.exitWorker(1, .exited(code: 0)).announcements.count == 1)
        #expect(script.advance(by: .milliseconds(100)).deeds == [.spawnServer, .spawnWorker(id: 2)])
        script.handle(.control(.started))
        #expect(script.becomeReady(2).announcements.last == .ready(after: .milliseconds(100)))
    }

    @Test func aWorkerThatEndsAfterTheChannelDidIsNoFailureEither() {
        var script = KeeperScript(workers: 1)
        script.handle(.start)
        script.handle(.controlEnded)
        #expect(script.exitWorker(1, .exited(code: 0)).deeds == [])
        script.exit(.server, .signalled(signal: 11, dumpedCore: true))
        #expect(script.advance(by: .milliseconds(100)).deeds == [.spawnServer, .spawnWorker(id: 2)])
    }
}
