import Glibc

enum Deadline {
    /// Looks until it is so, at most 20 seconds long.
    static func poll(_ isSo: () -> Bool) -> Bool {
        let end = ContinuousClock.now + .seconds(20)
        while !isSo() {
            if ContinuousClock.now > end { return false }
            sched_yield()
        }
        return true
    }
}
