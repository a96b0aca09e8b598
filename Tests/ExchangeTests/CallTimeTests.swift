import Exchange
import Testing

/// What a worker says of its calls, on a clock that the test moves.
@Suite struct CallTimeTests {
    private final class World {
        let lane: Lane
        var callTime: CallTime
        var now: Int64 = 1
        var looks = 0

        init() throws {
            lane = try Lane()
            callTime = CallTime(segment: lane.segment)
        }

        var told: Int64? { CallTime.told(in: lane.segment) }

        func call(lasting duration: Int64) {
            let began = callTime.begin(clock)
            now += duration
            callTime.end(began, clock)
        }

        private func clock() -> Int64 {
            looks += 1
            return now
        }
    }

    @Test func nothingIsToldBeforeTheFirstCall() throws {
        #expect(try World().told == nil)
    }

    @Test func itFollowsTheCalls() throws {
        let world = try World()
        for _ in 0..<8 { world.call(lasting: 100_000) }
        #expect(world.told == 100_000)
        for _ in 0..<100 { world.call(lasting: 300_000) }
        let told = try #require(world.told)
        #expect((290_000...300_000).contains(told))
    }

    @Test func clocksAreSparedWhileCallsAreLight() throws {
        let world = try World()
        for _ in 0..<1_600 { world.call(lasting: 1_000) }
        #expect(world.told == 1_000)
        #expect(world.looks <= 250)
    }

    /// It loses the baton long before, and keeps nobody waiting.
    @Test func aSlowCallCountsNoMoreThanItKeepsOthersWaiting() throws {
        let world = try World()
        world.call(lasting: 50_000_000)
        #expect(world.told == CallTime.longest)
    }
}
