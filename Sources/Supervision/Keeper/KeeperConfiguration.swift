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

    package init(
        server: Program, worker: @escaping (_ id: UInt32, _ number: Int) -> Program, rules: KeeperMachine.Rules,
        listeners: [Listener], notifySocket: String?
    ) {
        self.server = server
        self.worker = worker
        self.rules = rules
        self.listeners = listeners
        self.notifySocket = notifySocket
    }
}
