import Dispatch
import HTTP
import Reactor

/// Deadlines of connections. Each connection has one; the table is looked through only when the earliest may have come,
/// so an idle server sleeps.
extension EventLoop {
    func setDeadline(_ connection: ConnectionPointer, after time: Duration) {
        setDeadline(connection, at: now + time.wholeNanoseconds)
    }

    func setDeadline(_ connection: ConnectionPointer, at deadline: Int64) {
        connection.pointee.deadline = deadline
        if deadline < nextDeadline { nextDeadline = deadline }
    }

    func checkDeadlines() {
        nextDeadline = .max
        for index in 0..<connections.extent {
            let connection = connections[index]
            guard connection.pointee.phase != .closed else { continue }
            if connection.pointee.deadline <= now { expire(connection) }
            nextDeadline = min(nextDeadline, connection.pointee.deadline)
        }
        // Close deadlines are met together: the table is not walked for each of a thousand.
        if nextDeadline != .max { nextDeadline = max(nextDeadline, now + 20_000_000) }
    }

    private func expire(_ connection: ConnectionPointer) {
        connection.pointee.deadline = .max
        switch connection.pointee.phase {
        case .head where connection.pointee.received > 0: answerTimeout(connection)
        case .body:
            let isHead = connection.pointee.request?.pointee.isHead ?? false
            answerDirectly(connection, ErrorAnswer(status: 408, isHead: isHead))
        case .head, .proxyHeader, .lingering: drop(connection)
        case .running where isNotBegun(connection): refuseForLoad(connection)
        case .running where !isWaitedFor(connection): break
        // An upload that stands still, or a client that does not read.
        case .running, .flushing: clientHasGone(connection)
        case .waiting:
            let name = requestName(connection)
            if pool.with({ $0.abandoned(name) }) { refuseForLoad(connection) }
        case .closed: break
        }
    }

    /// It has waited in its worker's slot for as long as in the queue, and nobody has begun with it.
    private func isNotBegun(_ connection: ConnectionPointer) -> Bool {
        connection.pointee.request.map { withdraw($0) } ?? false
    }

    /// Whether the next step is the client's. While the application works nothing is overdue.
    private func isWaitedFor(_ connection: ConnectionPointer) -> Bool {
        guard let request = connection.pointee.request else { return true }
        return !isFlushed(connection) || !request.pointee.body.isComplete
    }

    /// RFC 9110 §15.5.9: a head that does not become whole in time.
    private func answerTimeout(_ connection: ConnectionPointer) {
        let request = takeRequest()
        request.pointee.since = now
        connection.pointee.request = request
        answerDirectly(connection, ErrorAnswer(status: 408))
    }
}

extension Duration {
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
