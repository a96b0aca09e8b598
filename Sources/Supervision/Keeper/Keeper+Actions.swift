import CLinux
import Glibc

/// How each action is done.
extension Keeper {
    func perform(_ action: KeeperMachine.Action) {
        switch action {
        case .spawnServer: start(.server) { () throws(SystemError) in try startServer() }
        case .spawnWorker(let id): start(.worker(id: id)) { () throws(SystemError) in try startWorker(id) }
        case .terminate(let role): terminate(role)
        case .kill(let role): kill(role)
        case .send(let message): control?.send(message)
        case .closeListeners: closeListeners()
        case .announce(let event): write(event)
        case .exit(let code): finish(code)
        }
    }

    func write(_ event: KeeperEvent) {
        error.appendOwn(announce(event))
        switch event {
        case .ready: notification.send(.ready)
        case .stopping: notification.send(.stopping)
        default: break
        }
    }

    private func terminate(_ role: KeeperEvent.Role) {
        // Our launcher takes SIGTERM for a stop of all, and learns of this one by the end of its channel.
        if launch != nil, role != .server { return }
        if let pid = children.pid(of: role) { Glibc.kill(pid, SIGTERM) }
    }

    /// A child leads its own group, so its id names the group; a child that we have not reaped still has that id. (One
    /// that shares our group does not lead it, so that there is no group of that id.)
    private func kill(_ role: KeeperEvent.Role) {
        guard let pid = children.pid(of: role) else { return }
        if launch == nil || role == .server { Glibc.kill(-pid, SIGKILL) }
        Glibc.kill(pid, SIGKILL)
    }

    private func start(_ role: KeeperEvent.Role, _ spawn: () throws(SystemError) -> pid_t) {
        do throws(SystemError) {
            let pid = try spawn()
            children.add(role, pid: pid)
            report(.spawned(role, pid: pid))
        } catch {
            report(.spawnFailed(role, number: error.number))
        }
    }

    private func startServer() throws(SystemError) -> pid_t {
        let (channel, other) = try ControlChannel.pair()
        defer { close(other) }
        let pid = try Spawn(
            program: configuration.server, channel: other, standardOutput: output.descriptor,
            standardError: error.descriptor, fileLimit: .raised
        ).start()
        control = ControlLink(channel, poller: poller)
        for (index, listener) in listeners.enumerated() {
            control?.send(.listener(index: UInt32(index)), descriptor: listener.descriptor)
        }
        control?.send(.listenersDone(count: UInt32(listeners.count)))
        return pid
    }

    private func startWorker(_ id: UInt32) throws(SystemError) -> pid_t {
        let (serversEnd, workersEnd) = try Descriptors.messagePair()
        defer {
            close(serversEnd)
            close(workersEnd)
        }
        let pid = try launchWorker(id, channel: workersEnd)
        control?.send(.worker(id: id), descriptor: serversEnd)
        return pid
    }

    private func launchWorker(_ id: UInt32, channel: Int32) throws(SystemError) -> pid_t {
        switch configuration.hosting {
        case .apart: return try startApart(id, channel: channel)
        case .onTerminal:
            return try Spawn(
                program: program(ofWorker: id), channel: channel, standardOutput: output.descriptor,
                standardError: error.descriptor, fileLimit: .unchanged, sharesTerminal: true
            ).start()
        case .launcher:
            try launch?.start(id, program(ofWorker: id), channel: channel)
            return getppid()
        }
    }

    private func program(ofWorker id: UInt32) -> Program { configuration.worker(id, number(ofWorker: id)) }

    private func startApart(_ id: UInt32, channel: Int32) throws(SystemError) -> pid_t {
        var writingEnds: [Int32] = []
        defer { writingEnds.forEach { close($0) } }
        var readers: [WorkerStream] = []
        for sink in [output, error] {
            let (reading, writing) = try Descriptors.pipe()
            readers.append(WorkerStream(descriptor: reading, sink: sink))
            writingEnds.append(writing)
        }
        let pid = try Spawn(
            program: program(ofWorker: id), channel: channel, standardOutput: writingEnds[0],
            standardError: writingEnds[1], fileLimit: .unchanged
        ).start()
        for reader in readers {
            streams[reader.descriptor] = reader
            poller.watch(reader.descriptor, for: EPOLLIN)
        }
        children.setStreams(readers.map(\.descriptor), ofWorker: id)
        return pid
    }
}
