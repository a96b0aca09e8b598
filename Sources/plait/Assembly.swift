import CLinux
import Dispatch
import Glibc
import Peers
import Serving
import Settings
import Supervision

// The composition root: what plait is made of, process by process, top to bottom.

/// `plait serve`: binds the endpoints and becomes the keeper. Returns the exit code.
func serve(_ plan: ServePlan, input: CommandInput) -> Int32 {
    let settings = plan.settings
    StandardDescriptors.fill()
    KeeperSignals.block()
    if let mask = settings.listening.umask { _ = umask(mode_t(mask.bits)) }
    let log = ConsoleLog(settings.logging)
    guard let installation = Installation.ofThisProcess() else {
        return refuse(ErrorLines(InstallationError.workerScriptMissing), .failedAtRunTime)
    }
    guard settings.workers.count.minimum == settings.workers.count.maximum else {
        return refuse(ErrorLines(CapacityError.rangeNotYet), .usage)
    }
    let watch = WatchConfiguration(settings)
    if let missing = watch?.directories.first(where: { !isDirectory($0) }) {
        return refuse(ErrorLines(WatchedDirectoryError(path: missing)), .usage)
    }
    let systemd = SystemdSockets(input.environment)
    let listeners: [Listener]
    let endpoints = settings.listening.endpoints.expanded(systemdSockets: Int(systemd.count))
    do throws(ListenersError) {
        listeners = try Listener.bind(endpoints.map { ListenerConfiguration(asked: $0) }, systemd: systemd)
    } catch {
        return refuse(ErrorLines(error.cause, endpoint: endpoints[error.index]), .failedAtRunTime)
    }
    let workers = settings.workers.count.maximum
    // The process that started us shares no descriptors with us but its link.
    let findings = plan.project.isNamed || input.launcher != nil ? nil : FindingsPipe()
    let announcer = KeeperAnnouncer(
        log: log, settings: settings, plan: plan, findings: findings, addresses: listeners.map(\.displayText),
        isLaunched: input.launcher != nil)
    return Keeper.run(
        KeeperConfiguration(
            server: serverProgram(input),
            worker: { id, number in
                workerProgram(plan, installation, input, number: number, report: id == 1 ? findings?.writing : nil)
            },
            rules: KeeperMachine.Rules(
                workerCount: workers, grace: settings.timeouts.grace, drainDelay: settings.timeouts.drainDelay,
                succession: input.launcher == nil ? .beside : .inPlace),
            listeners: listeners, notifySocket: input.environment["NOTIFY_SOCKET"],
            watch: watch, hosting: WorkerHosting(settings, launcher: input.launcher)),
        announce: announcer.announce)
}

/// The server's process, as the keeper starts it: control channel at descriptor 3. Returns the exit code.
func serveAsServer(_ settings: ServeSettings, input: CommandInput) -> Int32 {
    let log = ConsoleLog(settings.logging)
    let configuration = ServingConfiguration(settings, environment: input.environment)
    guard let accessLog = Serving.AccessLog(settings.logging.access, tell: { log.report($0) }) else {
        return refuse(ErrorLines(AccessLogError(settings.logging.access, errno: errno)), .failedAtRunTime)
    }
    let pool = Pool.Configuration(queue: settings.dispatch.queue, threads: settings.workers.threads)
    let control = ControlChannel(adopting: 3)
    let reports = Reports()
    let server = Server(configuration, pool: pool, log: accessLog) { event in
        if case .workerCondemned(let id) = event { reports.condemn(id) }
        if case .workerRetired(let id) = event { reports.retired(id) }
        log.report(event)
    }
    return ServerRole(
        server: server, control: control, accessLog: accessLog, endpoints: settings.listening.endpoints,
        reports: reports, log: log
    ).run()
}

private func refuse(_ lines: ErrorLines, _ code: ExitCode) -> Int32 {
    writeAll(lines.text, to: .error)
    return code.rawValue
}

// MARK: the processes

/// The same executable, the same words: the server reads its settings for itself.
private func serverProgram(_ input: CommandInput) -> Program {
    Program(
        executable: "/proc/self/exe", arguments: ["plait", Command.serverRole] + input.words,
        environment: input.environment.map { "\($0)=\($1)" })
}

/// A worker that is asked about its application and serves nothing. The limit is its own as well, for the case that
/// nobody waits for it any more.
func examinerProgram(
    _ plan: ServePlan, _ installation: Installation, _ input: CommandInput, report: Int32, limit: Duration
) -> Program {
    let worker = workerProgram(plan, installation, input, number: 0, report: report)
    return Program(
        executable: worker.executable,
        arguments: worker.arguments + ["--examine", "\(limit.components.seconds + 1)"],
        environment: worker.environment, report: report)
}

/// The application's own Python, given nothing of plait's settings and sockets; its number is the one thing it is told.
private func workerProgram(
    _ plan: ServePlan, _ installation: Installation, _ input: CommandInput, number: Int, report: Int32?
) -> Program {
    let (settings, interpreter) = (plan.settings, plan.interpreter)
    let ours = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET"]
    let environment = input.environment.filter { !$0.key.hasPrefix("PLAIT_") && !ours.contains($0.key) }
    let root = settings.trust.rootPath.scriptName
    return Program(
        executable: interpreter.path,
        arguments: [
            interpreter.path, installation.workerScript, plan.project.text, "--release", plaitVersion,
            "--channel", "3", "--threads", "\(settings.workers.threads)",
            "--processes", "\(settings.workers.count.maximum)", "--root-path", root.isEmpty ? "/" : root,
            "--app-dir", settings.application.directory,
        ] + plan.project.workerOptions + (settings.development.isDev ? ["--dev", "on"] : [])
            + (report == nil ? [] : ["--report", "\(Spawn.reportNumber)"]),
        environment: environment.map { "\($0)=\($1)" } + ["PLAIT_WORKER=\(number)"], report: report)
}
