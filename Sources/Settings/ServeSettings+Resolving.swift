import Peers

extension ServeSettings {
    /// Settings, what is odd about the environment they come from, and the layer of each value.
    package struct Resolution: Sendable {
        package let settings: ServeSettings
        package let warnings: [SettingsWarning]
        package let sources: [SettingSource]
    }

    /// The files that hold more variables, as typed: only the command line and the process' own variables name them.
    package static func environmentFiles(
        _ commandLine: ServeCommandLine, environment: [String: String]
    ) throws(SettingsError) -> [String] {
        let environment = ServeEnvironment(EnvironmentVariables(process: environment))
        return try SettingLayers(layers: [commandLine.given, environment.own]).values(Declared.envFile)
    }

    /// Combines the layers: command line over `PLAIT_*` over the platform's variables over defaults.
    package static func resolve(
        _ commandLine: ServeCommandLine, environment: EnvironmentVariables, surroundings: Surroundings
    ) throws(SettingsError) -> Resolution {
        let environment = ServeEnvironment(environment)
        let explicit = [commandLine.given, environment.own]
        let isDev = try SettingLayers(layers: explicit).certain(Declared.dev)
        let layers = SettingLayers(layers: explicit + (isDev ? [impliedByDev] : []) + [environment.platform])
        let settings = try ServeSettings(
            application: .init(commandLine.application, layers, surroundings), listening: .init(layers),
            workers: .init(layers, surroundings.machine),
            development: .init(layers), dispatch: .init(layers), timeouts: .init(layers), limits: .init(layers),
            bodies: .init(layers), trust: .init(layers), logging: .init(layers, surroundings))
        return Resolution(
            settings: settings, warnings: environment.warnings, sources: layers.sources(of: ServeDeclarations.all))
    }
}

private typealias Declared = ServeDeclarations

/// What `--dev` stands for. It gives way to whatever is said on the command line or in `PLAIT_*`, but not to what a
/// platform tells every program.
private let impliedByDev = [
    (Declared.workers.declaration, "1"), (Declared.threads.declaration, "1"), (Declared.watch.declaration, "on"),
    (Declared.grace.declaration, "1s"),
].map { GivenValue(setting: $0.name, origin: .option("--dev"), text: $1) }

extension ServeSettings.Application {
    fileprivate init(
        _ name: ApplicationName?, _ layers: SettingLayers, _ surroundings: Surroundings
    ) throws(SettingsError) {
        let directory = try layers.value(Declared.appDir) ?? surroundings.workingDirectory
        self.init(
            name: name, directory: directory, python: try layers.value(Declared.python),
            instance: try layers.value(Declared.name)
                ?? InstanceName(directory: absolute(directory, in: surroundings.workingDirectory)))
    }
}

/// `.` and `..` stay as they are: a name is made of it, nothing is opened.
private func absolute(_ path: String, in directory: String) -> String {
    let isHere = path == "." || path == "./"
    return isHere ? directory : path.hasPrefix("/") ? path : "\(directory)/\(path)"
}

extension ServeSettings.Listening {
    fileprivate init(_ layers: SettingLayers) throws(SettingsError) {
        self.init(
            endpoints: try layers.values(Declared.port), umask: try layers.value(Declared.umask),
            health: try layers.certain(Declared.health))
    }
}

extension ServeSettings.Workers {
    fileprivate init(_ layers: SettingLayers, _ machine: Machine) throws(SettingsError) {
        let byMachine = WorkerRange(minimum: machine.defaultWorkers, maximum: machine.defaultWorkers)
        self.init(
            count: try layers.value(Declared.workers) ?? byMachine, threads: try layers.certain(Declared.threads),
            reactors: try layers.value(Declared.reactors) ?? machine.defaultReactors)
    }
}

extension ServeSettings.Development {
    fileprivate init(_ layers: SettingLayers) throws(SettingsError) {
        self.init(isDev: try layers.certain(Declared.dev), watch: Watch(try layers.values(Declared.watch)))
    }
}

extension ServeSettings.Dispatch {
    fileprivate init(_ layers: SettingLayers) throws(SettingsError) {
        self.init(queue: try layers.certain(Declared.queue), queueAge: try layers.certain(Declared.queueAge))
    }
}

extension ServeSettings.Timeouts {
    fileprivate init(_ layers: SettingLayers) throws(SettingsError) {
        self.init(
            keepAlive: try layers.certain(Declared.keepAlive), header: try layers.certain(Declared.headerTimeout),
            body: try layers.certain(Declared.bodyTimeout), write: try layers.certain(Declared.writeTimeout),
            grace: try layers.certain(Declared.grace), drainDelay: try layers.certain(Declared.drainDelay),
            drainIdle: try layers.certain(Declared.drainIdle))
    }
}

extension ServeSettings.Limits {
    fileprivate init(_ layers: SettingLayers) throws(SettingsError) {
        self.init(
            head: try layers.certain(Declared.maxHead), fields: try layers.certain(Declared.maxFields),
            connections: try layers.certain(Declared.maxConnections),
            connectionsPerAddress: try layers.certain(Declared.maxConnectionsPerAddress))
    }
}

extension ServeSettings.Bodies {
    fileprivate init(_ layers: SettingLayers) throws(SettingsError) {
        self.init(
            delivery: PathRules(try layers.merged(Declared.body)),
            largest: PathRules(try layers.merged(Declared.maxBody)), spool: try layers.certain(Declared.maxSpool),
            spoolDirectory: try layers.value(Declared.spoolDir))
    }
}

extension ServeSettings.Trust {
    fileprivate init(_ layers: SettingLayers) throws(SettingsError) {
        let peers = try layers.values(Declared.trustedProxies).reduce(TrustedPeers.nobody) { $0.union($1) }
        self.init(
            rootPath: try layers.certain(Declared.rootPath), peers: peers,
            forwarded: try layers.certain(Declared.forwarded))
    }
}

extension ServeSettings.Logging {
    fileprivate init(_ layers: SettingLayers, _ surroundings: Surroundings) throws(SettingsError) {
        self.init(
            access: try layers.certain(Declared.accessLog), level: try layers.certain(Declared.logLevel),
            format: try layers.value(Declared.logFormat) ?? (surroundings.errorIsTerminal ? .text : .json))
    }
}
