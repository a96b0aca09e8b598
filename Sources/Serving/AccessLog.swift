import Synchronization

package enum AccessLogFormat: Sendable { case off, combined, json }

/// The access log. Each reactor puts finished lines into a ring of its own and never waits; one thread writes them.
///
/// A line is written or counted as lost. What is lost is told now and then, never for each line.
package final class AccessLog: Sendable {
    private let format: AccessLogFormat
    private let rings = Mutex<[AccessLogRing]>([])
    private let sleep = AccessLogSleep()
    /// Until the writer thread takes it.
    private let file: Mutex<AccessLogFile?>
    private let tell: @Sendable (ServingEvent) -> Void
    private let isClosed = Atomic<Bool>(false)
    private let wantsReopening = Atomic<Bool>(false)

    /// `path` nil: standard output. Nil if the file cannot be opened, with `errno` set. `tell` is called on the writer
    /// thread.
    package init?(format: AccessLogFormat, path: String?, tell: @escaping @Sendable (ServingEvent) -> Void) {
        guard let file = AccessLogFile(path: path) else { return nil }
        self.format = format
        self.file = Mutex(file)
        self.tell = tell
    }

    /// The way in for one thread more.
    func lane() -> AccessLogLane {
        guard format != .off else { return AccessLogLane(format, ring: nil, writer: sleep) }
        let ring = AccessLogRing()
        rings.withLock { $0.append(ring) }
        return AccessLogLane(format, ring: ring, writer: sleep)
    }

    /// SIGUSR1: a rotated file is opened anew, by the writer between two writes; a failure keeps the old one.
    package func reopen() {
        wantsReopening.store(true, ordering: .releasing)
        sleep.wake(isUrgent: true)
    }

    /// Returns when what was put before is written, or after two seconds: a reader of the log that stands still must not
    /// keep the process from ending.
    package func close() {
        isClosed.store(true, ordering: .releasing)
        sleep.wake(isUrgent: true)
        sleep.waitForEnd(nanoseconds: 2_000_000_000)
    }

    /// The writer thread's work, until `close()`. Once.
    package func writeUntilClosed() {
        guard let file = file.withLock({ $0.take() }) else { return }
        var writer = AccessLogWriter(file: file, tell: tell)
        // Seen before the rings are looked at: what was put before `close()` is then written.
        var isLast = false
        while !isLast {
            isLast = isClosed.load(ordering: .acquiring)
            if wantsReopening.exchange(false, ordering: .acquiring) { writer.reopen() }
            let rings = rings.withLock { $0 }
            let hadLines = writer.drain(rings) { !isClosed.load(ordering: .acquiring) }
            let untilReport = writer.reportLost()
            if isLast { break }
            if hadLines {
                sleep.sleep(.nap, nanoseconds: AccessLogWriter.nap) { isCalled || rings.contains(where: \.isFilling) }
            } else {
                sleep.sleep(.deep, nanoseconds: untilReport) { isCalled || hasLines }
            }
        }
        writer.close()
        sleep.end()
    }

    private var hasLines: Bool { rings.withLock { $0.contains { $0.count > 0 } } }

    private var isCalled: Bool {
        isClosed.load(ordering: .acquiring) || wantsReopening.load(ordering: .acquiring)
    }
}
