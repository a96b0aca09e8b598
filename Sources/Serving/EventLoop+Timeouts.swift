import HTTP
import Reactor

/// Deadlines of connections. Each connection has one; the table is looked through only when the earliest may have come,
/// so an idle server sleeps.
extension EventLoop {
    func setDeadline(_ connection: ConnectionPointer, after time: Duration) {
        let (seconds, attoseconds) = time.components
        let deadline = now + seconds * 1_000_000_000 + attoseconds / 1_000_000_000
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
        case .body: answerDirectly(connection, ErrorAnswer(status: 408))
        case .head, .proxyHeader, .lingering: drop(connection)
        // An upload that stands still, or a client that does not read.
        case .running, .flushing: clientHasGone(connection)
        case .waiting, .closed: break
        }
    }

    /// RFC 9110 §15.5.9: a head that does not become whole in time.
    private func answerTimeout(_ connection: ConnectionPointer) {
        let request = takeRequest()
        request.pointee.since = now
        connection.pointee.request = request
        answerDirectly(connection, ErrorAnswer(status: 408))
    }
}
