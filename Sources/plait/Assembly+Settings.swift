import Glibc
import HTTP
import Peers
import Serving
import Settings
import Supervision

// Settings, as people give them, translated into what each part takes.

extension [Endpoint] {
    /// `systemd:` alone stands for every socket that was passed.
    func expanded(systemdSockets count: Int) -> [Endpoint] {
        flatMap { endpoint -> [Endpoint] in
            guard case .systemd(let systemd) = endpoint.socket, systemd.selection == .every else { return [endpoint] }
            return (0..<Swift.max(count, 1)).map { index in
                let one = Endpoint.Systemd(domain: systemd.domain, selection: .index(index))
                return Endpoint(socket: .systemd(one), proxyProtocol: endpoint.proxyProtocol, text: endpoint.text)
            }
        }
    }
}

extension SystemdSockets {
    init(_ environment: [String: String]) {
        self.init(
            listenPID: environment["LISTEN_PID"], listenFDs: environment["LISTEN_FDS"],
            names: environment["LISTEN_FDNAMES"], processID: getpid())
    }
}

extension ListenerConfiguration {
    init(asked endpoint: Settings.Endpoint) {
        switch endpoint.socket {
        case .internet(let internet):
            let (host, families) = internet.interface.place
            self.init(
                endpoint: .tcp(host: host, families: families, port: internet.port), backlog: Int32(internet.backlog))
        case .unix(let unix):
            self.init(endpoint: .unix(path: unix.path, mode: unix.mode), backlog: Int32(unix.backlog))
        case .descriptor(let number): self.init(endpoint: .inherited(descriptor: number))
        case .systemd(let systemd):
            let domain = systemd.domain.map(SocketDomain.init)
            self.init(endpoint: .systemd(SystemdSockets.Choice(systemd.selection), domain: domain))
        }
    }
}

extension Endpoint.Interface {
    fileprivate var place: (host: String?, families: AddressFamilies) {
        switch self {
        case .dualStack: (nil, .both)
        case .everyIPv4: (nil, .ipv4Only)
        case .everyIPv6: (nil, .ipv6Only)
        case .address(let address): (address.description, .both)
        case .name(let name): (name, .both)
        }
    }
}

extension SocketDomain {
    fileprivate init(_ domain: Endpoint.Systemd.Domain) {
        switch domain {
        case .internet: self = .ipv4
        case .internet6: self = .ipv6
        case .unix: self = .unix
        }
    }
}

extension SystemdSockets.Choice {
    fileprivate init(_ selection: Endpoint.Systemd.Selection) {
        switch selection {
        case .every: self = .index(0)
        case .index(let index): self = .index(index)
        case .name(let name): self = .name(name)
        }
    }
}

extension ListeningSocket {
    /// - Parameter endpoint: what this socket was asked for.
    init(descriptor: Int32, endpoint: Endpoint?) {
        let address = SocketAddress.local(of: descriptor)
        let name: [UInt8] =
            switch address {
            // A wildcard is no name that a client could use.
            case .ipv4(let bytes, _) where bytes.allSatisfy { $0 == 0 }: Array("localhost".utf8)
            case .ipv6(let bytes, _, _) where bytes.allSatisfy { $0 == 0 }: Array("localhost".utf8)
            case .ipv4?, .ipv6?: Array((address?.host ?? "").utf8)
            case .unix, nil: Array("localhost".utf8)
            }
        let isUnix = address?.port == nil
        let proxies = endpoint?.proxyProtocol.map { proxy in
            TrustedPeers(blocks: proxy.from ?? [], unix: isUnix, everyone: false)
        }
        self.init(
            descriptor: descriptor, family: isUnix ? .unix : .internet, serverName: name,
            serverPort: address?.port ?? 0, proxies: proxies)
    }
}

extension WatchConfiguration {
    init?(_ settings: ServeSettings) {
        guard case .on(let files) = settings.development.watch else { return nil }
        self.init(directory: settings.application.directory, patterns: files.patterns, polls: files.polls)
    }
}

extension WorkerHosting {
    init(_ settings: ServeSettings, launcher: Int32?) {
        if let launcher {
            self = .launcher(descriptor: launcher)
        } else {
            self = settings.development.isDev ? .onTerminal : .apart
        }
    }
}

extension ServingConfiguration {
    init(_ settings: ServeSettings, environment: [String: String]) {
        let limits = settings.limits
        self.init(
            reactors: settings.workers.reactors,
            timeouts: Timeouts(
                keepAlive: settings.timeouts.keepAlive, header: settings.timeouts.header,
                body: settings.timeouts.body, write: settings.timeouts.write, drainIdle: settings.timeouts.drainIdle,
                queueAge: settings.dispatch.queueAge),
            head: HeadLimits(headBytes: limits.head.bytes, fields: limits.fields),
            connections: min(limits.connections, connectionsByFileLimit()),
            connectionsPerAddress: limits.connectionsPerAddress,
            bodies: Bodies(
                largest: settings.bodies.largest.rules.map {
                    Rule(path: rulePath($0.path), value: UInt64($0.value.bytes))
                },
                delivery: settings.bodies.delivery.rules.map {
                    Rule(path: rulePath($0.path), value: $0.value == .stream ? .stream : .collect)
                },
                spool: UInt64(settings.bodies.spool.bytes),
                spoolDirectory: settings.bodies.spoolDirectory ?? writableDirectory(environment)),
            trusted: settings.trust.peers, forwarded: settings.trust.forwarded,
            health: settings.listening.health.map { Array($0.path.utf8) },
            accessLog: AccessLogFormat(settings.logging.access))
    }
}

private func rulePath(_ path: String) -> [UInt8] { path == "/" ? [] : Array(path.utf8) }

/// Some descriptors are needed for other things than connections.
private func connectionsByFileLimit() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) == 0 else { return .max }
    return connectionsByFileLimit(limit.rlim_cur)
}

func connectionsByFileLimit(_ limit: rlim_t) -> Int {
    max(16, Int(clamping: limit) - 64)
}

func writableDirectory(_ environment: [String: String]) -> String {
    let candidates = [environment["TMPDIR"], "/tmp", "/var/tmp"].compactMap { $0 }
    return candidates.first { !$0.isEmpty && access($0, W_OK | X_OK) == 0 } ?? "/tmp"
}

extension AccessLogFormat {
    fileprivate init(_ log: Settings.AccessLog) {
        switch log {
        case .off: self = .off
        case .lines(.combined, _): self = .combined
        case .lines(.json, _): self = .json
        }
    }
}

extension Serving.AccessLog {
    convenience init?(_ log: Settings.AccessLog, tell: @escaping @Sendable (ServingEvent) -> Void) {
        if case .lines(_, .file(let path)) = log {
            self.init(format: AccessLogFormat(log), path: path, tell: tell)
        } else {
            self.init(format: AccessLogFormat(log), path: nil, tell: tell)
        }
    }
}
