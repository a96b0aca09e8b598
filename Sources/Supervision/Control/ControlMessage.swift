/// What keeper and server say to each other: fixed 32-byte records over SOCK_SEQPACKET, at most one descriptor each.
///
/// Both ends are roles of one executable, but not always of the same build: a keeper may outlive the file it was started
/// from. So every record begins with a mark that changes when the layout does.
package enum ControlMessage: Hashable, Sendable {
    // Keeper to server.

    /// A listening socket, with its descriptor; the index is that of the endpoint in the settings.
    case listener(index: UInt32)
    /// All listeners have been sent; the server answers `started`.
    case listenersDone(count: UInt32)
    /// The server's end of a new worker's channel, as descriptor. Ids are never used twice in a keeper's life.
    case worker(id: UInt32)
    /// A worker was reaped; the status is that of wait(2), see `ChildStatus(waitStatus:)`.
    case workerGone(id: UInt32, waitStatus: Int32)
    /// A stop was asked for; `drain` follows after the drain delay. Everything goes on, but the readiness probe says no.
    case stopping
    /// Accept what the kernel has queued, close the listeners, finish what runs, say `drained`, exit 0. The keeper has
    /// closed its copies of the listeners.
    case drain
    case reopenLogs
    /// The worker's successor is ready: nothing more is given to it, and its channel is closed when it is idle.
    case retireWorker(id: UInt32)

    // Server to keeper.

    /// All listeners are taken and answered.
    case started
    /// The worker has imported its application; its `Py_Version`, as in `sys.hexversion`.
    case workerReady(id: UInt32, pythonHexVersion: UInt32)
    /// The worker is to be killed.
    case workerCondemned(id: UInt32, reason: CondemnationReason)
    /// The drain is over; the server exits 0 next. How many requests ended meanwhile, and how long it took.
    case drained(count: UInt64, milliseconds: UInt64)

    /// Whether the message means nothing without a descriptor; the others never carry one.
    package var carriesDescriptor: Bool {
        switch self {
        case .listener, .worker: true
        default: false
        }
    }
}

/// Why the server gives up on a worker.
package enum CondemnationReason: UInt32, Hashable, Sendable {
    /// A reason of a build that this one does not know.
    case unspecified = 0
    /// It wrote something into its segment or channel that no correct worker writes.
    case brokeTheExchange = 1
    /// Its heart has stopped beating.
    case unresponsive = 2
}
