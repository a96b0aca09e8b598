import CLinux
import Glibc

/// epoll(7), level-triggered, keyed by descriptor: all the keeper needs.
final class Poller {
    private let descriptor: Int32
    private var ready = [epoll_event](repeating: epoll_event(), count: 32)

    init() throws(SystemError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .last(.epoll) }
    }

    deinit { close(descriptor) }

    /// False if the kernel cannot watch such a descriptor (a regular file: it never makes anyone wait).
    @discardableResult
    func watch(_ watched: Int32, for events: EPOLL_EVENTS) -> Bool {
        var event = epoll_event(events: events.rawValue, data: epoll_data(fd: watched))
        return epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event) == 0 || errno == EEXIST
    }

    func change(_ watched: Int32, to events: UInt32) {
        var event = epoll_event(events: events, data: epoll_data(fd: watched))
        _ = epoll_ctl(descriptor, EPOLL_CTL_MOD, watched, &event)
    }

    /// Before the descriptor is closed.
    func forget(_ watched: Int32) {
        var event = epoll_event()
        _ = epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, &event)
    }

    /// The descriptors that have something to say. nil waits for ever; fractions of a millisecond are rounded up, so
    /// that a deadline has passed when its wait ends.
    func wait(_ limit: Duration?) -> [Int32] {
        let count = epoll_wait(descriptor, &ready, Int32(ready.count), Self.milliseconds(limit))
        guard count > 0 else { return [] }
        return ready[..<Int(count)].map { $0.data.fd }
    }

    /// poll(2)'s and epoll_wait(2)'s unit.
    static func milliseconds(_ limit: Duration?) -> Int32 {
        guard let limit else { return -1 }
        guard limit > .zero else { return 0 }
        let (seconds, attoseconds) = limit.components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        let roundedUp = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(seconds * 1000 + roundedUp)
    }
}
