import CLinux
import Glibc
import Settings
import Supervision

/// `plait check`: looks at everything a start would need, and starts nothing that stays.
struct Checkup {
    private let settings: ServeSettings
    private let warnings: [SettingsWarning]
    private let input: CommandInput
    private let hasChosenConnections: Bool

    init(_ command: ResolvedCommand) {
        settings = command.settings
        warnings = command.warnings
        input = command.input
        hasChosenConnections = command.sources.contains { source in
            source.name == "max-connections" && source.values.contains { !$0.origin.isFallback }
        }
    }

    /// In the order in which a start would come to each.
    func findings() -> [Finding] {
        warnings.map(Finding.warning) + applicationFindings() + endpointFindings() + placeFindings()
            + [fileLimitFinding()] + capacityFindings()
    }

    // MARK: the application, in a Python of its own

    private func applicationFindings() -> [Finding] {
        let here = input.surroundings.workingDirectory
        let interpreter: InterpreterChoice
        do throws(InterpreterError) {
            interpreter = try InterpreterSearch(
                application: settings.application, environment: input.environment, workingDirectory: here
            ).choose()
        } catch {
            return [.noInterpreter(error)]
        }
        guard let installation = Installation.ofThisProcess() else {
            return [.installationBroken]
        }
        do throws(ProjectError) {
            let project = try ServedProject(
                settings.application.name, in: absolutePath(settings.application.directory, in: here),
                environment: input.environment)
            let plan = ServePlan(settings: settings, project: project, interpreter: interpreter)
            return Self.examine(plan, installation, input)
        } catch {
            return [.interpreter(interpreter, version: nil), .noProject(error)]
        }
    }

    /// How long an import may take.
    private static let patience: Duration = .seconds(60)

    private static func examine(_ plan: ServePlan, _ installation: Installation, _ input: CommandInput) -> [Finding] {
        let outcome: Errand.Outcome
        do throws(SystemError) {
            outcome = try Errand.run(within: patience) { report in
                examinerProgram(plan, installation, input, report: report, limit: patience)
            }
        } catch {
            return [.couldNotRun(plan.interpreter, error)]
        }
        let report = WorkerReport(outcome.report)
        let interpreter = Finding.interpreter(plan.interpreter, version: report.facts["python"])
        switch outcome.status {
        case nil: return [interpreter, .applicationTakesTooLong(plan.project, patience)]
        case .exited(code: 0): if report.facts.isEmpty { return [.noPython(plan.interpreter)] }
        case let status?: return [interpreter, .applicationWouldNotStart(plan.project, status)]
        }
        return [interpreter, .application(plan.project, FoundApplication(report))]
            + DjangoFinding.all(report.facts, plan.settings).map(Finding.django)
    }

    // MARK: endpoints

    /// All are held until the last has been tried, so that two that exclude each other show.
    private func endpointFindings() -> [Finding] {
        var held: [Listener] = []
        defer { held.forEach { $0.retire() } }
        return settings.listening.endpoints.map { endpoint in
            switch endpoint.socket {
            case .descriptor, .systemd: return .endpointHandedOver(endpoint)
            case .internet, .unix: break
            }
            do throws(ListenerError) {
                held.append(try ListenerConfiguration(asked: endpoint).bind())
                return .endpoint(endpoint)
            } catch {
                return .endpointUnavailable(endpoint, error)
            }
        }
    }

    // MARK: places to write to

    private func placeFindings() -> [Finding] {
        let spool = settings.bodies.spoolDirectory ?? writableDirectory(input.environment)
        return spoolFindings(spool) + accessLogFindings()
    }

    private func spoolFindings(_ path: String) -> [Finding] {
        if let errno = Self.errnoOfWriting(in: path) {
            return [.directoryNotWritable(.spool, path: path, errno: errno)]
        }
        let free = freeSpace(path)
        let wanted = settings.bodies.spool
        return free < wanted
            ? [.directorySmall(path: path, free: free, wanted: wanted)]
            : [.directory(.spool, path: path, free: free)]
    }

    private func accessLogFindings() -> [Finding] {
        guard case .lines(_, .file(let path)) = settings.logging.access else { return [] }
        let directory = parentDirectory(absolutePath(path, in: input.surroundings.workingDirectory)) ?? "/"
        // An existing file is what has to be writable; else its directory.
        let errno = isFile(path) ? (access(path, W_OK) == 0 ? nil : Glibc.errno) : Self.errnoOfWriting(in: directory)
        if let errno { return [.directoryNotWritable(.accessLog, path: path, errno: errno)] }
        return [.directory(.accessLog, path: path, free: freeSpace(directory))]
    }

    /// Asked by doing it, since access(2) knows nothing of quotas and read-only mounts below it; nil where it worked.
    private static func errnoOfWriting(in directory: String) -> Int32? {
        var name = Array("\(directory)/.plait-check-XXXXXX".utf8CString)
        let descriptor = cl_mkostemp(&name)
        guard descriptor >= 0 else { return errno }
        unlink(name)
        close(descriptor)
        return nil
    }

    // MARK: limits

    /// The server raises its own limit as far as it may (`FileLimit.raised`).
    private func fileLimitFinding() -> Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
        let wanted = settings.limits.connections
        let connections = connectionsByFileLimit(limit.rlim_max)
        let number = Int(clamping: limit.rlim_max)
        // The default is a bound that nobody asked for; a few thousand connections are what a server is expected to bear.
        guard connections < (hasChosenConnections ? wanted : min(wanted, 4096 - 64)) else {
            return .fileLimit(limit: number, connections: min(connections, wanted))
        }
        return .fileLimitLow(limit: number, connections: connections, wanted: wanted)
    }

    private func capacityFindings() -> [Finding] {
        let machine = input.surroundings.machine
        let workers = settings.workers.count.maximum
        var findings = [Finding.processors(workers: workers, threads: settings.workers.threads, machine)]
        if settings.workers.count.minimum != workers { findings.append(.workerRangeNotYet) }
        // Four to a processor suits applications that wait for others; more only takes memory.
        if workers > 4 * machine.grantedProcessors {
            findings.append(.workersCrowded(workers: workers, processors: machine.grantedProcessors))
        }
        if let limit = machine.memoryLimit, limit.bytes / workers < ByteCount.mebibytes(128).bytes {
            findings.append(.workersStarved(workers: workers, limit: limit))
        }
        return findings
    }
}

private func freeSpace(_ path: String) -> ByteCount {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return ByteCount(bytes: 0) }
    let (bytes, overflow) = Int(clamping: status.f_bavail).multipliedReportingOverflow(by: Int(status.f_frsize))
    return ByteCount(bytes: overflow ? .max : bytes)
}
