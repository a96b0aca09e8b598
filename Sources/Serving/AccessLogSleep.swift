import CLinux

/// The sleep of the log's writer, and the words that end it.
///
/// Under load the writer naps: lines gather meanwhile, and a reactor makes no system call for them. Only a writer that
/// found nothing sleeps without a limit, and only then does a line have to wake it.
final class AccessLogSleep: Sendable {
    enum Depth: UInt32 {
        case awake
        /// Until its time is over, or something is urgent.
        case nap
        /// Until there is anything.
        case deep
    }

    private static let ended = 4
    /// A futex word that holds the depth, and behind it one that says that the writer has ended.
    nonisolated(unsafe) private let word = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)

    init() { word.initializeMemory(as: UInt64.self, repeating: 0, count: 8) }

    deinit { word.deallocate() }

    // MARK: any thread's

    /// To be called after what the writer should find has been published. One caller of many makes the system call, and
    /// none does when the writer is awake or will be soon enough.
    func wake(isUrgent: Bool) {
        cl_fence()
        let depth = cl_load_relaxed_u32(word)
        guard depth == Depth.deep.rawValue || (isUrgent && depth == Depth.nap.rawValue) else { return }
        if cl_cas_u32(word, depth, Depth.awake.rawValue) { _ = cl_futex_wake(word, 1) }
    }

    /// Waits for the writer's end, but not longer than `nanoseconds`: it may be held up by whoever reads the log.
    func waitForEnd(nanoseconds: Int64) {
        if cl_load_u32(word + Self.ended) == 0 { _ = cl_futex_wait(word + Self.ended, 0, nanoseconds) }
    }

    // MARK: the writer's

    /// `hasNews` is asked after the sleep was announced, so that what is published meanwhile is either seen or wakes.
    func sleep(_ depth: Depth, nanoseconds: Int64, unless hasNews: () -> Bool) {
        cl_store_seq_u32(word, depth.rawValue)
        cl_fence()
        if !hasNews() { _ = cl_futex_wait(word, depth.rawValue, nanoseconds) }
        cl_store_u32(word, Depth.awake.rawValue)
    }

    func end() {
        cl_store_u32(word + Self.ended, 1)
        _ = cl_futex_wake(word + Self.ended, 1)
    }
}
