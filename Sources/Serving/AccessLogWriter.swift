import Glibc
import Reactor

/// What the log's one writer thread holds: the file, the bytes for its next write, and the account of what was lost.
struct AccessLogWriter {
    /// Bytes of a nap's length that one reactor writes at its fastest fill a part of its ring only.
    static let nap: Int64 = 10_000_000
    /// Between two reports of lost lines.
    static let betweenReports: Int64 = 5_000_000_000

    var file: AccessLogFile
    private let tell: @Sendable (ServingEvent) -> Void
    private let batch: UnsafeMutableRawBufferPointer
    private var lost = 0
    private var lastError: Int32 = 0
    private var nextReport: Int64 = 0

    init(file: AccessLogFile, tell: @escaping @Sendable (ServingEvent) -> Void) {
        self.file = file
        self.tell = tell
        batch = .allocate(byteCount: 256 << 10, alignment: 64)
    }

    /// Takes the rings' lines out first, so that there is room again while the system call lasts. False if none came.
    mutating func drain(_ rings: [AccessLogRing]) -> Bool {
        var filled = 0
        var hadLines = false
        for ring in rings {
            lost += ring.takeDropped()
            if batch.count - filled < ring.capacity, filled > 0 { write(&filled) }
            guard let base = batch.baseAddress else { continue }
            filled += ring.take(into: base + filled)
            hadLines = hadLines || filled > 0
        }
        if filled > 0 { write(&filled) }
        return hadLines
    }

    private mutating func write(_ filled: inout Int) {
        let outcome = file.write(UnsafeRawBufferPointer(rebasing: batch[..<filled]))
        filled = 0
        lost += outcome.lost
        if outcome.lost > 0 { lastError = outcome.errno }
    }

    mutating func reopen() {
        if let errno = file.reopen() { tell(.accessLogNotReopened(errno: errno)) }
    }

    /// One report for all that was lost since the last. Answers the nanoseconds until the next may be due, -1 for never.
    mutating func reportLost(isLast: Bool = false) -> Int64 {
        guard lost > 0 else { return -1 }
        let now = MonotonicClock.now()
        guard now >= nextReport || isLast else { return nextReport - now }
        tell(.accessLinesDropped(lost, errno: lastError))
        (lost, lastError, nextReport) = (0, 0, now + Self.betweenReports)
        return -1
    }

    /// The writer ends.
    mutating func close() {
        _ = reportLost(isLast: true)
        file.close()
        batch.deallocate()
    }
}
