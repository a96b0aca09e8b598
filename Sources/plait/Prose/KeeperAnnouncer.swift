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
    /// The worker is the process that started us.
    private let isLaunched: Bool
    private var hasIntroduced = false
    /// The first start is over; a worker that comes now replaces one, which is news.
    private var isReady = false
    /// One line tells of all workers of the next generation.
    private var isReloading = false

    /// - Parameter findings: where the first worker says which application it found, if it had to look for one.
    init(
        log: ConsoleLog, settings: ServeSettings, plan: ServePlan, findings: FindingsPipe?, addresses: [String],
        isLaunched: Bool
    ) {
        self.log = log
        self.settings = settings
        project = plan.project
        self.findings = findings
        interpreter = plan.interpreter
        self.addresses = addresses
        self.isLaunched = isLaunched
    }

    func announce(_ event: KeeperEvent) -> [UInt8] {
        switch event {
        case .workerReady(let child, let version): introduce(child, version)
        case .ready(let time): noteReady(time)
        case .workerEnded, .applicationWouldNotStart, .workerCondemned, .serverEnded, .serverBack, .serverKeepsFailing,
            .overstayed, .couldNotStart, .interpreterWouldNotStart:
            announceChild(event)
        case .polling, .reloading, .reloaded, .reloadRefused: announceReload(event)
        case .stopping, .drained, .cutShort, .logsReopened, .outputLost, .keeperFailed: announceOwn(event)
        }
    }

    private func noteReady(_ time: Duration) -> [UInt8] {
        isReady = true
        return log.ready(after: time)
    }

    private func introduce(_ child: KeeperEvent.Child, _ version: UInt32) -> [UInt8] {
        guard !hasIntroduced else {
            return log.line(isReady && !isReloading ? .info : .debug, "worker ready", child.fields)
        }
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

    private func announceReload(_ event: KeeperEvent) -> [UInt8] {
        if case .reloading = event { isReloading = true } else { isReloading = false }
        switch event {
        case .polling:
            return log.line(
                .info, "polling",
                sentence: "files are looked at twice a second: the kernel does not tell of changes to them")
        case .reloading(let cause): return log.line(.info, "reloading", cause.fields, sentence: cause.sentence)
        case .reloaded(let time): return log.reloaded(after: time)
        case .reloadRefused(let child, let ending):
            return log.line(
                .error, "reload refused", child.fields + (ending?.fields ?? []),
                sentence: isLaunched
                    ? "the application would not start; it is tried again when a file is saved"
                    : "the application would not start; the workers from before the reload go on serving")
        default: return []
        }
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

extension KeeperEvent.ReloadCause {
    fileprivate var fields: [LogField] {
        switch self {
        case .hangUp: [LogField("cause", "SIGHUP")]
        case .files(let first, let count):
            [LogField("cause", "files"), LogField("file", .text(first)), LogField("files", .integer(count))]
        }
    }

    fileprivate var sentence: String {
        switch self {
        case .hangUp: "reloading: SIGHUP"
        case .files(let first, let count):
            "reloading: \(first)" + (count > 1 ? " and \(count - 1) more" : "")
        }
    }
}
