import Glibc
import Reactor

/// What the log's one writer thread holds: the file, the bytes for its next write, and the account of what was lost.
struct AccessLogWriter {
    /// In this time even a fast reactor fills only a part of its ring.
    static let nap: Int64 = 10_000_000
    /// Between two reports of lost lines.
    static let betweenReports: Int64 = 5_000_000_000

    private var file: AccessLogFile
    private let tell: @Sendable (ServingEvent) -> Void
    private let batch: UnsafeMutableRawBufferPointer
    /// The last write ended within a line.
    private var isTorn = false
    /// At the end nobody read any more: what is left is only counted.
    private var isAbandoned = false
    private var lost = 0
    private var lastError: Int32 = 0
    private var nextReport: Int64 = 0

    init(file: AccessLogFile, tell: @escaping @Sendable (ServingEvent) -> Void) {
        self.file = file
        self.tell = tell
        batch = .allocate(byteCount: 256 << 10, alignment: 64)
    }

    /// Takes the rings' lines out first, so that there is room again while the system call lasts. False if none came.
    /// While the file takes nothing, `mayWait` is asked now and then.
    mutating func drain(_ rings: [AccessLogRing], mayWait: () -> Bool) -> Bool {
        var filled = 0
        var hadLines = false
        for ring in rings {
            lost += ring.takeDropped()
            if batch.count - filled < ring.capacity {
                write(filled, rings, mayWait)
                filled = 0
            }
            guard let base = batch.baseAddress else { continue }
            filled += ring.take(into: base + filled)
            hadLines = hadLines || filled > 0
        }
        write(filled, rings, mayWait)
        return hadLines
    }

    /// The batch's first bytes. Whoever reads the log has all the time it wants; what the rings lose meanwhile is told.
    private mutating func write(_ count: Int, _ rings: [AccessLogRing], _ mayWait: () -> Bool) {
        var done = 0
        if count > 0 { mendTornLine() }
        while done < count {
            if isAbandoned { return giveUp(done..<count, EAGAIN) }
            done += file.write(UnsafeRawBufferPointer(rebasing: batch[done..<count]))
            guard done < count else { return }
            let error = errno
            guard error == EAGAIN else { return giveUp(done..<count, error) }
            isAbandoned = !mayWait()
            for ring in rings { lost += ring.takeDropped() }
            _ = reportLost()
        }
    }

    private mutating func giveUp(_ rest: Range<Int>, _ error: Int32) {
        let newline = UInt8(ascii: "\n")
        lost += batch[rest].count { $0 == newline }
        lastError = error
        if rest.lowerBound > 0 { isTorn = batch[rest.lowerBound - 1] != newline }
    }

    private mutating func mendTornLine() {
        guard isTorn, !isAbandoned else { return }
        withUnsafeBytes(of: UInt8(ascii: "\n")) { isTorn = file.write($0) == 0 }
    }

    mutating func reopen() {
        if let errno = file.reopen() { tell(.accessLogNotReopened(errno: errno)) } else { isTorn = false }
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
