import CLinux

/// What the descriptors have to say, on its way to the machine.
extension Keeper {
    func readControl() {
        while let control {
            switch control.receive() {
            case .message(let message, _): report(.control(message))
            case .nothing: return control.flush()
            case .ended, .malformed:
                self.control = nil
                report(.controlEnded)
            }
        }
    }

    func relay(_ descriptor: Int32) {
        guard let stream = streams[descriptor] else { return }
        if case .ended = stream.relay() { forget(stream) }
    }

    /// See the law of `Keeper` for the order.
    func reap() {
        let ended = Reaper.collect()
        guard !ended.isEmpty else { return }
        readControl()
        var exits: [(KeeperEvent.Role, Reaper.Ended)] = []
        for one in ended {
            // Not ours: an orphan that the kernel gave to process 1. It needed no more than this.
            guard let role = children.remove(one.pid) else { continue }
            if case .worker(let id) = role { relayRest(ofWorker: id) }
            if role != .server { terminal?.restore() }
            exits.append((role, one))
        }
        let serverFirst = exits.filter { $0.0 == .server } + exits.filter { $0.0 != .server }
        for (role, one) in serverFirst {
            report(.exited(role, one.status, peakResidentBytes: one.peakResidentBytes))
        }
    }

    /// A worker that was told to go says so; the end of the link is the end of its process.
    func readLaunch() {
        guard let launch else { return }
        while true {
            switch launch.receive() {
            case .left(let id): report(.exited(.worker(id: id), .exited(code: 0), peakResidentBytes: 0))
            case .failed(let id): report(.exited(.worker(id: id), .exited(code: 3), peakResidentBytes: 0))
            case .nothing: return
            case .ended:
                poller.forget(launch.descriptor)
                return report(.launcherGone)
            }
        }
    }

    private func relayRest(ofWorker id: UInt32) {
        for descriptor in children.takeStreams(ofWorker: id) {
            guard let stream = streams[descriptor] else { continue }
            // If a grandchild still holds the pipe, its lines go on being relayed until it ends, too.
            if case .ended = stream.relayRest() { forget(stream) }
        }
    }

    private func forget(_ stream: WorkerStream) {
        poller.forget(stream.descriptor)
        streams[stream.descriptor] = nil
    }
}
