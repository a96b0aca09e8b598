import Dispatch

/// Nanoseconds that pass when a test says so.
struct ManualClock {
    private(set) var now: Int64 = 1_000_000_000

    mutating func advance(_ duration: Duration) { now += Int64(duration / .nanoseconds(1)) }
}

extension Pool {
    /// A pool whose workers 0 … n-1 are ready and idle.
    static func ready(
        workers: Int, queue: Int = 4, threads: Int = 8, now: Int64
    ) -> Pool {
        var pool = Pool(Configuration(queue: queue, threads: threads))
        for worker in 0..<workers { pool.workerReady(worker, now: now) }
        return pool
    }

    /// Lets requests arrive until one has to wait, and returns who got the others.
    mutating func fill(now: Int64) -> [Int] {
        var given: [Int] = []
        while case .dispatch(let worker) = arrived(UInt64.max, now: now) { given.append(worker) }
        _ = abandoned(UInt64.max)
        return given
    }
}
