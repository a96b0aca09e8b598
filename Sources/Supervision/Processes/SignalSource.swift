import CLinux
import Glibc

/// The signals the keeper lives by, blocked for the whole process and read from one signalfd(2).
final class SignalSource {
    let descriptor: Int32

    /// Blocks the signals as well, in case nobody has yet.
    init() throws(SystemError) {
        SignalSource.block()
        var set = SignalSource.mask
        let flags = Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK)
        descriptor = signalfd(-1, &set, flags)
        guard descriptor >= 0 else { throw .last(.signalfd) }
    }

    deinit { close(descriptor) }

    /// The numbers that have come since the last call; the kernel merges repeats of one number.
    func read() -> [Int32] {
        var numbers: [Int32] = []
        var one = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        while Glibc.read(descriptor, &one, size) == size { numbers.append(Int32(one.ssi_signo)) }
        return numbers
    }

    /// SIGPIPE is among them so that a closed log pipe is an `EPIPE`, SIGUSR2 so that a name reserved for later does
    /// not kill today.
    private static let numbers = [SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD, SIGPIPE]

    private static var mask: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        return set
    }

    fileprivate static func block() {
        var set = mask
        sigprocmask(SIG_BLOCK, &set, nil)
        // A parent that ignores it leaves that to us, and the kernel would then reap our children unseen (wait(2)).
        var byDefault = sigaction()  // all zero: SIG_DFL, no flags
        sigaction(SIGCHLD, &byDefault, nil)
    }
}

package enum KeeperSignals {
    /// Blocks what the keeper will read from its signalfd. To be called before the first socket is bound: from then on a
    /// SIGTERM waits for the keeper instead of leaving a socket file behind.
    package static func block() { SignalSource.block() }
}
