import CLinux
import Glibc

/// Collects ended children without waiting: ours, and as process 1 also the orphans that the kernel hands us.
enum Reaper {
    struct Ended {
        let pid: pid_t
        let status: ChildStatus
        /// The most memory the process ever had resident, in bytes.
        let peakResidentBytes: UInt64
    }

    static func collect() -> [Ended] {
        var ended: [Ended] = []
        while true {
            var status: Int32 = 0
            var usage = rusage()
            let pid = wait4(-1, &status, WNOHANG, &usage)
            if pid < 0 && errno == EINTR { continue }
            guard pid > 0 else { return ended }
            // ru_maxrss counts kibibytes, getrusage(2).
            ended.append(
                Ended(
                    pid: pid, status: ChildStatus(waitStatus: status),
                    peakResidentBytes: UInt64(max(0, usage.ru_maxrss)) * 1024))
        }
    }
}
