import CLinux
import HTTP
import Reactor

/// What a reactor knows of its own end.
struct DrainState {
    /// When idle connections are closed.
    let idleUntil: Int64
    var nextCheck: Int64
}

/// The orderly end: what stands in the backlog is accepted, what runs finishes, each next answer says `close`, idle
/// connections go after a while.
extension EventLoop {
    private static var checkInterval: Int64 { 20_000_000 }

    func beginDrain() {
        guard drain == nil else { return }
        isAccepting = true
        listenAgain = .max
        for index in listeners.indices {
            if listeners[index].family == .internet { _ = cl_refuse_new(listeners[index].descriptor) }
            acceptAll(from: index)
        }
        stopAccepting()
        drain = DrainState(idleUntil: now + configuration.timeouts.drainIdle.wholeNanoseconds, nextCheck: now)
        // What has arrived already is served, and told that it is the last.
        for connection in openConnections() where connection.pointee.phase == .head { read(connection) }
    }

    func checkDrain() {
        guard let drain, now >= drain.nextCheck else { return }
        self.drain?.nextCheck = now + Self.checkInterval
        guard now >= drain.idleUntil else { return }
        for connection in openConnections() where connection.pointee.isIdle { drop(connection) }
    }

    /// Nothing is left to do.
    var isDrained: Bool { drain != nil && connections.count == 0 }

    private func openConnections() -> [ConnectionPointer] {
        (0..<connections.extent).map { connections[$0] }.filter { $0.pointee.phase != .closed }
    }
}

extension Connection {
    fileprivate var isIdle: Bool {
        switch phase {
        case .head, .proxyHeader: received == 0
        default: false
        }
    }
}
