/// What one worker holds, how fast it gets on, and how much more it may be given. Times are nanoseconds.
struct WorkerLoad {
    /// A worker is kept busy for about so long; more would only wait there instead of in the common queue.
    static let horizon: Int64 = 1_000_000
    /// What waking a sleeping worker counts for in choosing: about two wake-ups of an idle virtual processor, and what a
    /// second runnable process takes from the first. An estimate; `make bench BENCH='--only hello64w2'` tells what it does.
    static let wakeCost: Int64 = 150_000
    /// Silence that says nothing of a worker: reactors rest, and hand over requests in batches.
    static let quiet: Int64 = 1_000_000
    /// No progress for so long while requests are held: taken for stalled.
    static let stall: Int64 = 2_000_000
    /// More never stand in one worker (the exchange has slots for as many per reactor).
    static let most = 64

    private let threads: Int
    private(set) var outstanding = 0
    /// Time between two completions while busy, smoothed over the last eight.
    private var interval: Int64 = 100_000
    /// What the worker itself says of a call. Less than the interval where the reactor is what takes time; more where
    /// several calls sleep at the same time.
    private var callTime: Int64 = .max
    /// The last completion, or the moment it stopped being idle.
    private var progress: Int64
    private var closedUntil = Int64.min
    /// Another has taken its place: it finishes what it holds and is given nothing more.
    private(set) var isRetiring = false

    init(threads: Int, now: Int64) {
        self.threads = threads
        progress = now
    }

    /// By how much one request more delays the next.
    private var serviceTime: Int64 { min(interval, callTime) }

    /// Fast calls: as many as fill the horizon, beside its threads. Slow ones: its threads.
    var hasCredit: Bool {
        !isRetiring && outstanding < min(Self.most, threads + Int(Self.horizon / max(serviceTime, 1_000)))
    }

    func expectedWait(now: Int64) -> Int64 {
        guard outstanding > 0 else { return Self.wakeCost }
        let silence = now - progress
        return Int64(outstanding) * serviceTime + (silence > max(interval, Self.quiet) ? silence : 0)
    }

    func isStalled(now: Int64) -> Bool { outstanding > 1 && now - progress > Self.stall }

    mutating func begin(now: Int64) {
        if outstanding == 0 { progress = now }
        outstanding += 1
    }

    mutating func end(callTime: Int64? = nil, now: Int64) {
        outstanding = max(0, outstanding - 1)
        if let callTime { self.callTime = callTime }
        // Several completions in one turn carry one clock reading: together they count the whole interval.
        interval += (now - progress - interval) / 8
        progress = now
    }

    mutating func cancel() { outstanding = max(0, outstanding - 1) }

    /// A request came back unbegun: nothing more is given at this moment, or the same request would go to and fro
    /// without an end; nor for a while, if it could not even be handed over.
    mutating func giveBack(now: Int64, isRefused: Bool) {
        cancel()
        closedUntil = max(closedUntil, isRefused ? now + Self.stall : now)
    }

    func isOpen(now: Int64) -> Bool { now > closedUntil }

    mutating func retire() { isRetiring = true }

    var isRetired: Bool { isRetiring && outstanding == 0 }
}
