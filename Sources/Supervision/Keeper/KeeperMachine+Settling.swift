/// What ought to be, and what is overdue.
extension KeeperMachine {
    /// When `timer` is due; nil: only another event can change anything.
    package var deadline: Duration? {
        var times: [Duration] = []
        switch phase {
        case .delaying(let drainAt): times.append(drainAt)
        case .draining(let graceEnds): if !isServerKilled { times.append(graceEnds + Self.drainMargin) }
        case .ending(_, let killAt, _): times.append(killAt)
        case .idle, .starting, .serving, .over: break
        }
        switch server {
        case .absent: break
        case .waiting(let until): times.append(until)
        case .running(let running): if let killAt = running.killAt, !isServerKilled { times.append(killAt) }
        }
        if canHaveWorkers && !isFirstWorkerAlone && !hasSuccessors {
            for case .waiting(let until) in slots.map(\.tenant) { times.append(until) }
        }
        if !phase.isEnding { times += workers.values.compactMap(\.standing.killAt) }
        return times.min()
    }

    private var isServerKilled: Bool {
        guard case .running(let running) = server else { return false }
        return running.killed
    }

    mutating func settle(at now: Duration) {
        if case .delaying(let drainAt) = phase, drainAt <= now { beginDrain(at: now) }
        killOverdue(at: now)
        startServer(at: now)
        fillSlots(at: now)
        noticeReadiness(at: now)
        beginPostponedReload(at: now)
        startSuccessors(at: now)
        finishReload(at: now)
        finish(at: now)
    }

    private mutating func killOverdue(at now: Duration) {
        if case .draining(let graceEnds) = phase, graceEnds + Self.drainMargin <= now { killLateServer() }
        if case .running(let running) = server, let killAt = running.killAt, killAt <= now { killLateServer() }
        guard !phase.isEnding else { return }
        for id in workers.keys.sorted() {
            if let killAt = workers[id]?.standing.killAt, killAt <= now { killLateWorker(id) }
        }
    }

    private mutating func killLateServer() {
        guard case .running(let running) = server, !running.killed else { return }
        announce(.overstayed(KeeperEvent.Child(role: .server, pid: running.pid)))
        killServer()
    }

    private mutating func killLateWorker(_ id: UInt32) {
        guard let worker = workers[id], worker.standing != .killed else { return }
        announce(.overstayed(KeeperEvent.Child(role: .worker(id: id), pid: worker.pid)))
        workers[id]?.standing = .killed
        emit(.kill(.worker(id: id)))
    }

    private mutating func startServer(at now: Duration) {
        guard phase.keepsServer else { return }
        switch server {
        case .running: return
        case .waiting(let until) where until > now: return
        case .absent, .waiting: break
        }
        server = .running(Server.Running(since: now))
        emit(.spawnServer)
    }

    /// Workers follow a server whose start has succeeded. They go on being replaced while it drains: what it has queued
    /// still needs them.
    var canHaveWorkers: Bool {
        guard case .running(let running) = server, running.pid != 0, isServerAlive else { return false }
        return !phase.isEnding
    }

    private mutating func fillSlots(at now: Duration) {
        guard canHaveWorkers, !hasSuccessors else { return }
        for index in slots.indices where !isFirstWorkerAlone {
            switch slots[index].tenant {
            case .worker, .resting: continue
            case .waiting(let until) where until > now: continue
            case .vacant, .waiting: break
            }
            slots[index].tenant = .worker(spawnWorker(.working(slot: index), at: now))
        }
    }

    /// Whoever is missing in the old generation is not replaced while the next one starts.
    private var hasSuccessors: Bool { rules.succession == .beside && reload != nil }

    mutating func spawnWorker(_ standing: Worker.Standing, at now: Duration) -> UInt32 {
        lastWorker += 1
        workers[lastWorker] = Worker(since: now, number: smallestFreeNumber, standing: standing)
        emit(.spawnWorker(id: lastWorker))
        return lastWorker
    }

    /// The first worker of all goes ahead: an application that does not start says so once, not once for each worker.
    private var isFirstWorkerAlone: Bool {
        guard case .starting = phase else { return false }
        return !workers.isEmpty && workers.values.allSatisfy { $0.readyAt == nil }
    }

    private mutating func noticeReadiness(at now: Duration) {
        guard case .starting(let since) = phase, case .running(let running) = server, running.readyAt != nil else {
            return
        }
        let ready = slots.allSatisfy { slot in
            guard case .worker(let id) = slot.tenant else { return false }
            return workers[id]?.readyAt != nil
        }
        guard ready else { return }
        phase = .serving
        announce(.ready(after: now - since))
    }

    /// In an end: what has not gone in time is killed; what cannot even be killed is not waited for twice.
    private mutating func finish(at now: Duration) {
        guard case .ending(let code, let killAt, let killed) = phase else { return }
        let isServerGone = if case .running = server { false } else { true }
        if isServerGone && workers.isEmpty || killed && killAt <= now {
            phase = .over
            return emit(.exit(code))
        }
        guard !killed, killAt <= now else { return }
        killLateServer()
        for id in workers.keys.sorted() { killLateWorker(id) }
        phase = .ending(code: code, killAt: now + Self.leavingTime, killed: true)
    }
}

extension KeeperMachine.Worker.Standing {
    /// When it must have gone; nil: it may stay, or nothing more can be done about it.
    fileprivate var killAt: Duration? {
        switch self {
        case .leaving(let killAt): killAt
        case .retiring(let killAt): killAt
        case .working, .succeeding, .killed: nil
        }
    }
}
