/// What a keeper is started with; everything is decided and bound before.
package struct KeeperConfiguration {
    package let server: Program
    /// The program of the worker with this id (1, 2, 3 …, never used twice) and this number (see `KeeperMachine`).
    package let worker: (_ id: UInt32, _ number: Int) -> Program
    package let rules: KeeperMachine.Rules
    /// In the order of the settings; the keeper retires them at its end.
    package let listeners: [Listener]
    /// `$NOTIFY_SOCKET`, sd_notify(3).
    package let notifySocket: String?
    /// nil: only SIGHUP reloads.
    package let watch: WatchConfiguration?
    package let hosting: WorkerHosting

    package init(
        server: Program, worker: @escaping (_ id: UInt32, _ number: Int) -> Program, rules: KeeperMachine.Rules,
        listeners: [Listener], notifySocket: String?, watch: WatchConfiguration? = nil, hosting: WorkerHosting = .apart
    ) {
        self.server = server
        self.worker = worker
        self.rules = rules
        self.listeners = listeners
        self.notifySocket = notifySocket
        self.watch = watch
        self.hosting = hosting
    }
}

/// Where workers live.
package enum WorkerHosting: Hashable, Sendable {
    /// Children in process groups of their own, without standard input; what they write is passed on in whole lines.
    case apart
    /// Children with our own standard streams, a debugger's prompt among what they write. See `Terminal`.
    case onTerminal
    /// The process that started us is the worker; it is told so over this descriptor. See `LaunchLink`.
    case launcher(descriptor: Int32)
}
