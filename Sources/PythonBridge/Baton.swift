import CLinux

/// Who takes requests. One thread holds the baton and runs application calls back to back; if a call lasts longer than
/// about a millisecond, the one standby thread takes the baton from it and goes on, so that nothing waits behind a slow
/// call. All other threads are parked without a timer.
///
/// The baton is one word, `holder << 48 | busy << 47 | sequence`. The holder writes it freely while it is not busy; of a
/// busy word the holder's end of call and the standby's take-over are compare-and-swaps, so exactly one of them wins.
/// Nothing here needs the interpreter lock.
final class Baton {
    /// How long a call may last before the baton is taken from it: between one tick and two.
    static let tick: Int64 = 1_000_000
    /// A standby that has seen an idle worker for so many ticks parks until the next call begins.
    private static let idleTicks = 20

    private static let busy: UInt64 = 1 << 47
    private let words: UnsafeMutableRawPointer
    private var word: UnsafeMutableRawPointer { words }
    private var standbySignal: UnsafeMutableRawPointer { words + 64 }
    private var standbyIsParked: UnsafeMutableRawPointer { words + 128 }
    private var stopped: UnsafeMutableRawPointer { words + 192 }
    /// One futex word for each thread.
    private func park(_ thread: Int) -> UnsafeMutableRawPointer { words + 256 + thread * 64 }

    /// Which threads are parked, and who stands by; under `roles`.
    private var parked: [Int] = []
    private var standby: Int?
    private let roles: UnsafeMutablePointer<pthread_mutex_t>

    /// Thread 0 begins as the holder; the others call `waitForBaton` first.
    init(threads: Int) {
        let bytes = 256 + threads * 64
        words = .allocate(byteCount: bytes, alignment: 64)
        words.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        roles = .allocate(capacity: 1)
        pthread_mutex_init(roles, nil)
    }

    // MARK: the holder

    /// The holder begins a call. Returns what `end` wants back.
    @inline(__always)
    func begin(_ thread: Int) -> UInt64 {
        let sequence = (cl_load_u64(word) &+ 1) & (Self.busy - 1)
        let mine = UInt64(thread) << 48 | Self.busy | sequence
        cl_store_u64(word, mine)
        cl_fence()
        if cl_load_relaxed_u32(standbyIsParked) != 0 { wakeStandby() }
        return mine
    }

    /// The call has ended. False if the baton has gone to another thread meanwhile.
    @inline(__always)
    func end(_ mine: UInt64) -> Bool {
        cl_cas_u64(word, mine, mine & ~Self.busy)
    }

    @inline(never)
    private func wakeStandby() {
        guard cl_exchange_u32(standbyIsParked, 0) != 0 else { return }
        _ = cl_add_u32(standbySignal, 1)
        _ = cl_futex_wake(standbySignal, 1)
    }

    // MARK: the others

    /// Returns true when the calling thread has become the holder, false when the worker stops.
    func waitForBaton(_ thread: Int) -> Bool {
        while !isStopped {
            switch role(for: thread) {
            case .standby: if watch(thread) { return true }
            case .parked: waitParked(thread)
            }
        }
        return false
    }

    private enum Role { case standby, parked }

    private func role(for thread: Int) -> Role {
        pthread_mutex_lock(roles)
        defer { pthread_mutex_unlock(roles) }
        if standby == nil { standby = thread }
        if standby == thread { return .standby }
        if !parked.contains(thread) { parked.append(thread) }
        return .parked
    }

    private func waitParked(_ thread: Int) {
        let seen = cl_load_u32(park(thread))
        pthread_mutex_lock(roles)
        let isStandby = standby == thread || standby == nil
        pthread_mutex_unlock(roles)
        if !isStandby, !isStopped { _ = cl_futex_wait(park(thread), seen, -1) }
    }

    /// Looks once a tick whether the same call still runs, and takes the baton if so.
    private func watch(_ thread: Int) -> Bool {
        var last: UInt64 = 0
        var idle = 0
        while !isStopped {
            let seen = cl_load_u32(standbySignal)
            let now = cl_load_u64(word)
            let isBusy = now & Self.busy != 0
            if isBusy, now == last, takeOver(now, thread) { return true }
            idle = !isBusy && now == last ? idle + 1 : 0
            last = now
            if idle < Self.idleTicks { _ = cl_futex_wait(standbySignal, seen, Self.tick) } else { parkStandby(seen) }
        }
        return false
    }

    private func parkStandby(_ seen: UInt32) {
        cl_store_seq_u32(standbyIsParked, 1)
        cl_fence()
        if cl_load_u64(word) & Self.busy == 0, !isStopped { _ = cl_futex_wait(standbySignal, seen, -1) }
        cl_store_u32(standbyIsParked, 0)
    }

    private func takeOver(_ old: UInt64, _ thread: Int) -> Bool {
        let sequence = (old &+ 1) & (Self.busy - 1)
        guard cl_cas_u64(word, old, UInt64(thread) << 48 | sequence) else { return false }
        pthread_mutex_lock(roles)
        standby = parked.popLast()
        let next = standby
        pthread_mutex_unlock(roles)
        if let next { wake(next) }
        return true
    }

    private func wake(_ thread: Int) {
        _ = cl_add_u32(park(thread), 1)
        _ = cl_futex_wake(park(thread), 1)
    }

    // MARK: the end

    var isStopped: Bool { cl_load_relaxed_u32(stopped) != 0 }

    func stop(threads: Int) {
        cl_store_seq_u32(stopped, 1)
        _ = cl_add_u32(standbySignal, 1)
        _ = cl_futex_wake(standbySignal, 1)
        for thread in 0..<threads { wake(thread) }
    }
}
