import CLinux

/// How a child ended, from `wait(2)`.
package enum ChildStatus: Hashable, Sendable {
    case exited(code: Int32)
    case signalled(signal: Int32, dumpedCore: Bool)

    package init(waitStatus: Int32) {
        self =
            cl_exited(waitStatus)
            ? .exited(code: cl_exit_code(waitStatus))
            : .signalled(signal: cl_signal(waitStatus), dumpedCore: waitStatus & 0x80 != 0)
    }

    /// The same in the kernel's coding, to be sent in `ControlMessage.workerGone`.
    package var waitStatus: Int32 {
        switch self {
        case .exited(let code): (code & 0xff) << 8
        case .signalled(let signal, let dumpedCore): signal | (dumpedCore ? 0x80 : 0)
        }
    }
}
