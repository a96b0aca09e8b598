import Reactor

/// One reactor's way into the log. Makes a line where it stands, in memory it has had from the start, and hands it to the
/// ring; belongs to its thread.
final class AccessLogLane {
    private let format: AccessLogFormat
    private let ring: AccessLogRing?
    private let writer: AccessLogSleep
    private var stamp: AccessStamp
    private let text: UnsafeMutableRawPointer
    /// Lines were put since the last `flush()`.
    private var hasNews = false

    /// Without a ring nothing is logged.
    init(_ format: AccessLogFormat, ring: AccessLogRing?, writer: AccessLogSleep) {
        self.format = format
        self.ring = ring
        self.writer = writer
        stamp = AccessStamp(format)
        text = .allocate(byteCount: ring == nil ? 1 : AccessLine.longest, alignment: 64)
    }

    deinit { text.deallocate() }

    /// `now` is monotonic, as the request's times are.
    func note(_ request: RequestPointer, _ connection: ConnectionPointer, now: Int64) {
        guard ring != nil, !request.pointee.isUnlogged else { return }
        put(AccessLine(request, connection, now: now), now: now)
    }

    func put(_ line: AccessLine, now: Int64) {
        guard let ring else { return }
        stamp.update(now: now)
        let count = line.write(as: format, stamp: stamp, to: text)
        ring.put(UnsafeRawBufferPointer(start: text, count: count))
        hasNews = true
    }

    /// At the end of a turn: the writer is woken for all of its lines at once, if it sleeps.
    func flush() {
        guard hasNews, let ring else { return }
        hasNews = false
        writer.wake(isUrgent: ring.isFilling)
    }
}

@available(*, unavailable, message: "a lane belongs to its thread")
extension AccessLogLane: Sendable {}
