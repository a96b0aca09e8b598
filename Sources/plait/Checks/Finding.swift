import Settings
import Supervision

/// One thing that `plait check` has looked at. Values only; sentences are made in Prose.
enum Finding {
    case warning(SettingsWarning)

    case interpreter(InterpreterChoice, version: String?)
    case noInterpreter(InterpreterError)

    /// Nil: it was named.
    case application(ServedProject, FoundApplication?)
    case noProject(ProjectError)
    case applicationWouldNotStart(ServedProject, ChildStatus)
    case applicationTakesTooLong(ServedProject, Duration)
    case couldNotRun(InterpreterChoice, SystemError)

    /// It ended well and said nothing: some other program.
    case noPython(InterpreterChoice)

    case django(DjangoFinding)

    case endpoint(Endpoint)

    /// Handed over at the start, by whoever starts plait.
    case endpointHandedOver(Endpoint)
    case endpointUnavailable(Endpoint, ListenerError)

    case directory(Place, path: String, free: ByteCount)
    case directoryNotWritable(Place, path: String, errno: Int32)

    /// Less room than `--max-spool` may take.
    case directorySmall(path: String, free: ByteCount, wanted: ByteCount)

    case fileLimit(limit: Int, connections: Int)
    case fileLimitLow(limit: Int, connections: Int, wanted: Int)

    case processors(workers: Int, threads: Int, Machine)
    case workersCrowded(workers: Int, processors: Int)
    case workersStarved(workers: Int, limit: ByteCount)

    case workerRangeNotYet
    case installationBroken

    enum Place {
        case spool
        case accessLog
    }

    enum Level: String {
        case ok
        case warning
        case problem
    }

    var level: Level {
        switch self {
        case .interpreter, .application, .endpoint, .endpointHandedOver, .directory, .fileLimit, .processors: .ok
        case .warning, .directorySmall, .fileLimitLow, .workersCrowded, .workersStarved: .warning
        case .noInterpreter, .noProject, .applicationWouldNotStart, .applicationTakesTooLong, .couldNotRun, .noPython,
            .endpointUnavailable, .directoryNotWritable, .workerRangeNotYet, .installationBroken:
            .problem
        case .django(let finding): finding.level
        }
    }
}
