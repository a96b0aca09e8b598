import CLinux
import Glibc

/// One epoll instance. Descriptors are registered once, edge-triggered, for everything; nobody re-arms.
///
/// A token is 64 bits of the caller's choosing that come back with each event.
package struct Poller: ~Copyable {
    package struct Event {
        package let token: UInt64
        private let bits: UInt32
        init(_ raw: epoll_event) {
            token = raw.data.u64
            bits = raw.events
        }
        package var isReadable: Bool { bits & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0 }
        package var isWritable: Bool { bits & EPOLLOUT.rawValue != 0 }
        /// The peer has closed its side, or all of it.
        package var hasPeerClosed: Bool { bits & (EPOLLRDHUP.rawValue | Self.gone) != 0 }
        /// Reset, or closed both ways: nothing can be sent any more.
        package var isGone: Bool { bits & Self.gone != 0 }
        private static let gone = EPOLLHUP.rawValue | EPOLLERR.rawValue
    }

    package enum Interest {
        /// Both ways, edge-triggered.
        case connection
        /// Reading, edge-triggered: eventfds that are never read.
        case signal
        /// A listening socket that several reactors share: one of them is woken (epoll_ctl(2), EPOLLEXCLUSIVE).
        case listener

        var bits: UInt32 {
            switch self {
            case .connection: EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
            case .signal: EPOLLIN.rawValue | EPOLLET.rawValue
            case .listener: EPOLLIN.rawValue | EPOLLEXCLUSIVE.rawValue
            }
        }
    }

    private static let most = 256
    private let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>

    package init?() {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        events = .allocate(capacity: Self.most)
    }

    deinit {
        close(descriptor)
        events.deallocate()
    }

    /// False with `errno` set.
    package func add(_ watched: Int32, _ interest: Interest, token: UInt64) -> Bool {
        var event = epoll_event(events: interest.bits, data: epoll_data_t(u64: token))
        return epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event) == 0
    }

    package func remove(_ watched: Int32) { epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, nil) }

    /// Waits for `milliseconds` (-1: without limit) and returns how many events `event(_:)` then has.
    package func wait(milliseconds: Int32) -> Int {
        max(0, Int(epoll_wait(descriptor, events, Int32(Self.most), milliseconds)))
    }

    /// Sleeps for less than a second whatever happens, so that what happens meanwhile shares one wake-up.
    package func wait(resting nanoseconds: Int64) -> Int {
        var time = timespec(tv_sec: 0, tv_nsec: Int(nanoseconds))
        nanosleep(&time, nil)
        return wait(milliseconds: 0)
    }

    @inline(__always) package func event(_ index: Int) -> Event { Event(events[index]) }
}
