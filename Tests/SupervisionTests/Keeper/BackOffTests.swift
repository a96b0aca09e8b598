import Testing

@testable import Supervision

@Suite struct BackOffTests {
    @Test func doublesFromATenthOfASecondToThirtySeconds() {
        var backOff = BackOff()
        let delays = (0..<11).map { _ in backOff.delay(afterLife: .milliseconds(50), served: nil) }
        let milliseconds = [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]
        #expect(delays == milliseconds.map { .milliseconds($0) })
    }

    @Test func whatServedForASecondIsStartedAtOnce() {
        var backOff = BackOff()
        #expect(backOff.delay(afterLife: .seconds(3), served: .seconds(1)) == .zero)
    }

    @Test func whatServedForLessWaits() {
        var backOff = BackOff()
        #expect(backOff.delay(afterLife: .seconds(3), served: .milliseconds(999)) == .milliseconds(100))
    }

    @Test func tenSecondsOfLifeForgetTheFailures() {
        var backOff = BackOff()
        for _ in 0..<5 { _ = backOff.delay(afterLife: .zero, served: nil) }
        #expect(backOff.delay(afterLife: .seconds(10), served: .milliseconds(10)) == .milliseconds(100))
    }

    @Test func aShortUsefulLifeDoesNotForgetTheFailures() {
        var backOff = BackOff()
        for _ in 0..<2 { _ = backOff.delay(afterLife: .zero, served: nil) }
        _ = backOff.delay(afterLife: .seconds(9), served: .seconds(2))
        #expect(backOff.delay(afterLife: .zero, served: nil) == .milliseconds(400))
    }
}
