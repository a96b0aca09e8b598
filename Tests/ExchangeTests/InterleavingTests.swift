import Exchange
import Testing

/// Every order in which server and worker may take their steps (design: "the state machine explored exhaustively").
///
/// Depth first over the real functions, each state visited once, until no new one is found: no bound on depth is
/// needed, since each request is taken back a limited number of times.
@Suite struct InterleavingTests {
    struct Scene: CustomTestStringConvertible {
        var requests: Int
        var reclaims: Int
        var publishes: Int
        var takesInHalves: Bool
        var testDescription: String {
            "\(requests) requests, \(reclaims) reclaims and \(publishes) publications each, "
                + (takesInHalves ? "takes in halves" : "whole takes")
        }
    }

    static let scenes = [
        Scene(requests: 1, reclaims: 4, publishes: 2, takesInHalves: true),
        Scene(requests: 2, reclaims: 1, publishes: 1, takesInHalves: true),
        Scene(requests: 2, reclaims: 2, publishes: 0, takesInHalves: true),
        Scene(requests: 3, reclaims: 0, publishes: 0, takesInHalves: true),
        Scene(requests: 3, reclaims: 1, publishes: 0, takesInHalves: false),
    ]

    @Test(arguments: scenes)
    func whateverTheOrderEachRequestRunsOnceAndIsAnswered(_ scene: Scene) throws {
        let lane = try Lane()
        let start = LaneWorld(
            lane, requests: scene.requests, reclaims: scene.reclaims, publishes: scene.publishes,
            takesInHalves: scene.takesInHalves)
        var visited: Set<Int> = [start.key]
        var open: [(world: LaneWorld, path: [LaneWorld.Step])] = [(start, [])]
        var ends = 0
        while let (world, path) = open.popLast() {
            var last: [LaneWorld.Step] = []
            do {
                var isEnd = true
                world.restore(lane)
                for step in world.steps(lane) {
                    var next = world
                    next.restore(lane)
                    last = [step]
                    guard try next.take(step, lane) else { continue }
                    isEnd = false
                    if visited.insert(next.key).inserted { open.append((next, path + [step])) }
                }
                guard isEnd else { continue }
                try world.checkEnd()
                ends += 1
            } catch {
                Issue.record("\(error) after \(path + last)")
                return
            }
        }
        #expect(ends > 0)
    }
}
