import Testing

@testable import Dispatch

/// Credit, expected wait, and standing still, from what a worker has done so far.
@Suite struct WorkerLoadTests {
    /// A worker that has answered many calls, `service` apart.
    private func seasoned(threads: Int, service: Duration, clock: inout ManualClock) -> WorkerLoad {
        var load = WorkerLoad(threads: threads, now: clock.now)
        for _ in 0..<200 {
            load.begin(now: clock.now)
            clock.advance(service)
            load.end(now: clock.now)
        }
        return load
    }

    private func credit(_ load: WorkerLoad, now: Int64) -> Int {
        var load = load
        while load.hasCredit { load.begin(now: now) }
        return load.outstanding
    }

    /// Design §6: as many as keep it busy for about a millisecond.
    @Test(arguments: [(Duration.microseconds(20), 50), (.microseconds(50), 20), (.microseconds(100), 10)])
    func fastCallsFillAboutAMillisecond(service: Duration, calls: Int) {
        var clock = ManualClock()
        let credit = credit(seasoned(threads: 1, service: service, clock: &clock), now: clock.now)
        #expect(abs(credit - calls) <= 2)
    }

    @Test func neverMoreThanTheSlotsOfALane() {
        var clock = ManualClock()
        #expect(credit(seasoned(threads: 8, service: .microseconds(1), clock: &clock), now: clock.now) == 64)
    }

    @Test(arguments: [1, 2, 8], [Duration.milliseconds(2), .milliseconds(20), .seconds(3)])
    func slowCallsFillTheThreadsAndAtMostOneMore(threads: Int, service: Duration) {
        var clock = ManualClock()
        let credit = credit(seasoned(threads: threads, service: service, clock: &clock), now: clock.now)
        #expect((threads...threads + 1).contains(credit))
    }

    @Test func aWorkerAlwaysMayHaveOne() {
        var clock = ManualClock()
        #expect(credit(seasoned(threads: 1, service: .seconds(60), clock: &clock), now: clock.now) >= 1)
    }

    @Test func aWorkerThatBecameFastGetsMoreAgain() {
        var clock = ManualClock()
        var load = seasoned(threads: 1, service: .milliseconds(20), clock: &clock)
        for _ in 0..<100 {
            load.begin(now: clock.now)
            clock.advance(.microseconds(50))
            load.end(now: clock.now)
        }
        #expect(credit(load, now: clock.now) >= 15)
    }

    /// Idle time is no service time.
    @Test func aPauseBetweenCallsCostsNoCredit() {
        var clock = ManualClock()
        var load = seasoned(threads: 1, service: .microseconds(50), clock: &clock)
        for _ in 0..<50 {
            clock.advance(.seconds(10))
            load.begin(now: clock.now)
            clock.advance(.microseconds(50))
            load.end(now: clock.now)
        }
        #expect(credit(load, now: clock.now) >= 18)
    }

    /// Several completions of one turn carry one clock reading.
    @Test func completionsOfOneTurnShareTheirInterval() {
        var clock = ManualClock()
        var load = WorkerLoad(threads: 1, now: clock.now)
        for _ in 0..<100 {
            for _ in 0..<10 { load.begin(now: clock.now) }
            clock.advance(.microseconds(500))
            for _ in 0..<10 { load.end(now: clock.now) }
        }
        #expect((12...40).contains(credit(load, now: clock.now)))
    }

    @Test func anIdleWorkerCostsAWakeUp() {
        let load = WorkerLoad(threads: 1, now: 0)
        #expect(load.expectedWait(now: 1_000_000_000) == WorkerLoad.wakeCost)
    }

    @Test func theWaitGrowsWithWhatIsHeldAndWithSilence() {
        var clock = ManualClock()
        var load = seasoned(threads: 8, service: .microseconds(50), clock: &clock)
        load.begin(now: clock.now)
        let one = load.expectedWait(now: clock.now)
        load.begin(now: clock.now)
        #expect(load.expectedWait(now: clock.now) > one)
        clock.advance(.milliseconds(5))
        #expect(load.expectedWait(now: clock.now) > 5_000_000)
    }

    // MARK: standing still

    @Test func aWorkerThatHoldsSeveralInSilenceStandsStill() {
        var clock = ManualClock()
        var load = WorkerLoad(threads: 1, now: clock.now)
        load.begin(now: clock.now)
        load.begin(now: clock.now)
        #expect(!load.isStalled(now: clock.now))
        clock.advance(.milliseconds(3))
        #expect(load.isStalled(now: clock.now))
        load.end(now: clock.now)
        #expect(!load.isStalled(now: clock.now))
    }

    @Test func oneSlowCallAloneIsNoStandstill() {
        var clock = ManualClock()
        var load = WorkerLoad(threads: 1, now: clock.now)
        load.begin(now: clock.now)
        clock.advance(.seconds(10))
        #expect(!load.isStalled(now: clock.now))
    }

    @Test func moreEndsThanBeginningsHoldNothing() {
        var load = WorkerLoad(threads: 1, now: 0)
        load.end(now: 1)
        load.cancel()
        #expect(load.outstanding == 0)
    }
}
