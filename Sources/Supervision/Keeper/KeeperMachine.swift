/// The law of the keeper: which child lives, which is started again and when, how everything ends. Pure: no clock, no
/// process, no descriptor; whoever drives it performs the actions in order and reports what became of them.
///
/// Each event first changes what is known (`+Children`, `+Stopping`), then `settle` compares what is known with what
/// ought to be and with the time, and emits what makes them match. So a rule such as "a free slot gets a worker while
/// there is a server" stands in one place, whatever event made it true.
///
/// Three rules that are easy to break:
/// - A worker whose server ended is *leaving*: it ends by itself when its channel does, its exit means nothing.
/// - The end of the control channel may be seen before the server's exit, and a worker's exit between the two; so the
///   end of the channel already makes the workers leave. The driver reads the channel before it reports exits.
/// - Only the first start is strict: a worker that ends before it was ever ready ends everything with code 3. Later the
///   same worker is tried again for ever, because the server in front of it still answers. (A reload is another thing:
///   see `+Reloading`.)
package struct KeeperMachine {
    package typealias Role = KeeperEvent.Role

    package struct Rules: Hashable, Sendable {
        package let workerCount: Int
        package let grace: Duration
        package let drainDelay: Duration
        package let succession: Succession

        package init(workerCount: Int, grace: Duration, drainDelay: Duration, succession: Succession) {
            self.workerCount = workerCount
            self.grace = grace
            self.drainDelay = drainDelay
            self.succession = succession
        }
    }

    package enum Event: Hashable, Sendable {
        case start
        case spawned(Role, pid: Int32)
        case spawnFailed(Role, number: Int32)
        case exited(Role, ChildStatus, peakResidentBytes: UInt64)
        case signal(Signal)
        case control(ControlMessage)
        case controlEnded
        case reload(KeeperEvent.ReloadCause)
        /// The process that started us as its child, and that is the worker, has gone.
        case launcherGone
        case timer
    }

    package enum Signal: Hashable, Sendable {
        /// SIGTERM or SIGINT.
        case stop(Int32)
        /// SIGQUIT: what a second stop does, at once.
        case quit(Int32)
        /// SIGHUP: reload.
        case hangUp
        case reopenLogs
    }

    package enum Action: Hashable, Sendable {
        /// Answered by `spawned` or `spawnFailed`. The listeners go with it.
        case spawnServer
        case spawnWorker(id: UInt32)
        /// SIGTERM, to the process alone.
        case terminate(Role)
        /// SIGKILL, to the process and its whole group.
        case kill(Role)
        case send(ControlMessage)
        /// There will be no other server: closes our copies and removes the socket files, so that a connection is
        /// refused, instead of never answered, as soon as the server has closed its own.
        case closeListeners
        case announce(KeeperEvent)
        /// Nothing comes after it.
        case exit(Int32)
    }

    /// How long a worker may take to end after its channel has.
    static let leavingTime: Duration = .seconds(2)
    /// The server cuts its drain off by itself when the grace is over; this much later the keeper does.
    static let drainMargin: Duration = .seconds(1)
    /// A server that ends this often in a row, each time this soon and before it was ready, will not get better.
    static let hopelessFailures = 5
    static let hopelessLife: Duration = .seconds(1)

    let rules: Rules
    var phase = Phase.idle
    var server = Server.absent
    var serverBackOff = BackOff()
    var earlyServerFailures = 0
    var hadServer = false
    var slots: [Slot]
    var workers: [UInt32: Worker] = [:]
    var lastWorker: UInt32 = 0
    var stopSignals = 0
    /// nil: none is under way.
    var reload: Reload?
    /// Asked for during the first start, whose workers may have read the old files.
    var postponedReload: KeeperEvent.ReloadCause?
    private var actions: [Action] = []

    package init(rules: Rules) {
        self.rules = rules
        slots = [Slot](repeating: Slot(), count: rules.workerCount)
    }

    /// Takes one event; returns what is to be done, in this order. `now`: any monotonic clock, always the same.
    package mutating func handle(_ event: Event, at now: Duration) -> [Action] {
        guard !phase.isOver else { return [] }
        learn(event, at: now)
        settle(at: now)
        defer { actions = [] }
        return actions
    }

    /// A small number that the application can name files by: the smallest that no other living worker has. So a worker
    /// that died leaves its number to its successor, and N workers have 0 to N-1; more only beside those that are about
    /// to leave, as in a reload, since two processes of the same number would spoil each other's files.
    ///
    /// To be asked when this worker is started.
    package func number(ofWorker id: UInt32) -> Int { workers[id]?.number ?? 0 }

    var smallestFreeNumber: Int {
        let taken = Set(workers.values.map(\.number))
        return (0...taken.count).first { !taken.contains($0) } ?? taken.count
    }

    private mutating func learn(_ event: Event, at now: Duration) {
        switch event {
        case .start: phase = .starting(since: now)
        case .spawned(let role, let pid): spawned(role, pid: pid)
        case .spawnFailed(let role, let number): spawnFailed(role, number: number, at: now)
        case .exited(.server, let status, let peak): serverExited(status, peak: peak, at: now)
        case .exited(.worker(let id), let status, let peak): workerExited(id, status, peak: peak, at: now)
        case .signal(let signal): received(signal, at: now)
        case .control(let message): received(message, at: now)
        case .controlEnded: controlEnded(at: now)
        case .reload(let cause): reload(cause, at: now)
        case .launcherGone: if !phase.isEnding { abort(code: 1, at: now) }
        case .timer: break
        }
    }

    mutating func emit(_ action: Action) { actions.append(action) }
    mutating func announce(_ event: KeeperEvent) { actions.append(.announce(event)) }
}

extension KeeperMachine {
    enum Phase: Hashable {
        case idle
        case starting(since: Duration)
        case serving
        /// Asked to stop, but the balancer in front has still to notice: everything goes on.
        case delaying(drainAt: Duration)
        case draining(graceEnds: Duration)
        /// There will be no server any more; what lives is waited for until `killAt`.
        case ending(code: Int32, killAt: Duration, killed: Bool)
        case over

        var isOver: Bool { self == .over }

        /// Whether a server that ends gets a successor.
        var keepsServer: Bool {
            switch self {
            case .starting, .serving, .delaying: true
            case .idle, .draining, .ending, .over: false
            }
        }
    }

    enum Server: Hashable {
        case absent
        case waiting(until: Duration)
        case running(Running)

        struct Running: Hashable {
            let since: Duration
            var pid: Int32 = 0
            var readyAt: Duration?
            /// Its channel has ended; it must follow by then.
            var killAt: Duration?
            /// We killed it, so how it ended says nothing about it.
            var killed = false
        }
    }

    struct Slot: Hashable {
        enum Tenant: Hashable {
            case vacant
            case waiting(until: Duration)
            case worker(UInt32)
            /// In place: the worker did not start, and only a reload makes its launcher try again.
            case resting
        }

        var backOff = BackOff()
        var tenant = Tenant.vacant
        /// The worker of the next generation.
        var successor: UInt32?
    }

    struct Worker: Hashable {
        enum Standing: Hashable {
            case working(slot: Int)
            /// Of the next generation, which takes over when all of it is ready.
            case succeeding(slot: Int)
            /// Another has taken its slot; it ends when its last request has.
            /// nil: in place it is never hurried, for somebody may sit before it with a debugger.
            case retiring(killAt: Duration?)
            /// Its server is gone; it must follow by then.
            case leaving(killAt: Duration)
            case killed
        }

        let since: Duration
        /// See `number(ofWorker:)`.
        let number: Int
        var pid: Int32 = 0
        var readyAt: Duration?
        var standing: Standing
    }
}
