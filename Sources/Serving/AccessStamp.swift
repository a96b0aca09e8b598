import CLinux
import Glibc
import Reactor

/// The time of day as the log writes it. The text of a second is made once, and the wall clock is read a few times a
/// second; in between it is the monotonic clock, moved.
struct AccessStamp {
    /// `22/Nov/2026:20:00:00 +0000`, or `2026-11-22T20:00:00.` with milliseconds and `Z` to follow.
    private(set) var second: (text: InlineArray<32, UInt8>, count: Int)
    private(set) var milliseconds = 0
    private let format: AccessLogFormat
    private var shown = Int64.min
    /// Wall clock less monotonic clock, in nanoseconds.
    private var offset: Int64 = 0
    private var nextLook = Int64.min

    init(_ format: AccessLogFormat) {
        self.format = format
        second = (InlineArray(repeating: 0), 0)
    }

    mutating func update(now: Int64) {
        if now >= nextLook {
            nextLook = now + 100_000_000
            offset = Self.wallClock() - MonotonicClock.now()
        }
        show(nanoseconds: now + offset)
    }

    /// Since 1970.
    mutating func show(nanoseconds: Int64) {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        milliseconds = Int(rest / 1_000_000)
        if seconds != shown {
            shown = seconds
            makeText()
        }
    }

    private mutating func makeText() {
        var (time, parts) = (time_t(shown), tm())
        gmtime_r(&time, &parts)
        let form: StaticString = format == .json ? "%Y-%m-%dT%H:%M:%S." : "%d/%b/%Y:%H:%M:%S +0000"
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
            second.count = form.withUTF8Buffer { form in
                form.withMemoryRebound(to: CChar.self) { strftime(buffer.baseAddress, 32, $0.baseAddress, &parts) }
            }
            for index in 0..<second.count { second.text[index] = UInt8(bitPattern: buffer[index]) }
        }
    }

    private static func wallClock() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
