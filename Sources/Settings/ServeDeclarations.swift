// Every setting of `plait serve`, once. Flags, environment variables, defaults, help and docs/reference/serve.md all
// follow from here.

import Peers

enum ServeDeclarations {
    // MARK: Listening

    static let port = Setting(
        "port", short: ["p", "b"], aliases: ["bind"], .endpoint, default: .text("127.0.0.1:8080"), platform: "PORT",
        repeats: .addUp, in: .listening,
        "Where to listen; may be repeated. A number alone means all interfaces, IPv4 and IPv6.")

    static let umask = Setting(
        "umask", .umask, default: .computed("unchanged"), in: .listening,
        "File mode bits that new files do not get.")

    static let health = Setting(
        "health", .health, default: .text("/-/"), in: .listening,
        "Path under which plait itself answers live and ready.")

    // MARK: Application and workers

    static let workers = Setting(
        "workers", short: ["w"], .workers,
        default: .computed("processors granted, at most 8, at most one per 256 MiB of memory limit"),
        platform: "WEB_CONCURRENCY", in: .application, "Python processes that run the application.")

    static let threads = Setting(
        "threads", .number(1...1024), default: .text("8"), in: .application,
        "Requests one worker runs at the same time; with 1 never two.")

    static let reactors = Setting(
        "reactors", .number(1...64), default: .computed("half of the processors granted, at least 1"),
        in: .application, "Threads of the server that own connections.")

    static let python = Setting(
        "python", .path("PATH"),
        default: .computed("plait's own environment, VIRTUAL_ENV, nearest .venv upwards, python3"),
        in: .application, "Interpreter, or virtual environment, that runs the application.")

    static let appDir = Setting(
        "app-dir", .path("DIR"), default: .computed("working directory"), in: .application,
        "Directory to import the application from.")

    static let envFile = Setting(
        "env-file", .path("FILE"), default: .computed("none"), repeats: .addUp, in: .application,
        "File of NAME=VALUE lines, for plait and the application; may be repeated. The environment wins.")

    static let name = Setting(
        "name", short: ["n"], .instanceName, default: .computed("the application directory's name"),
        in: .application, "What this plait is called in logs and process lists.")

    static let queue = Setting(
        "queue", .number(1...1_000_000), default: .text("1024"), in: .application,
        "Requests that may wait for a worker; more are answered 503.")

    static let queueAge = Setting(
        "queue-age", .timeout, default: .text("10s"), in: .application,
        "How long a request may wait for a worker before it is answered 503.")

    // MARK: Development

    static let dev = Setting(
        "dev", .onOff, default: .text("off"), in: .development, operand: .optional("on"),
        "One worker, one thread, --watch, a grace of 1s, the terminal for breakpoint(), tracebacks in the browser.")

    static let watch = Setting(
        "watch", aliases: ["reload"], .watch, default: .text("off"), repeats: .addUp, in: .development,
        operand: .patterns("on"),
        "Reload when a Python file, or one that a pattern names, is saved; may be repeated.")

    // MARK: Request bodies

    static let body = Setting(
        "body", .byPath(.choice as ValueForm<BodyDelivery>), default: .text("collect"), repeats: .mergeByPath,
        in: .bodies, "Whether the application is called after the whole body or at the head; may be repeated.")

    static let maxBody = Setting(
        "max-body", .byPath(.anySize), default: .text("1g"), repeats: .mergeByPath,
        in: .bodies, "Largest request body; a larger one is answered 413. May be repeated.")

    static let maxSpool = Setting(
        "max-spool", .anySize, default: .text("4g"), in: .bodies,
        "Room for all waiting bodies on disk together.")

    static let spoolDir = Setting(
        "spool-dir", .path("DIR"), default: .computed("$TMPDIR, /tmp or /var/tmp"), in: .bodies,
        "Where large bodies wait, in files without a name.")

    // MARK: Times

    static let keepAlive = Setting(
        "keep-alive", .timeout, default: .text("75s"), in: .timeouts,
        "How long an idle connection is kept.")

    static let headerTimeout = Setting(
        "header-timeout", .timeout, default: .text("10s"), in: .timeouts,
        "Time for a whole request head, from its first byte.")

    static let bodyTimeout = Setting(
        "body-timeout", .timeout, default: .text("30s"), in: .timeouts,
        "Time between two reads of a request body.")

    static let writeTimeout = Setting(
        "write-timeout", .timeout, default: .text("30s"), in: .timeouts,
        "Time between two writes to a client that does not read.")

    // MARK: Limits

    static let maxHead = Setting(
        "max-head", .size(.kibibytes(1)...(.kibibytes(64))), default: .text("64k"), in: .limits,
        "Largest request head; a larger one is answered 431.")

    static let maxFields = Setting(
        "max-fields", .number(1...1024), default: .text("128"), in: .limits,
        "Most header fields of a request; more are answered 431.")

    static let maxConnections = Setting(
        "max-connections", .number(1...10_000_000), default: .text("65536"), in: .limits,
        "Most connections at the same time; the limit of open files bounds it too.")

    static let maxConnectionsPerAddress = Setting(
        "max-connections-per-address", .numberOrOff(1...10_000_000), default: .text("off"), in: .limits,
        "Most connections from one address at the same time.")

    // MARK: Behind a proxy

    static let rootPath = Setting(
        "root-path", .rootPath, default: .text("/"), in: .proxies,
        "Path under which a proxy in front mounts the application (SCRIPT_NAME).")

    static let trustedProxies = Setting(
        "trusted-proxies", aliases: ["forwarded-allow-ips"], .peers, default: .text("127.0.0.0/8,::1,unix"),
        platform: "FORWARDED_ALLOW_IPS", repeats: .addUp, in: .proxies,
        "Peers whose forwarded headers are believed; may be repeated.")

    static let forwarded = Setting(
        "forwarded", .choice as ValueForm<ForwardedFamily>, default: .text("x"), in: .proxies,
        "Which headers those are: X-Forwarded-*, Forwarded (RFC 7239), or none.")

    // MARK: Stopping

    static let grace = Setting(
        "grace", aliases: ["graceful-timeout"], .time, default: .text("25s"), in: .stopping,
        "Time for running requests to finish.")

    static let drainDelay = Setting(
        "drain-delay", .time, default: .text("0"), in: .stopping,
        "How long to go on serving after the signal, not ready, until balancers have noticed.")

    static let drainIdle = Setting(
        "drain-idle", .time, default: .text("5s"), in: .stopping,
        "How long idle connections stay open while stopping.")

    // MARK: Logging

    static let accessLog = Setting(
        "access-log", .accessLog, default: .text("combined"), in: .logging,
        "A line for each answered request, to standard output or a file; health probes are left out.")

    static let logLevel = Setting(
        "log-level", .choice as ValueForm<LogLevel>, default: .text("info"), in: .logging,
        "Least important message that is logged, to standard error.")

    static let logFormat = Setting(
        "log-format", .choice as ValueForm<LogFormat>, default: .computed("text on a terminal, else json"),
        in: .logging, "How plait's own messages are written.")

    /// In the order of the help.
    static let all: [Declaration] = [
        port.declaration, umask.declaration, health.declaration,
        workers.declaration, threads.declaration, reactors.declaration, python.declaration, appDir.declaration,
        envFile.declaration, name.declaration, dev.declaration, watch.declaration,
        queue.declaration, queueAge.declaration,
        body.declaration, maxBody.declaration, maxSpool.declaration, spoolDir.declaration,
        keepAlive.declaration, headerTimeout.declaration, bodyTimeout.declaration, writeTimeout.declaration,
        maxHead.declaration, maxFields.declaration, maxConnections.declaration,
        maxConnectionsPerAddress.declaration,
        rootPath.declaration, trustedProxies.declaration, forwarded.declaration,
        grace.declaration, drainDelay.declaration, drainIdle.declaration,
        accessLog.declaration, logLevel.declaration, logFormat.declaration,
    ]

    /// Options that other programs have and plait refuses with a reason instead of a guess at a misspelling.
    static let refused: [String: RefusedOption] = ["timeout": .requestDeadlineComesLater]
    static let refusedShort: [Character: RefusedOption] = ["t": .requestDeadlineComesLater]
}
