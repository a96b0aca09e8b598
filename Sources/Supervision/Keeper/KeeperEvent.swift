/// What the keeper tells people. Values only: the executable makes the sentences.
package enum KeeperEvent: Hashable, Sendable {
    /// The server has its listeners and every worker of the first start its application.
    case ready(after: Duration)
    case workerReady(Child, pythonHexVersion: UInt32)
    /// A worker ended; nil: it is not started again now (it was told to go, or the keeper itself is ending).
    case workerEnded(Child, Ending, restartIn: Duration?)
    /// A worker of the first start ended before it was ready; its traceback, if any, has been passed on. Exit 3 follows.
    case applicationWouldNotStart(Child, Ending)
    /// The server asked for this worker's death.
    case workerCondemned(Child, CondemnationReason)
    case serverEnded(Child, Ending, restartIn: Duration?)
    /// A server other than the first is in service.
    case serverBack(Child)
    /// The server ended this often in a row within a second of its start. Exit 1 follows.
    case serverKeepsFailing(times: Int)
    /// A child was not there in time, and was killed.
    case overstayed(Child)
    /// `number`: the `errno` of the attempt.
    case couldNotStart(Role, number: Int32, restartIn: Duration?)
    /// A worker's program could not be run at all in the first start. Exit 3 follows.
    case interpreterWouldNotStart(number: Int32)

    case stopping(signal: Int32, drainIn: Duration)
    case drained(requests: UInt64, milliseconds: UInt64)
    /// A second signal: everything is killed, exit 128 + signal.
    case cutShort(signal: Int32)
    /// Files are looked at again and again, as the kernel does not tell of changes.
    case polling
    case reloading(ReloadCause)
    /// Workers that have imported the application anew serve; the old ones finish what they run.
    case reloaded(after: Duration)
    /// A worker of the next generation ended (nil: could not be run at all) before all of it was ready; the old one
    /// goes on serving. The worker's traceback, if any, has been passed on.
    case reloadRefused(Child, Ending?)
    case logsReopened

    /// The reader of one of our outputs was too slow, so workers' lines were lost.
    case outputLost(OutputStream, lines: UInt64, bytes: UInt64)
    /// The keeper could not go on; exit 1 follows.
    case keeperFailed(SystemError)

    package enum ReloadCause: Hashable, Sendable {
        case hangUp
        /// The file that changed first, relative to where it was watched, and how many did.
        case files(first: String, count: Int)
    }

    package enum Role: Hashable, Sendable {
        case server
        /// Ids count up from 1 and are never used twice.
        case worker(id: UInt32)
    }

    package struct Child: Hashable, Sendable {
        package let role: Role
        package let pid: Int32
    }

    package struct Ending: Hashable, Sendable {
        package let status: ChildStatus
        /// The most memory it ever had resident; 0 where it is not known.
        package let peakResidentBytes: UInt64
        /// From its start.
        package let lived: Duration
        /// Whether it had ever been ready.
        package let wasReady: Bool
    }

    package enum OutputStream: Hashable, Sendable {
        case standardOutput, standardError
    }
}
