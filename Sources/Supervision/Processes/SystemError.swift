import CLinux
import Glibc

/// A system call that failed, and how: the value that every leaf of this target throws or returns.
package struct SystemError: Error, Hashable, Sendable {
    package enum Call: Hashable, Sendable {
        case socket, pipe, epoll, signalfd, descriptor, spawn, limit
    }

    package let call: Call
    /// `errno` as the call left it.
    package let number: Int32

    package init(call: Call, number: Int32) {
        self.call = call
        self.number = number
    }

    static func last(_ call: Call) -> SystemError { SystemError(call: call, number: errno) }
}
