import Testing

@testable import Serving

/// How much is gathered before a worker is woken, and how long a reactor rests.
@Suite struct WakeModerationTests {
    @Test func littleWorkIsGatheredAndMuchIsNot() {
        #expect(WakeModeration.mayGather(submitted: 1, waited: 0, callTime: 1_000))
        #expect(!WakeModeration.mayGather(submitted: 1_000, waited: 0, callTime: 1_000))
        #expect(!WakeModeration.mayGather(submitted: 1, waited: 0, callTime: 1_000_000))
    }

    /// A reactor that is busy with uploads for seconds must not forget the one request it has handed over.
    @Test func aLightRequestIsNotGatheredForLong() {
        #expect(!WakeModeration.mayGather(submitted: 1, waited: 500_000, callTime: 1_000))
    }

    @Test func ofAWorkerThatHasNotSaidWhatACallCostsNothingIsAssumed() {
        #expect(!WakeModeration.mayGather(submitted: 1, waited: 0, callTime: nil))
        #expect(WakeModeration.rest(running: 64, callTime: nil) == nil)
    }

    /// Nothing finished waits longer than half a millisecond, and a worker never runs dry meanwhile.
    @Test(arguments: [1, 1_000, 20_000, 70_000, 200_000, 1_000_000, 2_000_000] as [Int64])
    func aRestIsAThirdOfTheWorkAtMostAndShort(callTime: Int64) {
        for running in 1...64 {
            guard let rest = WakeModeration.rest(running: running, callTime: callTime) else { continue }
            #expect(rest <= 500_000)
            #expect(rest <= Int64(running) * callTime / 3)
        }
    }

    @Test func manyModerateCallsAreWorthARest() {
        #expect(WakeModeration.rest(running: 12, callTime: 100_000) != nil)
    }

    /// Its answer is what somebody waits for.
    @Test func aSingleCallIsNeverWorthARest() {
        for callTime in stride(from: Int64(1_000), to: 2_000_000, by: 50_000) {
            #expect(WakeModeration.rest(running: 1, callTime: callTime) == nil)
        }
    }

    @Test func neitherAreSlowCalls() {
        #expect(WakeModeration.rest(running: 8, callTime: 1_000_000) == nil)
    }
}

/// When a reactor with nothing in hand stays awake.
@Suite struct IdlePollingTests {
    private func after(waits: [Int64]) -> IdlePolling {
        var polling = IdlePolling()
        for wait in waits { polling.hasSlept(wait) }
        return polling
    }

    @Test func itDoesNotBeginWithPolling() { #expect(!IdlePolling().isWorthwhile) }

    @Test func manyShortSleepsInARowMakeItWorthwhile() {
        #expect(after(waits: Array(repeating: 50_000, count: 8)).isWorthwhile)
    }

    @Test func oneLongSleepAmongThemDoesNot() {
        let waits = Array(repeating: Int64(50_000), count: 7)
        #expect(!after(waits: waits + [5_000_000] + waits).isWorthwhile)
    }

    @Test func pollingInVainEndsIt() {
        let waits = Array(repeating: Int64(50_000), count: 8)
        #expect(!after(waits: waits + [50_000]).isWorthwhile)
    }
}
