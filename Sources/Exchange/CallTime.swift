import CLinux

/// How long a call keeps a worker from the next one, smoothed, in a word that the server reads: it knows then what a
/// request that it hands over will cost, which the times of answers do not tell (they hold its own time, too).
///
/// One call in sixteen is timed while calls are light, so that clocks cost nothing; every call when they are not.
/// Only for threads that hold the interpreter lock.
package struct CallTime {
    /// A call that lasts longer loses the baton, and keeps nobody waiting.
    package static let longest: Int64 = 2_000_000
    private static let light: Int64 = 20_000
    private static let lightStride = 16

    private let word: UnsafeMutableRawPointer
    private var untilNext = 0
    private var smoothed: Int64 = 0

    package init(segment: Segment) { word = segment.base + Layout.Header.callTime }

    /// The server's look at it: nanoseconds, nil before the first call. Good for choosing and pacing, no more: a worker
    /// may write what it likes.
    @inlinable @inline(__always)
    package static func told(in segment: Segment) -> Int64? {
        let told = cl_load_relaxed_u32(segment.base + Layout.Header.callTime)
        return told == 0 ? nil : min(Int64(told), longest)
    }

    /// A call begins. What `end` wants back: the time if this call is timed, else zero.
    @inline(__always)
    package mutating func begin(_ clock: () -> Int64) -> Int64 {
        if untilNext > 0 {
            untilNext -= 1
            return 0
        }
        return clock()
    }

    /// The call has ended, or has lost the baton long before.
    @inline(__always)
    package mutating func end(_ began: Int64, _ clock: () -> Int64) {
        if began != 0 { note(min(clock() - began, Self.longest)) }
    }

    @inline(never)
    private mutating func note(_ taken: Int64) {
        smoothed = smoothed == 0 ? taken : smoothed + (taken - smoothed) / 8
        untilNext = smoothed < Self.light ? Self.lightStride - 1 : 0
        cl_store_u32(word, UInt32(clamping: max(1, smoothed)))
    }
}
