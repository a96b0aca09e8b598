import CLinux
import Glibc

/// Sleeps as a reactor sleeps: the eventfd is watched edge-triggered and never read.
struct WakeWatch {
    /// A wake-up that has not come after so long is lost.
    static let deadline: Int32 = 20_000

    private let poll: Int32

    init(_ descriptor: Int32) {
        poll = epoll_create1(Int32(EPOLL_CLOEXEC))
        var event = epoll_event(events: EPOLLIN.rawValue | EPOLLET.rawValue, data: epoll_data_t(u64: 0))
        epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event)
    }

    /// False when nothing came until the deadline.
    func wait() -> Bool { events(milliseconds: Self.deadline) > 0 }

    /// How many events stand ready now: 0 or 1.
    func ready() -> Int { events(milliseconds: 0) }

    private func events(milliseconds: Int32) -> Int {
        var event = epoll_event()
        while true {
            let count = epoll_wait(poll, &event, 1, milliseconds)
            if count >= 0 { return Int(count) }
        }
    }

    func end() { close(poll) }
}
