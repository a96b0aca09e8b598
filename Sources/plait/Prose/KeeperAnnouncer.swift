import Glibc
import Settings
import Supervision

/// Makes the lines about starts, ends and stops from what the keeper tells. The start lines come with the first worker
/// that is ready, because only that tells which Python it is.
final class KeeperAnnouncer {
    private let log: ConsoleLog
    private let settings: ServeSettings
    private let project: ServedProject
    private let findings: FindingsPipe?
    private let interpreter: InterpreterChoice
    private let addresses: [String]
    private var hasIntroduced = false
    /// The first start is over; a worker that comes now replaces one, which is news.
    private var isReady = false

    /// - Parameter findings: where the first worker says which application it found, if it had to look for one.
    init(
        log: ConsoleLog, settings: ServeSettings, plan: ServePlan, findings: FindingsPipe?, addresses: [String]
    ) {
        self.log = log
        self.settings = settings
        project = plan.project
        self.findings = findings
        interpreter = plan.interpreter
        self.addresses = addresses
    }

    func announce(_ event: KeeperEvent) -> [UInt8] {
        switch event {
        case .workerReady(let child, let version): introduce(child, version)
        case .ready(let time): noteReady(time)
        case .workerEnded, .applicationWouldNotStart, .workerCondemned, .serverEnded, .serverBack, .serverKeepsFailing,
            .overstayed, .couldNotStart, .interpreterWouldNotStart:
            announceChild(event)
        case .stopping, .drained, .cutShort, .reloadNotAvailable, .logsReopened, .outputLost, .keeperFailed:
            announceOwn(event)
        }
    }

    private func noteReady(_ time: Duration) -> [UInt8] {
        isReady = true
        return log.ready(after: time)
    }

    private func introduce(_ child: KeeperEvent.Child, _ version: UInt32) -> [UInt8] {
        guard !hasIntroduced else { return log.line(isReady ? .info : .debug, "worker ready", child.fields) }
        hasIntroduced = true
        let python = "\(version >> 24).\(version >> 16 & 0xFF).\(version >> 8 & 0xFF)"
        return log.serving(project, findings?.take(), python: python, interpreter)
            + log.capacity(workers: settings.workers.count.maximum, threads: settings.workers.threads)
            + addresses.flatMap { log.listening(on: $0) }
    }

    private func announceChild(_ event: KeeperEvent) -> [UInt8] {
        switch event {
        case .workerEnded(let child, let ending, let pause):
            let level: LogLevel = pause == nil ? .debug : .error
            return log.line(level, "worker ended", child.fields + ending.fields + pause.fields)
        case .applicationWouldNotStart(_, let ending): return refusal(ending)
        case .workerCondemned(let child, _): return log.line(.error, "worker is ended by force", child.fields)
        case .serverEnded(let child, let ending, let pause):
            return log.line(.error, "server ended", child.fields + ending.fields + pause.fields)
        case .serverBack(let child): return log.line(.info, "server is back", child.fields)
        case .serverKeepsFailing(let times):
            return log.line(.error, "the server keeps failing; giving up", [LogField("times", .integer(times))])
        case .overstayed(let child): return log.line(.warning, "a process did not end in time; killed", child.fields)
        case .couldNotStart(let role, let number, let pause):
            let reason = LogField("reason", .text(systemMessage(number)))
            return log.line(.error, "a process could not be started", role.fields + [reason] + pause.fields)
        case .interpreterWouldNotStart(let number):
            let line = "the interpreter cannot be started: \(systemMessage(number)), \(quoted(interpreter.path))"
            return Array(ErrorLines("\(line); accepted: a CPython 3.10 or later").text.utf8)
        default: return []
        }
    }

    /// A worker that ends with exit 3 has said why itself; of another end nobody has spoken yet.
    private func refusal(_ ending: KeeperEvent.Ending) -> [UInt8] {
        let how: String
        switch ending.status {
        case .exited(let code):
            if code == ExitCode.applicationWouldNotStart.rawValue { return [] }
            how = "exit \(code)"
        case .signalled(let signal, _): how = "signal \(signal)"
        }
        let line = "the worker ended before the application was ready: \(how), \(quoted(interpreter.path))"
        return Array(ErrorLines(line).text.utf8)
    }

    private func announceOwn(_ event: KeeperEvent) -> [UInt8] {
        switch event {
        case .stopping(let signal, _): log.line(.info, "stopping", [LogField("signal", .text(signalName(signal)))])
        case .drained(let requests, let milliseconds):
            log.line(
                .info, "drained",
                [LogField("requests", .integer(Int(requests))), LogField("milliseconds", .integer(Int(milliseconds)))])
        case .cutShort(let signal):
            log.line(.warning, "cut short by a second signal", [LogField("signal", .text(signalName(signal)))])
        case .reloadNotAvailable: log.line(.warning, "SIGHUP ignored: reloading comes with a later version")
        case .logsReopened: log.line(.info, "log files reopened")
        case .outputLost(_, let lines, let bytes):
            log.line(
                .warning, "output of workers was lost: its reader is too slow",
                [LogField("lines", .integer(Int(lines))), LogField("bytes", .integer(Int(bytes)))])
        case .keeperFailed(let error):
            log.line(.error, "the keeper cannot go on", [LogField("reason", .text(systemMessage(error.number)))])
        default: []
        }
    }
}

private func systemMessage(_ number: Int32) -> String { String(cString: strerror(number)) }

private func signalName(_ number: Int32) -> String {
    switch number {
    case SIGTERM: "SIGTERM"
    case SIGINT: "SIGINT"
    case SIGQUIT: "SIGQUIT"
    default: "\(number)"
    }
}

extension KeeperEvent.Role {
    fileprivate var fields: [LogField] {
        switch self {
        case .server: [LogField("process", "server")]
        case .worker(let id): [LogField("worker", .integer(Int(id)))]
        }
    }
}

extension KeeperEvent.Child {
    fileprivate var fields: [LogField] { role.fields + [LogField("pid", .integer(Int(pid)))] }
}

extension KeeperEvent.Ending {
    fileprivate var fields: [LogField] {
        let how: LogField =
            switch status {
            case .exited(let code): LogField("exit", .integer(Int(code)))
            case .signalled(let number, _): LogField("signal", .integer(Int(number)))
            }
        let memory = peakResidentBytes > 0 ? [LogField("peak_rss", .integer(Int(peakResidentBytes)))] : []
        return [how] + memory
    }
}

extension Duration? {
    fileprivate var fields: [LogField] {
        guard let self, self > .zero else { return [] }
        let (seconds, attoseconds) = self.components
        return [LogField("restart_in", .decimal(Double(seconds) + Double(attoseconds) / 1e18))]
    }
}
