/// Sleeping and waking cost more than light requests do, so several share one, as network cards moderate their
/// interrupts. Times are nanoseconds; `callTime` is what one call costs a worker.
enum WakeModeration {
    /// A sleeping worker is woken for so much work, as long as more keeps coming; when nothing comes, for any.
    private static let worthWaking: Int64 = 80_000
    /// For the sake of others nothing waits longer: no answer for a reactor that rests, no request for a worker that
    /// sleeps.
    private static let longestWait: Int64 = 500_000
    /// A shorter rest is not worth the timer.
    private static let shortestRest: Int64 = 50_000
    /// A rest that fewer answers of a worker share is none.
    private static let fewest: Int64 = 2

    /// Whether a worker that got `submitted` requests, the first of them `waited` ago, should be left asleep for another
    /// look at the sockets.
    static func mayGather(submitted: Int, waited: Int64, callTime: Int64?) -> Bool {
        guard let callTime, waited < longestWait else { return false }
        return Int64(submitted) * callTime < worthWaking
    }

    /// For how long a worker with `running` requests of ours needs nothing from us; nil when its next answer should
    /// wake us. A third of its work: it does not run dry, and who waits has waited longer for those before.
    static func rest(running: Int, callTime: Int64?) -> Int64? {
        guard let callTime else { return nil }
        let rest = min(Int64(running) * callTime / 3, longestWait)
        return rest >= shortestRest && rest >= fewest * callTime ? rest : nil
    }
}
