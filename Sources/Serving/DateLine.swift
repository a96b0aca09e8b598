import Glibc
import HTTP

/// The value of `Date`, made anew once a second.
struct DateLine {
    private let memory = UnsafeMutableRawPointer.allocate(byteCount: HTTPDate.byteCount, alignment: 8)
    private var second: Int64 = -1
    private var nextLook: Int64 = 0

    /// 29 bytes, valid until the next call. `now` is monotonic: the wall clock is read a few times a second.
    mutating func bytes(now: Int64) -> UnsafeRawBufferPointer {
        if now >= nextLook {
            nextLook = now + 100_000_000
            let seconds = Int64(time(nil))
            if seconds != second {
                second = seconds
                HTTPDate.write(seconds, to: memory)
            }
        }
        return UnsafeRawBufferPointer(start: memory, count: HTTPDate.byteCount)
    }
}
