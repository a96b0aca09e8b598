import Dispatch
import Testing

/// Who gets the next request, who waits, who is refused: on a clock that the test moves.
@Suite struct PoolTests {
    private var clock = ManualClock()

    // MARK: retirement

    @Test func aRetiredWorkerIsGivenNothingMore() {
        var pool = Pool.ready(workers: 2, now: clock.now)
        pool.retire(0)
        for request in UInt64(1)...8 {
            #expect(pool.arrived(request, now: clock.now) != .dispatch(worker: 0))
        }
    }

    @Test func itIsRetiredWhenWhatItHoldsHasEnded() {
        var pool = Pool.ready(workers: 1, now: clock.now)
        _ = pool.arrived(1, now: clock.now)
        _ = pool.arrived(2, now: clock.now)
        pool.retire(0)
        #expect(!pool.isRetired(0))
        pool.finished(worker: 0, now: clock.now)
        #expect(!pool.isRetired(0))
        pool.returned(2, from: 0, now: clock.now)
        #expect(pool.isRetired(0))
        #expect(pool.next(now: clock.now) == nil, "what was taken back waits for another")
    }

    @Test func aWorkerInServiceIsNeverTakenForARetiredOne() {
        let pool = Pool.ready(workers: 1, now: clock.now)
        #expect(!pool.isRetired(0))
        #expect(pool.isRetired(1), "one that is not known holds nothing")
    }

    @Test func aPoolOfRetiredWorkersIsNotReady() {
        var pool = Pool.ready(workers: 1, queue: 0, now: clock.now)
        pool.retire(0)
        #expect(!pool.hasWorkers)
        #expect(!pool.mayAdmit)
        pool.workerReady(1, now: clock.now)
        #expect(pool.hasWorkers)
    }

    // MARK: admission

    @Test func aRequestGoesToAWorkerWithCredit() {
        var pool = Pool.ready(workers: 1, now: clock.now)
        let admission = pool.arrived(1, now: clock.now)
        #expect(admission == .dispatch(worker: 0))
        #expect(pool.waiting == 0)
    }

    @Test func withoutWorkersRequestsWait() {
        var pool = Pool.ready(workers: 0, queue: 2, now: clock.now)
        let admissions = (UInt64(1)...3).map { pool.arrived($0, now: clock.now) }
        #expect(admissions == [.wait, .wait, .refuse])
    }

    @Test func theFirstToComeIsTheFirstToBeServed() throws {
        var pool = Pool.ready(workers: 0, queue: 8, now: clock.now)
        for request in UInt64(1)...5 { _ = pool.arrived(request, now: clock.now) }
        pool.workerReady(0, now: clock.now)
        var served: [UInt64] = []
        while let next = pool.next(now: clock.now) { served.append(next.request) }
        #expect(served == [1, 2, 3, 4, 5])
    }

    /// Nobody overtakes those who wait, even where a worker has credit by now.
    @Test func aNewRequestGoesBehindThoseThatWait() {
        var pool = Pool.ready(workers: 0, queue: 8, now: clock.now)
        _ = pool.arrived(1, now: clock.now)
        pool.workerReady(0, now: clock.now)
        let admission = pool.arrived(2, now: clock.now)
        #expect(admission == .wait)
        #expect(pool.next(now: clock.now).map(\.request) == 1)
    }

    @Test func aQueueWithoutPlacesStillServes() {
        var pool = Pool.ready(workers: 1, queue: 0, now: clock.now)
        let given = pool.fill(now: clock.now)
        #expect(!given.isEmpty)
        let admission = pool.arrived(7, now: clock.now)
        #expect(admission == .refuse)
    }

    /// It was admitted before its body was read: the upload must not have been in vain.
    @Test func aReservedRequestIsNeverRefused() {
        var pool = Pool.ready(workers: 0, queue: 1, now: clock.now)
        _ = pool.arrived(1, now: clock.now)
        let admissions = (UInt64(2)...100).map { pool.arrived($0, isReserved: true, now: clock.now) }
        #expect(admissions.allSatisfy { $0 == .wait })
        #expect(!pool.mayAdmit)
        #expect(pool.waiting == 100)
    }

    @Test func anUploadIsAdmittedWhileThereIsAPlaceOrCredit() {
        var pool = Pool.ready(workers: 1, queue: 0, now: clock.now)
        #expect(pool.mayAdmit)
        _ = pool.fill(now: clock.now)
        #expect(!pool.mayAdmit)
        pool.finished(worker: 0, now: clock.now)
        #expect(pool.mayAdmit)
    }

    // MARK: coming back

    @Test func returnedRequestsGoBeforeAllOthersInTheirOrder() {
        var (clock, pool) = (clock, Pool.ready(workers: 1, queue: 2, threads: 1, now: clock.now))
        let given = pool.fill(now: clock.now).count
        for request in UInt64(90)...91 { _ = pool.arrived(request, now: clock.now) }
        for request in UInt64(1)...3 { pool.returned(request, from: 0, now: clock.now) }
        #expect(pool.waiting == 5)
        clock.advance(.nanoseconds(1))
        var served: [UInt64] = []
        while let next = pool.next(now: clock.now) { served.append(next.request) }
        #expect(served == [1, 2, 3])
        for _ in 0..<given { pool.finished(worker: 0, now: clock.now) }
        #expect(pool.next(now: clock.now).map(\.request) == 90)
    }

    @Test func aReturnedRequestGivesItsCreditBack() {
        var (clock, pool) = (clock, Pool.ready(workers: 1, now: clock.now))
        let given = pool.fill(now: clock.now)
        pool.returned(1, from: 0, now: clock.now)
        clock.advance(.nanoseconds(1))
        #expect(pool.next(now: clock.now).map(\.request) == 1)
        #expect(pool.fill(now: clock.now).isEmpty)
        #expect(!given.isEmpty)
    }

    /// A reactor asks until nothing is left to give out, with one reading of the clock. A worker whose slots are all
    /// taken must not be given the same request for ever.
    @Test func aRequestThatComesBackIsNotGivenToTheSameWorkerAtTheSameMoment() {
        var (clock, pool) = (clock, Pool.ready(workers: 2, now: clock.now))
        _ = pool.arrived(1, now: clock.now)
        var asked: [Int] = [0]
        pool.returned(1, from: 0, now: clock.now)
        while asked.count < 10, let next = pool.next(now: clock.now) {
            asked.append(next.worker)
            pool.returned(next.request, from: next.worker, now: clock.now)
        }
        #expect(asked == [0, 1])
        clock.advance(.nanoseconds(1))
        #expect(pool.next(now: clock.now).map(\.request) == 1)
    }

    /// Reactors read their clocks one after the other.
    @Test func norAtAnEarlierMoment() {
        var (clock, pool) = (clock, Pool.ready(workers: 1, now: clock.now))
        let early = clock.now
        _ = pool.arrived(1, now: early)
        clock.advance(.microseconds(5))
        pool.returned(1, from: 0, now: clock.now)
        #expect(pool.next(now: early) == nil)
    }

    @Test func aCancelledDispatchGivesItsCreditBack() {
        var pool = Pool.ready(workers: 1, now: clock.now)
        _ = pool.fill(now: clock.now)
        pool.cancelled(worker: 0)
        #expect(pool.fill(now: clock.now) == [0])
    }

    @Test func anAbandonedRequestIsNotServed() {
        var pool = Pool.ready(workers: 0, queue: 3, now: clock.now)
        for request in UInt64(1)...3 { _ = pool.arrived(request, now: clock.now) }
        let (first, second) = (pool.abandoned(2), pool.abandoned(2))
        #expect(first && !second)
        pool.workerReady(0, now: clock.now)
        var served: [UInt64] = []
        while let next = pool.next(now: clock.now) { served.append(next.request) }
        #expect(served == [1, 3])
    }

    // MARK: choosing

    /// Design §6: filling the awake worker first saves a wake-up per request.
    @Test func anAwakeWorkerIsPreferredToASleepingOne() {
        var pool = Pool.ready(workers: 3, now: clock.now)
        let given = (0..<2).map { pool.arrived(UInt64($0), now: clock.now) }
        #expect(given == [.dispatch(worker: 0), .dispatch(worker: 0)])
    }

    @Test func anotherWorkerIsWokenWhenTheWaitIsLongerThanAWakeUp() {
        var pool = Pool.ready(workers: 2, now: clock.now)
        let given = pool.fill(now: clock.now)
        #expect(given.first == 0)
        #expect(given.contains(1))
    }

    @Test func aWorkerThatStandsStillIsPassedOver() {
        var (clock, pool) = (clock, Pool.ready(workers: 2, now: clock.now))
        _ = pool.arrived(1, now: clock.now)
        clock.advance(.milliseconds(50))
        let admission = pool.arrived(2, now: clock.now)
        #expect(admission == .dispatch(worker: 1))
    }

    /// Reactors rest, and hand over requests in batches: that no answer came for half a millisecond is their doing.
    @Test func aShortSilenceIsNotHeldAgainstAWorker() {
        var (clock, pool) = (clock, Pool.ready(workers: 2, now: clock.now))
        _ = pool.arrived(1, now: clock.now)
        clock.advance(.microseconds(500))
        let admission = pool.arrived(2, now: clock.now)
        #expect(admission == .dispatch(worker: 0))
    }

    /// Answers that come slowly because the server is busy say nothing of the worker; what it says itself does.
    @Test func lightCallsStayWithOneWorkerHoweverSlowlyTheirAnswersAreSent() {
        var (clock, pool) = (clock, Pool.ready(workers: 2, now: clock.now))
        for request in UInt64(0)..<64 {
            _ = pool.arrived(request, now: clock.now)
            clock.advance(.microseconds(10))
            pool.finished(worker: 0, callTime: 1_000, now: clock.now)
        }
        #expect(pool.fill(now: clock.now).prefix(64).allSatisfy { $0 == 0 })
    }

    @Test func bothWorkersAreFilledInTheEnd() {
        var pool = Pool.ready(workers: 2, now: clock.now)
        let given = pool.fill(now: clock.now)
        #expect(given.filter { $0 == 0 }.count == given.filter { $0 == 1 }.count)
    }

    // MARK: workers that go

    @Test func aWorkerThatIsGoneIsNeverChosen() {
        var pool = Pool.ready(workers: 2, now: clock.now)
        pool.workerGone(0)
        #expect(Set(pool.fill(now: clock.now)) == [1])
        pool.workerGone(1)
        #expect(pool.fill(now: clock.now).isEmpty)
        #expect(pool.next(now: clock.now) == nil)
    }

    @Test func wordOfAWorkerThatIsGoneIsIgnored() {
        var pool = Pool.ready(workers: 1, now: clock.now)
        pool.workerGone(0)
        pool.finished(worker: 0, now: clock.now)
        pool.cancelled(worker: 0)
        pool.returned(1, from: 0, now: clock.now)
        pool.workerGone(7)
        pool.finished(worker: 7, now: clock.now)
        #expect(pool.waiting == 1)
        #expect(pool.next(now: clock.now) == nil)
    }

    @Test func aNewWorkerInTheOldPlaceBeginsAfresh() {
        var pool = Pool.ready(workers: 1, now: clock.now)
        let before = pool.fill(now: clock.now).count
        pool.workerGone(0)
        pool.workerReady(0, now: clock.now)
        #expect(pool.fill(now: clock.now).count == before)
    }

    // MARK: balance

    @Test func aWorkerStandsStillOnlyWhereAnotherHasNothingToDo() {
        var (clock, pool) = (clock, Pool.ready(workers: 2, now: clock.now))
        for request in UInt64(1)...2 { _ = pool.arrived(request, now: clock.now) }
        #expect(pool.stalled(now: clock.now) == nil)
        clock.advance(.milliseconds(3))
        #expect(pool.stalled(now: clock.now) == 0)
        _ = pool.arrived(3, now: clock.now)  // worker 1 has something to do now
        #expect(pool.stalled(now: clock.now) == nil)
    }

    @Test func aLoneWorkerIsNeverStalled() {
        var (clock, pool) = (clock, Pool.ready(workers: 1, now: clock.now))
        _ = pool.fill(now: clock.now)
        clock.advance(.seconds(10))
        #expect(pool.stalled(now: clock.now) == nil)
    }

    @Test func aWorkerThatIsGoneIsNeitherStalledNorIdle() {
        var (clock, pool) = (clock, Pool.ready(workers: 2, now: clock.now))
        for request in UInt64(1)...2 { _ = pool.arrived(request, now: clock.now) }
        pool.workerGone(1)
        clock.advance(.milliseconds(3))
        #expect(pool.stalled(now: clock.now) == nil)
    }
}
