import Exchange
import Reactor

/// How a turn begins. A reactor sleeps only after it has told the workers, and has seen that none has published anything
/// meanwhile; where sleeping and being woken would cost more than the work, it rests or goes on looking instead.
extension EventLoop {
    /// Returns how many events the poller has.
    func waitForEvents() -> Int {
        if !dirtyLinks.isEmpty || !unfinished.isEmpty { return poller.wait(milliseconds: 0) }
        if let rest { return hasNews ? poller.wait(milliseconds: 0) : poller.wait(resting: rest) }
        if isIdle { return waitIdle() }
        announce(sleeping: true)
        let count = poller.wait(milliseconds: hasNews ? 0 : millisecondsToSleep)
        announce(sleeping: false)
        return count
    }

    /// For how long all workers have enough to do without us; nil if any has not.
    private var rest: Int64? {
        var shortest: Int64?
        for case let link? in links where link.pointee.isHeard {
            guard let rest = WakeModeration.rest(running: link.pointee.running, callTime: link.pointee.callTime) else {
                return nil
            }
            shortest = min(shortest ?? .max, rest)
        }
        return shortest
    }

    /// No worker has anything of ours, so none can have news.
    private var isIdle: Bool {
        for case let link? in links where link.pointee.running > 0 { return false }
        return true
    }

    private func waitIdle() -> Int {
        let began = MonotonicClock.now()
        while idlePolling.isWorthwhile, MonotonicClock.now() - began < IdlePolling.window {
            let count = poller.wait(milliseconds: 0)
            if count > 0 { return count }
        }
        let count = poller.wait(milliseconds: millisecondsToSleep)
        idlePolling.hasSlept(MonotonicClock.now() - began)
        return count
    }

    private var hasNews: Bool {
        for case let link? in links where link.pointee.isHeard && link.pointee.lane.hasNews { return true }
        return false
    }

    private func announce(sleeping: Bool) {
        for index in links.indices {
            if let link = links[index], link.pointee.running > 0 { link.pointee.lane.announce(sleeping: sleeping) }
        }
    }

    private var millisecondsToSleep: Int32 {
        let next = min(nextDeadline, nextBalance, listenAgain, drain?.nextCheck ?? .max)
        guard next != .max else { return -1 }
        return Int32(clamping: max(0, next - now + 999_999) / 1_000_000)
    }
}
