@testable import Supervision

/// Drives a machine on a manual clock: answers its spawns, and keeps what it did.
struct KeeperScript {
    private(set) var machine: KeeperMachine
    private(set) var now: Duration = .seconds(1000)
    private(set) var actions: [KeeperMachine.Action] = []
    private var lastPID: Int32 = 100
    /// Roles whose spawn fails with this errno.
    var refusals: [KeeperEvent.Role: Int32] = [:]

    init(
        workers: Int = 2, grace: Duration = .seconds(25), drainDelay: Duration = .zero,
        succession: KeeperMachine.Succession = .beside
    ) {
        machine = KeeperMachine(
            rules: .init(workerCount: workers, grace: grace, drainDelay: drainDelay, succession: succession))
    }

    /// Started, and everything is ready.
    static func serving(
        workers: Int = 2, grace: Duration = .seconds(25), drainDelay: Duration = .zero,
        succession: KeeperMachine.Succession = .beside
    ) -> KeeperScript {
        var script = KeeperScript(workers: workers, grace: grace, drainDelay: drainDelay, succession: succession)
        script.handle(.start)
        script.handle(.control(.started))
        for id in 1...UInt32(workers) { script.becomeReady(id) }
        return script
    }

    /// The actions of this event and of the answers to its spawns.
    @discardableResult
    mutating func handle(_ event: KeeperMachine.Event) -> [KeeperMachine.Action] {
        var pending = [event]
        var done: [KeeperMachine.Action] = []
        while !pending.isEmpty {
            let emitted = machine.handle(pending.removeFirst(), at: now)
            done += emitted
            pending += emitted.compactMap { answer(to: $0) }
        }
        actions += done
        return done
    }

    private mutating func answer(to action: KeeperMachine.Action) -> KeeperMachine.Event? {
        let role: KeeperEvent.Role
        switch action {
        case .spawnServer: role = .server
        case .spawnWorker(let id): role = .worker(id: id)
        default: return nil
        }
        if let number = refusals[role] { return .spawnFailed(role, number: number) }
        lastPID += 1
        return .spawned(role, pid: lastPID)
    }

    @discardableResult
    mutating func becomeReady(_ id: UInt32) -> [KeeperMachine.Action] {
        handle(.control(.workerReady(id: id, pythonHexVersion: 0x030b_07f0)))
    }

    @discardableResult
    mutating func exit(_ role: KeeperEvent.Role, _ status: ChildStatus = .exited(code: 1)) -> [KeeperMachine.Action] {
        handle(.exited(role, status, peakResidentBytes: 4096))
    }

    @discardableResult
    mutating func exitWorker(_ id: UInt32, _ status: ChildStatus = .exited(code: 1)) -> [KeeperMachine.Action] {
        exit(.worker(id: id), status)
    }

    /// Lets time pass, and the timer ring whenever the machine has asked for it.
    @discardableResult
    mutating func advance(by duration: Duration) -> [KeeperMachine.Action] {
        let end = now + duration
        var done: [KeeperMachine.Action] = []
        while let deadline = machine.deadline, deadline <= end {
            now = max(now, deadline)
            done += handle(.timer)
        }
        now = end
        return done
    }

    /// Lets time pass without anything happening.
    mutating func sleep(_ duration: Duration) { now += duration }
}

extension [KeeperMachine.Action] {
    var announcements: [KeeperEvent] {
        compactMap { action in
            guard case .announce(let event) = action else { return nil }
            return event
        }
    }

    /// Everything but announcements.
    var deeds: [KeeperMachine.Action] {
        filter { action in
            if case .announce = action { false } else { true }
        }
    }
}
