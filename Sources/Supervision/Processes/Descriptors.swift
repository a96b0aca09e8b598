import CLinux
import Glibc

/// What every descriptor of the keeper is made to be: it dies at `exec`, and no call on it waits.
enum Descriptors {
    static func setCloseOnExec(_ descriptor: Int32) {
        _ = cl_fcntl_int(descriptor, F_SETFD, FD_CLOEXEC)
    }

    static func setNonBlocking(_ descriptor: Int32) {
        let flags = cl_fcntl_int(descriptor, F_GETFL, 0)
        _ = cl_fcntl_int(descriptor, F_SETFL, flags | O_NONBLOCK)
    }

    /// A copy numbered 10 or higher, close-on-exec: out of the way of the numbers that a child is promised.
    static func copyAside(_ descriptor: Int32) throws(SystemError) -> Int32 {
        let copy = cl_fcntl_int(descriptor, F_DUPFD_CLOEXEC, 10)
        guard copy >= 0 else { throw .last(.descriptor) }
        return copy
    }

    /// A pipe whose reading end does not block; both ends die at `exec`.
    static func pipe() throws(SystemError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw .last(.pipe) }
        setNonBlocking(ends[0])
        return (ends[0], ends[1])
    }

    /// Two connected ends that keep message boundaries; both die at `exec`, both block until told otherwise.
    static func messagePair() throws(SystemError) -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw .last(.socket) }
        return (ends[0], ends[1])
    }
}

/// Descriptors 0, 1 and 2 as the keeper found them.
package enum StandardDescriptors {
    /// Opens `/dev/null` on those of 0, 1 and 2 that are closed, so that no socket of ours ever gets such a number and
    /// is written a log line. To be called first thing in the process.
    package static func fill() {
        for descriptor in Int32(0)...2 where cl_fcntl_int(descriptor, F_GETFD, 0) < 0 {
            _ = cl_open("/dev/null", O_RDWR, 0)
        }
    }
}
