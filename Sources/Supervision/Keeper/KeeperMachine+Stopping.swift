/// Signals, and the ways to an end.
extension KeeperMachine {
    mutating func received(_ signal: Signal, at now: Duration) {
        switch signal {
        case .stop(let number): stop(number, at: now)
        case .quit(let number): cut(number, at: now)
        case .hangUp: reload(.hangUp, at: now)
        case .reopenLogs:
            if isServerAlive { emit(.send(.reopenLogs)) }
            announce(.logsReopened)
        }
    }

    /// The first asks, the second cuts. While an end is under way for another reason, the first changes nothing.
    private mutating func stop(_ number: Int32, at now: Duration) {
        stopSignals += 1
        guard stopSignals == 1 else { return cut(number, at: now) }
        guard phase.keepsServer else { return }
        announce(.stopping(signal: number, drainIn: rules.drainDelay))
        abandonReload(at: now)
        phase = .delaying(drainAt: now + rules.drainDelay)
        if rules.drainDelay > .zero, isServerAlive { emit(.send(.stopping)) }
    }

    private mutating func cut(_ number: Int32, at now: Duration) {
        if case .ending(_, _, killed: true) = phase { return }
        announce(.cutShort(signal: number))
        emit(.closeListeners)
        killEverything()
        phase = .ending(code: 128 + number, killAt: now + Self.leavingTime, killed: true)
    }

    mutating func beginDrain(at now: Duration) {
        emit(.closeListeners)
        guard case .running = server else {
            server = .absent
            terminateWorkers()
            return end(code: 0, killAt: now + Self.leavingTime)
        }
        phase = .draining(graceEnds: now + rules.grace)
        if isServerAlive { emit(.send(.drain)) }
    }

    /// Ends everything because it cannot go on. The server goes at once: nothing that it holds could be answered.
    mutating func abort(code: Int32, at now: Duration) {
        emit(.closeListeners)
        if case .running = server { killServer() } else { server = .absent }
        terminateWorkers()
        end(code: code, killAt: now + Self.leavingTime)
    }

    mutating func end(code: Int32, killAt: Duration) {
        phase = .ending(code: code, killAt: killAt, killed: false)
    }

    mutating func killEverything() {
        killServer()
        for id in workers.keys.sorted() {
            workers[id]?.standing = .killed
            emit(.kill(.worker(id: id)))
        }
    }

    mutating func killServer() {
        guard case .running = server else {
            server = .absent
            return
        }
        changeServer { $0.killed = true }
        emit(.kill(.server))
    }

    private mutating func terminateWorkers() {
        for id in workers.keys.sorted() where workers[id]?.pid != 0 { emit(.terminate(.worker(id: id))) }
    }
}

extension KeeperMachine.Phase {
    var isEnding: Bool {
        if case .ending = self { return true }
        return self == .over
    }
}
