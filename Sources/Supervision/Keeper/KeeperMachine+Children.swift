/// What becomes known about children, and what it means for their successors.
extension KeeperMachine {
    mutating func spawned(_ role: Role, pid: Int32) {
        switch role {
        case .server:
            changeServer { $0.pid = pid }
            if case .delaying = phase { emit(.send(.stopping)) }
        case .worker(let id):
            workers[id]?.pid = pid
            // Its siblings' start has failed meanwhile, and `abort` could not reach it yet.
            if phase.isEnding { emit(.terminate(role)) }
        }
    }

    mutating func spawnFailed(_ role: Role, number: Int32, at now: Duration) {
        switch role {
        case .server:
            server = .absent
            let delay = afterServerFailure(life: .zero, readyFor: nil, at: now)
            announce(.couldNotStart(.server, number: number, restartIn: delay))
            giveUpOnHopelessServer(at: now)
        case .worker(let id):
            workerSpawnFailed(id, number: number, at: now)
        }
    }

    private mutating func workerSpawnFailed(_ id: UInt32, number: Int32, at now: Duration) {
        let role = Role.worker(id: id)
        switch workers.removeValue(forKey: id)?.standing {
        case .working(let slot)?:
            slots[slot].tenant = .vacant
            guard !phase.isEnding else { return }
            if case .starting = phase {
                announce(.interpreterWouldNotStart(number: number))
                return abort(code: 3, at: now)
            }
            let delay = wait(in: slot, life: .zero, served: nil, at: now)
            announce(.couldNotStart(role, number: number, restartIn: delay))
        case .succeeding(let slot)?:
            slots[slot].successor = nil
            announce(.couldNotStart(role, number: number, restartIn: nil))
            refuseReload(KeeperEvent.Child(role: role, pid: 0), nil, at: now)
        case .retiring?, .leaving?, .killed?, nil: return
        }
    }

    mutating func workerExited(_ id: UInt32, _ status: ChildStatus, peak: UInt64, at now: Duration) {
        guard let worker = workers.removeValue(forKey: id) else { return }
        if isServerAlive { emit(.send(.workerGone(id: id, waitStatus: status.waitStatus))) }
        let child = KeeperEvent.Child(role: .worker(id: id), pid: worker.pid)
        let ending = worker.ending(status, peak: peak, at: now)
        if case .succeeding(let slot) = worker.standing, !phase.isEnding {
            slots[slot].successor = nil
            return refuseReload(child, ending, at: now)
        }
        guard case .working(let slot) = worker.standing, !phase.isEnding else {
            return announce(.workerEnded(child, ending, restartIn: nil))
        }
        slots[slot].tenant = .vacant
        if case .starting = phase, worker.readyAt == nil {
            announce(.applicationWouldNotStart(child, ending))
            return abort(code: 3, at: now)
        }
        if rules.succession == .inPlace, worker.readyAt == nil {
            slots[slot].tenant = .resting
            return refuseReload(child, ending, at: now)
        }
        let delay = wait(in: slot, life: ending.lived, served: worker.readyAt.map { now - $0 }, at: now)
        announce(.workerEnded(child, ending, restartIn: delay))
    }

    mutating func serverExited(_ status: ChildStatus, peak: UInt64, at now: Duration) {
        guard case .running(let running) = server else { return }
        server = .absent
        letWorkersLeave(at: now)
        let child = KeeperEvent.Child(role: .server, pid: running.pid)
        let ending = running.ending(status, peak: peak, at: now)
        switch phase {
        case .starting, .serving, .delaying:
            let delay = afterServerFailure(
                life: ending.lived, readyFor: running.readyAt.map { now - $0 }, at: now)
            announce(.serverEnded(child, ending, restartIn: delay))
            giveUpOnHopelessServer(at: now)
        case .draining(let graceEnds):
            let asked = status == .exited(code: 0) || running.killed
            if !asked { announce(.serverEnded(child, ending, restartIn: nil)) }
            end(code: asked ? 0 : 1, killAt: max(graceEnds, now + Self.leavingTime))
        case .idle, .ending, .over: break
        }
    }

    mutating func controlEnded(at now: Duration) {
        changeServer { $0.killAt = $0.killAt ?? now + Self.leavingTime }
        letWorkersLeave(at: now)
    }

    mutating func received(_ message: ControlMessage, at now: Duration) {
        switch message {
        case .started: serverStarted(at: now)
        case .workerReady(let id, let version): workerReady(id, version, at: now)
        case .workerCondemned(let id, let reason): workerCondemned(id, reason)
        case .drained(let count, let milliseconds): announce(.drained(requests: count, milliseconds: milliseconds))
        case .listener, .listenersDone, .worker, .workerGone, .stopping, .drain, .reopenLogs, .retireWorker: break
        }
    }
}

extension KeeperMachine {
    private mutating func serverStarted(at now: Duration) {
        guard case .running(let running) = server, running.readyAt == nil else { return }
        changeServer { $0.readyAt = now }
        earlyServerFailures = 0
        if hadServer { announce(.serverBack(KeeperEvent.Child(role: .server, pid: running.pid))) }
        hadServer = true
    }

    private mutating func workerReady(_ id: UInt32, _ version: UInt32, at now: Duration) {
        guard let worker = workers[id], worker.standing.isWanted, worker.readyAt == nil else { return }
        workers[id]?.readyAt = now
        announce(.workerReady(KeeperEvent.Child(role: .worker(id: id), pid: worker.pid), pythonHexVersion: version))
    }

    /// Its slot stays taken until the exit is seen, which then counts as any other.
    private mutating func workerCondemned(_ id: UInt32, _ reason: CondemnationReason) {
        guard let worker = workers[id], worker.standing.takesRequests else { return }
        announce(.workerCondemned(KeeperEvent.Child(role: .worker(id: id), pid: worker.pid), reason))
        emit(.kill(.worker(id: id)))
    }

    private mutating func wait(in slot: Int, life: Duration, served: Duration?, at now: Duration) -> Duration {
        let delay = slots[slot].backOff.delay(afterLife: life, served: served)
        slots[slot].tenant = .waiting(until: now + delay)
        return delay
    }

    private mutating func afterServerFailure(life: Duration, readyFor: Duration?, at now: Duration) -> Duration {
        let wasEarly = readyFor == nil && life < Self.hopelessLife
        earlyServerFailures = wasEarly ? earlyServerFailures + 1 : 0
        let delay = serverBackOff.delay(afterLife: life, served: readyFor)
        if phase.keepsServer { server = .waiting(until: now + delay) }
        return delay
    }

    private mutating func giveUpOnHopelessServer(at now: Duration) {
        guard earlyServerFailures >= Self.hopelessFailures, phase.keepsServer else { return }
        announce(.serverKeepsFailing(times: earlyServerFailures))
        abort(code: 1, at: now)
    }

    private mutating func letWorkersLeave(at now: Duration) {
        reload = nil
        for index in slots.indices {
            if slots[index].tenant.worker != nil { slots[index].tenant = .vacant }
            slots[index].successor = nil
        }
        for (id, worker) in workers where worker.standing.takesRequests {
            workers[id]?.standing = .leaving(killAt: now + Self.leavingTime)
        }
    }

    mutating func changeServer(_ change: (inout Server.Running) -> Void) {
        guard case .running(var running) = server else { return }
        change(&running)
        server = .running(running)
    }

    var isServerAlive: Bool {
        guard case .running(let running) = server else { return false }
        return running.killAt == nil
    }
}

extension KeeperMachine.Worker.Standing {
    /// It has a place, now or after the reload.
    fileprivate var isWanted: Bool {
        switch self {
        case .working, .succeeding: true
        case .retiring, .leaving, .killed: false
        }
    }

    /// The server may have given it something.
    fileprivate var takesRequests: Bool {
        switch self {
        case .working, .succeeding, .retiring: true
        case .leaving, .killed: false
        }
    }
}

extension KeeperMachine.Worker {
    fileprivate func ending(_ status: ChildStatus, peak: UInt64, at now: Duration) -> KeeperEvent.Ending {
        KeeperEvent.Ending(status: status, peakResidentBytes: peak, lived: now - since, wasReady: readyAt != nil)
    }
}

extension KeeperMachine.Server.Running {
    fileprivate func ending(_ status: ChildStatus, peak: UInt64, at now: Duration) -> KeeperEvent.Ending {
        KeeperEvent.Ending(status: status, peakResidentBytes: peak, lived: now - since, wasReady: readyAt != nil)
    }
}
