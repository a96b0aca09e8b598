/// Reloading: a new generation of workers, which imports the application anew, takes the place of the old one.
///
/// Beside each other (the rule): every slot gets a *successor*; the first goes ahead alone, so that an application that
/// does not start says so once. When all are ready they take the slots, and the old ones are *retired*: the server gives
/// them nothing more and closes their channel when they are idle. If any successor ends before that, the reload is
/// refused, all successors go, and the old generation has never stopped serving.
///
/// In place (a worker that only its launcher can start, one at a time): the old worker is retired first, requests wait
/// for the new one, and if that does not start nobody serves until the next reload.
extension KeeperMachine {
    package enum Succession: Hashable, Sendable {
        case beside
        case inPlace
    }

    struct Reload: Hashable {
        let since: Duration
    }

    /// A reload that is asked for while one is under way starts it again: what its successors have imported is old.
    mutating func reload(_ cause: KeeperEvent.ReloadCause, at now: Duration) {
        switch phase {
        case .starting: postponedReload = cause
        case .serving: beginReload(cause, at: now)
        case .idle, .delaying, .draining, .ending, .over: return
        }
    }

    mutating func beginPostponedReload(at now: Duration) {
        guard case .serving = phase, let cause = postponedReload else { return }
        postponedReload = nil
        beginReload(cause, at: now)
    }

    private mutating func beginReload(_ cause: KeeperEvent.ReloadCause, at now: Duration) {
        announce(.reloading(cause))
        abandonReload(at: now)
        reload = Reload(since: now)
        guard rules.succession == .inPlace else { return }
        for index in slots.indices {
            if case .worker(let id) = slots[index].tenant { retire(id, at: now) }
            slots[index].tenant = .vacant
        }
    }

    /// Each slot that has none yet gets its successor.
    mutating func startSuccessors(at now: Duration) {
        guard rules.succession == .beside, reload != nil, canHaveWorkers else { return }
        for index in slots.indices where slots[index].successor == nil && !isFirstSuccessorAlone {
            slots[index].successor = spawnWorker(.succeeding(slot: index), at: now)
        }
    }

    private var isFirstSuccessorAlone: Bool {
        let successors = slots.compactMap(\.successor)
        return !successors.isEmpty && successors.allSatisfy { workers[$0]?.readyAt == nil }
    }

    /// The moment of change: all successors are ready.
    mutating func finishReload(at now: Duration) {
        guard let reload else { return }
        switch rules.succession {
        case .beside:
            guard slots.allSatisfy({ $0.successor.flatMap { workers[$0]?.readyAt } != nil }) else { return }
            for index in slots.indices { promoteSuccessor(of: index, at: now) }
        case .inPlace:
            guard slots.allSatisfy({ $0.tenant.worker.flatMap { workers[$0]?.readyAt } != nil }) else { return }
        }
        self.reload = nil
        announce(.reloaded(after: now - reload.since))
    }

    private mutating func promoteSuccessor(of index: Int, at now: Duration) {
        guard let successor = slots[index].successor else { return }
        if let old = slots[index].tenant.worker { retire(old, at: now) }
        slots[index] = Slot(tenant: .worker(successor))
        workers[successor]?.standing = .working(slot: index)
    }

    /// A successor ended, or could not even be started. `ending`: nil for the latter.
    mutating func refuseReload(_ child: KeeperEvent.Child, _ ending: KeeperEvent.Ending?, at now: Duration) {
        announce(.reloadRefused(child, ending))
        abandonReload(at: now)
    }

    /// Successors that served for a moment finish what they run; the others have nothing to finish.
    mutating func abandonReload(at now: Duration) {
        reload = nil
        for index in slots.indices {
            guard let id = slots[index].successor else { continue }
            slots[index].successor = nil
            guard let successor = workers[id] else { continue }
            if successor.readyAt != nil {
                retire(id, at: now)
            } else {
                workers[id]?.standing = .killed
                emit(.kill(.worker(id: id)))
            }
        }
    }

    private mutating func retire(_ id: UInt32, at now: Duration) {
        let killAt = rules.succession == .inPlace ? nil : now + rules.grace + Self.leavingTime
        workers[id]?.standing = .retiring(killAt: killAt)
        if isServerAlive { emit(.send(.retireWorker(id: id))) }
    }
}

extension KeeperMachine.Slot.Tenant {
    var worker: UInt32? {
        if case .worker(let id) = self { id } else { nil }
    }
}
