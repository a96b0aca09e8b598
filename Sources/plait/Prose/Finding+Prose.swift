import Glibc
import Settings
import Supervision

extension [Finding] {
    /// A line for each, and the sum.
    ///
    /// - Parameter strict: warnings count as problems.
    func text(strict: Bool) -> String {
        let problems = count { $0.level == .problem }
        let warnings = count { $0.level == .warning }
        return map(\.line).joined() + "\(counted(problems, "problem")), \(counted(warnings, "warning"))"
            + (strict && warnings > 0 ? "; with --deploy both are failures\n" : "\n")
    }

    func isFailure(strict: Bool) -> Bool {
        contains { $0.level == .problem || strict && $0.level == .warning }
    }
}

extension Finding {
    fileprivate var line: String {
        let lines = lines
        let mark = level.rawValue + String(repeating: " ", count: 9 - level.rawValue.count)
        return mark + lines.what + (lines.hint.map { "; hint: \($0)" } ?? "") + "\n"
    }

    private var lines: ErrorLines {
        switch self {
        case .warning(let warning): ErrorLines(warning.text)
        case .interpreter, .noInterpreter, .couldNotRun, .noPython, .installationBroken:
            interpreterLines
        case .application, .noProject, .applicationWouldNotStart, .applicationTakesTooLong: applicationLines
        case .django(let finding): finding.lines
        case .endpoint, .endpointHandedOver, .endpointUnavailable: endpointLines
        case .directory, .directoryNotWritable, .directorySmall: placeLines
        case .fileLimit, .fileLimitLow, .processors, .workersCrowded, .workersStarved, .workerRangeNotYet: limitLines
        }
    }

    private var interpreterLines: ErrorLines {
        switch self {
        case .interpreter(let choice, let version):
            ErrorLines("python\(version.map { " \($0)" } ?? "") (\(choice.path), \(choice.reason.text))")
        case .noInterpreter(let error): ErrorLines(error)
        case .couldNotRun(let choice, let error):
            ErrorLines(
                "\(quoted(choice.path)) cannot be started: \(systemText(error.number))",
                hint: "a CPython 3.10 or later, by --python")
        case .noPython(let choice):
            ErrorLines("\(quoted(choice.path)) is no Python", hint: "a CPython 3.10 or later, by --python")
        case .installationBroken: ErrorLines(InstallationError.workerScriptMissing)
        default: ErrorLines("")
        }
    }

    private var applicationLines: ErrorLines {
        switch self {
        case .application(let project, let found):
            ErrorLines("application \(found?.name ?? project.text)" + (found.map { " (\($0.source))" } ?? ""))
        case .noProject(let error): ErrorLines(error)
        case .applicationWouldNotStart(let project, .exited):
            ErrorLines("application \(project.text) would not start", hint: "what it said stands above")
        case .applicationWouldNotStart(let project, .signalled(let signal, _)):
            ErrorLines("application \(project.text) was ended by signal \(signal) while it was imported")
        case .applicationTakesTooLong(let project, let limit):
            ErrorLines(
                "application \(project.text) was not imported within \(limit.components.seconds) s",
                hint: "an import waits for something, such as a database")
        default: ErrorLines("")
        }
    }

    private var endpointLines: ErrorLines {
        switch self {
        case .endpoint(let endpoint): return ErrorLines("endpoint \(endpoint.text) is free")
        case .endpointHandedOver(let endpoint):
            return ErrorLines("endpoint \(endpoint.text) is handed over at the start")
        case .endpointUnavailable(let endpoint, let error):
            let lines = ErrorLines(error, endpoint: endpoint)
            let isTaken = [.addressInUse, .socketInUse].contains(error.code)
            return isTaken ? ErrorLines(lines.what, hint: "all is well if that is this plait") : lines
        default: return ErrorLines("")
        }
    }

    private var placeLines: ErrorLines {
        switch self {
        case .directory(let place, let path, let free):
            ErrorLines("\(place.text) \(path) can be written, \(free.rounded) free")
        case .directoryNotWritable(let place, let path, let number):
            ErrorLines(
                "\(place.text) \(quoted(path)) cannot be written: \(systemText(number))",
                hint: "another place, by --\(place.option)")
        case .directorySmall(let path, let free, let wanted):
            ErrorLines(
                "spool directory \(path) has \(free.rounded) free, and --max-spool may take \(wanted)",
                hint: "a smaller --max-spool, or another --spool-dir")
        default: ErrorLines("")
        }
    }

    private var limitLines: ErrorLines {
        switch self {
        case .fileLimit(let limit, let connections):
            ErrorLines("open files: \(limit), enough for \(connections) connections")
        case .fileLimitLow(let limit, let connections, let wanted):
            ErrorLines(
                "open files: \(limit) allow \(connections) connections, and --max-connections is \(wanted)",
                hint: "a higher limit (ulimit -Hn, LimitNOFILE=), or a smaller --max-connections")
        case .processors(let workers, let threads, let machine):
            ErrorLines(
                "\(counted(workers, "worker")) × \(counted(threads, "thread")) on "
                    + "\(counted(machine.grantedProcessors, "processor"))\(machine.limits)")
        case .workersCrowded(let workers, let processors):
            ErrorLines(
                "\(workers) workers share \(counted(processors, "processor"))",
                hint: "more --threads serve more requests that wait, with less memory")
        case .workersStarved(let workers, let limit):
            ErrorLines(
                "\(counted(workers, "worker")) share \(limit.rounded) of memory",
                hint: "fewer --workers, or a higher limit")
        case .workerRangeNotYet: ErrorLines(CapacityError.rangeNotYet)
        default: ErrorLines("")
        }
    }
}

extension Finding.Place {
    fileprivate var text: String {
        switch self {
        case .spool: "spool directory"
        case .accessLog: "access log"
        }
    }

    fileprivate var option: String {
        switch self {
        case .spool: "spool-dir"
        case .accessLog: "access-log"
        }
    }
}

extension Machine {
    /// The control group's limits.
    fileprivate var limits: String {
        let time = quota.map { quota in
            let hundredths = quota.time * 100 / max(1, quota.period)
            let decimals = hundredths % 100
            return "a quota of \(hundredths / 100).\(decimals < 10 ? "0" : "")\(decimals)"
        }
        let memory = memoryLimit.map { "\($0.rounded) of memory" }
        let all = [time, memory].compactMap { $0 }
        return all.isEmpty ? ", no control group's limit" : " (control group: \(all.joined(separator: ", ")))"
    }
}

extension ByteCount {
    /// To a whole unit, for people.
    fileprivate var rounded: String {
        if bytes >= 10 << 30 { return "\(bytes >> 30)g" }
        if bytes >= 10 << 20 { return "\(bytes >> 20)m" }
        return "\(bytes >> 10)k"
    }
}

private func systemText(_ number: Int32) -> String { String(cString: strerror(number)) }
