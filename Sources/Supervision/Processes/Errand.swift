import CLinux
import Glibc

/// A child that is sent for something and comes back: it reports, it ends, and it is not waited for longer than agreed.
package enum Errand {
    package struct Outcome: Hashable, Sendable {
        /// Nil: it had to be killed.
        package let status: ChildStatus?
        package let report: [UInt8]
    }

    /// Both outputs of the child go to standard error; its input is empty. A child that exceeds the limit is killed
    /// with its whole group.
    ///
    /// - Parameter program: given the descriptor that the child writes its report to.
    package static func run(
        within limit: Duration, _ program: (Int32) -> Program
    ) throws(SystemError) -> Outcome {
        let (reading, writing) = try Descriptors.pipe()
        defer { close(reading) }
        let pid = try start(program(writing), closing: writing)
        return collect(pid, reading, until: MonotonicClock.now() + limit)
    }

    private static func start(_ program: Program, closing writing: Int32) throws(SystemError) -> pid_t {
        defer { close(writing) }
        return try Spawn(program: program, channel: 0, standardOutput: 2, standardError: 2, fileLimit: .unchanged)
            .start()
    }

    private static func collect(_ pid: pid_t, _ reading: Int32, until deadline: Duration) -> Outcome {
        var report: [UInt8] = []
        var isOpen = true
        while true {
            var watched = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
            // Pipe and process are both looked at, for either may outlast the other.
            _ = poll(&watched, isOpen ? 1 : 0, Poller.milliseconds(min(pause, deadline - MonotonicClock.now())))
            isOpen = isOpen && read(reading, into: &report)
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid {
                if isOpen { _ = read(reading, into: &report) }
                return Outcome(status: ChildStatus(waitStatus: status), report: report)
            }
            guard MonotonicClock.now() < deadline else { break }
        }
        kill(-pid, SIGKILL)
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        return Outcome(status: nil, report: report)
    }

    private static let pause: Duration = .milliseconds(50)

    /// False at the end of the pipe.
    private static func read(_ descriptor: Int32, into bytes: inout [UInt8]) -> Bool {
        while true {
            var count = 0
            bytes += [UInt8](unsafeUninitializedCapacity: 4096) { buffer, filled in
                count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                filled = max(0, count)
            }
            if count <= 0 { return count < 0 }
        }
    }
}
