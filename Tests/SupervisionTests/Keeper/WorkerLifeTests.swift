import Testing

@testable import Supervision

@Suite struct WorkerLifeTests {
    @Test func aWorkerThatHadServedIsReplacedAtOnce() throws {
        var script = KeeperScript.serving(workers: 2)
        script.sleep(.seconds(1))
        let status = ChildStatus.signalled(signal: 9, dumpedCore: false)
        let actions = script.exitWorker(1, status)
        #expect(actions.deeds == [.send(.workerGone(id: 1, waitStatus: 9)), .spawnWorker(id: 3)])
        let ending = KeeperEvent.Ending(status: status, peakResidentBytes: 4096, lived: .seconds(1), wasReady: true)
        #expect(
            actions.announcements == [
                .workerEnded(.init(role: .worker(id: 1), pid: 102), ending, restartIn: .zero)
            ])
    }

    @Test func aWorkerThatKeepsFailingWaitsLongerEachTime() {
        var script = KeeperScript.serving(workers: 1)
        for (turn, delay) in [100, 200, 400, 800].enumerated() {
            #expect(script.exitWorker(UInt32(turn) + 1).deeds.count == 1)
            #expect(script.advance(by: .milliseconds(delay - 1)) == [])
            #expect(script.advance(by: .milliseconds(1)).deeds == [.spawnWorker(id: UInt32(turn) + 2)])
        }
    }

    @Test func afterTheFirstStartAWorkerThatWillNotStartIsTriedForEver() {
        var script = KeeperScript.serving(workers: 1)
        for id in 1...UInt32(50) {
            script.exitWorker(id)
            script.advance(by: .seconds(30))
        }
        #expect(!script.actions.contains { if case .exit = $0 { true } else { false } })
        #expect(script.actions.contains(.spawnWorker(id: 51)))
    }

    @Test func eachSlotHasItsOwnBackOff() {
        var script = KeeperScript.serving(workers: 2)
        script.exitWorker(1)
        script.advance(by: .milliseconds(100))
        script.exitWorker(3)
        script.exitWorker(2)
        #expect(script.advance(by: .milliseconds(100)).deeds == [.spawnWorker(id: 4)])
        #expect(script.advance(by: .milliseconds(100)).deeds == [.spawnWorker(id: 5)])
    }

    @Test func aFailedSpawnLaterIsRetried() {
        var script = KeeperScript.serving(workers: 1)
        script.refusals[.worker(id: 2)] = 11
        script.sleep(.seconds(2))
        let actions = script.exitWorker(1)
        #expect(
            actions.announcements.last == .couldNotStart(.worker(id: 2), number: 11, restartIn: .milliseconds(100)))
        #expect(script.advance(by: .milliseconds(100)).deeds == [.spawnWorker(id: 3)])
    }

    @Test func aCondemnedWorkerIsKilledAndReplaced() {
        var script = KeeperScript.serving(workers: 1)
        script.sleep(.seconds(5))
        let actions = script.handle(.control(.workerCondemned(id: 1, reason: .brokeTheExchange)))
        let child = KeeperEvent.Child(role: .worker(id: 1), pid: 102)
        #expect(actions == [.announce(.workerCondemned(child, .brokeTheExchange)), .kill(.worker(id: 1))])
        #expect(script.exitWorker(1, .signalled(signal: 9, dumpedCore: false)).deeds.last == .spawnWorker(id: 2))
    }

    @Test func aWorkersNumberPassesToItsSuccessor() {
        var script = KeeperScript.serving(workers: 3)
        #expect([1, 2, 3].map(script.machine.number) == [0, 1, 2])
        script.sleep(.seconds(2))
        script.exitWorker(2)
        #expect(script.machine.number(ofWorker: 4) == 1)
        script.sleep(.seconds(2))
        script.exitWorker(1)
        script.exitWorker(3)
        #expect([4, 5, 6].map(script.machine.number) == [1, 0, 2])
    }

    @Test func noTwoLivingWorkersHaveTheSameNumber() {
        var script = KeeperScript.serving(workers: 2)
        script.sleep(.seconds(2))
        script.exit(.server, .signalled(signal: 11, dumpedCore: true))
        script.handle(.control(.started))
        #expect([3, 4].map(script.machine.number) == [2, 3], "1 and 2 have still to leave")
        script.exitWorker(1)
        script.exitWorker(2)
        script.exitWorker(3)
        script.advance(by: .seconds(1))
        #expect(script.machine.number(ofWorker: 5) == 0)
    }

    @Test func whatTheServerSaysAboutTheDeadIsIgnored() {
        var script = KeeperScript.serving(workers: 1)
        #expect(script.handle(.control(.workerCondemned(id: 7, reason: .unresponsive))) == [])
        #expect(script.handle(.control(.workerReady(id: 7, pythonHexVersion: 0))) == [])
    }

    @Test func messagesOfTheOtherDirectionAreIgnored() {
        var script = KeeperScript.serving(workers: 1)
        #expect(script.handle(.control(.drain)) == [])
        #expect(script.handle(.control(.listener(index: 0))) == [])
    }
}
