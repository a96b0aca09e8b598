import Testing

@testable import Supervision

@Suite struct BurstTests {
    @Test func aBurstOfSavesIsOneChange() {
        var burst = Burst()
        for step in 0..<10 { burst.add("\(step % 3).py", at: .milliseconds(step * 20)) }
        #expect(burst.take(at: .milliseconds(239)) == nil)
        #expect(burst.deadline == .milliseconds(240))
        #expect(burst.take(at: .milliseconds(240)) == .files(first: "0.py", count: 3))
        #expect(burst.deadline == nil)
        #expect(burst.take(at: .seconds(9)) == nil)
    }

    @Test func savingWithoutPauseDoesNotPutItOffForEver() {
        var burst = Burst()
        var took: Int?
        for time in stride(from: 0, through: 3000, by: 20) where took == nil {
            burst.add("a.py", at: .milliseconds(time))
            if burst.take(at: .milliseconds(time)) != nil { took = time }
        }
        #expect(took == 1000)
    }
}
