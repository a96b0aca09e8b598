/// One pool of workers and the one queue before it: who gets the next request, who waits, who is refused.
///
/// A pure machine. It knows requests by a number its caller chose and time as nanoseconds its caller read; it never
/// looks at a slot or a socket. One queue serves all reactors and all workers, first come, first served; requests in
/// flight count, never open connections.
package struct Pool {
    package struct Configuration: Sendable {
        /// Requests that may wait beyond what the workers hold.
        package let queue: Int
        /// Calls that one worker runs at the same time.
        package let threads: Int
        package init(queue: Int, threads: Int) {
            self.queue = queue
            self.threads = threads
        }
    }

    package enum Admission: Equatable {
        case dispatch(worker: Int)
        case wait
        /// The queue is full: 503. (Where no worker is ready it fills too: one may be back in a moment.)
        case refuse
    }

    private let configuration: Configuration
    private var workers: [WorkerLoad?] = []
    private var queue: RequestQueue

    package init(_ configuration: Configuration) {
        self.configuration = configuration
        queue = RequestQueue(capacity: configuration.queue)
    }

    package var waiting: Int { queue.count }

    // MARK: workers

    package mutating func workerReady(_ worker: Int, now: Int64) {
        while workers.count <= worker { workers.append(nil) }
        workers[worker] = WorkerLoad(threads: configuration.threads, now: now)
    }

    package mutating func workerGone(_ worker: Int) {
        if worker < workers.count { workers[worker] = nil }
    }

    /// It is given nothing more from now on; what it holds is still its own.
    package mutating func retire(_ worker: Int) {
        if worker < workers.count { workers[worker]?.retire() }
    }

    /// A worker that was retired has nothing in hand any more, and never will.
    package func isRetired(_ worker: Int) -> Bool {
        worker >= workers.count || workers[worker]?.isRetired ?? true
    }

    // MARK: requests

    /// Whether a request whose body is still to come would be taken now.
    package var mayAdmit: Bool { queue.count < configuration.queue || workers.contains { $0?.hasCredit ?? false } }

    /// Whether any worker takes requests.
    package var hasWorkers: Bool { workers.contains { $0.map { !$0.isRetiring } ?? false } }

    /// `isReserved`: it was admitted before its body was read, and is not refused after that.
    package mutating func arrived(_ request: UInt64, isReserved: Bool = false, now: Int64) -> Admission {
        if queue.isEmpty, let worker = choose(now: now) {
            workers[worker]?.begin(now: now)
            return .dispatch(worker: worker)
        }
        return queue.append(request, isReserved: isReserved) ? .wait : .refuse
    }

    /// A request that was taken back, or whose worker died before it began: it goes before all others and is never
    /// refused for want of a place. `isRefused`: the worker could not be handed it, and is left alone for a while.
    package mutating func returned(_ request: UInt64, from worker: Int, isRefused: Bool = false, now: Int64) {
        if worker < workers.count { workers[worker]?.giveBack(now: now, isRefused: isRefused) }
        queue.prepend(request)
    }

    /// A request has been answered, or given up, by the worker. `callTime`: what a call costs it, as it says itself.
    @inline(__always)
    package mutating func finished(worker: Int, callTime: Int64? = nil, now: Int64) {
        if worker < workers.count { workers[worker]?.end(callTime: callTime, now: now) }
    }

    /// A request that `next` gave out no longer exists.
    package mutating func cancelled(worker: Int) {
        if worker < workers.count { workers[worker]?.cancel() }
    }

    /// The next waiting request and who gets it; nil while none waits or none has credit.
    package mutating func next(now: Int64) -> (request: UInt64, worker: Int)? {
        guard !queue.isEmpty, let worker = choose(now: now), let request = queue.popFirst() else { return nil }
        workers[worker]?.begin(now: now)
        return (request, worker)
    }

    /// The client of a waiting request has gone. False if it does not wait here.
    package mutating func abandoned(_ request: UInt64) -> Bool { queue.remove(request) }

    // MARK: balance

    /// A worker that holds requests without getting on with them while another has nothing to do: what has not begun
    /// there should be taken back. Nil when all is well.
    package func stalled(now: Int64) -> Int? {
        guard workers.contains(where: { $0.map { $0.outstanding == 0 && !$0.isRetiring } ?? false }) else { return nil }
        return workers.indices.first { workers[$0]?.isStalled(now: now) ?? false }
    }

    /// Least expected wait wins; a worker that sleeps costs a wake-up, so an awake one is filled first.
    private func choose(now: Int64) -> Int? {
        var best: (worker: Int, wait: Int64)?
        for index in workers.indices {
            guard let load = workers[index], load.hasCredit, load.isOpen(now: now) else { continue }
            let wait = load.expectedWait(now: now)
            if best.map({ wait < $0.wait }) ?? true { best = (index, wait) }
        }
        return best?.worker
    }
}
