import CLinux
import Dispatch
import Glibc
import HTTP
import Reactor

/// Ends: of an answer, of a request, of a connection.
extension EventLoop {
    /// An answer of the server's own, in place of the application's.
    func answerDirectly(_ connection: ConnectionPointer, _ answer: ErrorAnswer) {
        guard let request = connection.pointee.request else { return drop(connection) }
        let server: StaticString = "plait"
        let name = UnsafeRawBufferPointer(start: server.utf8Start, count: server.utf8CodeUnitCount)
        let room = output.room
        guard let count = answer.write(date: date.bytes(now: now), server: name, into: room) else {
            return drop(connection)
        }
        output.count += count
        request.pointee.status = answer.status
        request.pointee.sentBody = UInt64(answer.bodyLength)
        request.pointee.hasHead = true
        if answer.closes { connection.pointee.closesAfterAnswer = true }
        connection.pointee.phase = .flushing
        let generation = connection.pointee.generation
        flush(connection)
        if connection.pointee.generation == generation { finishFlushing(connection, request) }
    }

    /// The whole answer has been put together; when it has also left, the request is over.
    func finishFlushing(_ connection: ConnectionPointer, _ request: RequestPointer) {
        guard isFlushed(connection) else { return }
        log.note(request, connection, now: now)
        counts.requestEnded()
        let hasUnread = !request.pointee.body.isComplete
        connection.pointee.request = nil
        giveRequest(request)
        connection.pointee.deadline = .max
        pass(connection, Int(connection.pointee.headCount))
        connection.pointee.headCount = 0
        if connection.pointee.closesAfterAnswer {
            return hasUnread || connection.pointee.received > 0 || !connection.pointee.hasEnded
                ? linger(connection) : drop(connection)
        }
        connection.pointee.phase = .head
        setDeadline(connection, after: configuration.timeouts.keepAlive)
        // Not from here: whoever sends many requests at once would be answered deeper and deeper in the stack.
        if connection.pointee.received > 0 || connection.pointee.hasEnded || connection.pointee.canRead {
            return remember(connection)
        }
        releaseInputIfEmpty(connection)
    }

    /// Closes our side and reads on for a while: a close with unread bytes would reset the connection and could destroy
    /// the answer before the client has read it (RFC 9112 §9.6).
    private func linger(_ connection: ConnectionPointer) {
        shutdown(connection.pointee.descriptor, Int32(SHUT_WR))
        if connection.pointee.hasEnded { return drop(connection) }
        connection.pointee.phase = .lingering
        pass(connection, connection.pointee.received)
        releaseInputIfEmpty(connection)
        setDeadline(connection, after: .seconds(2))
        if connection.pointee.canRead { read(connection) }
    }

    /// The client is gone, or as good as gone. What waits is dropped, what runs is told.
    func clientHasGone(_ connection: ConnectionPointer) {
        if let request = connection.pointee.request {
            if connection.pointee.phase == .waiting {
                let name = requestName(connection)
                _ = pool.with { $0.abandoned(name) }
            }
            if connection.pointee.phase != .flushing { request.pointee.status = 499 }
            log.note(request, connection, now: now)
            counts.requestEnded()
        }
        drop(connection)
    }

    /// Ends a connection whose answer cannot be completed, so that the client notices: with a reset, as the end of the
    /// connection could pass for the end of the body (RFC 9112 §8).
    func cut(_ connection: ConnectionPointer) {
        guard connection.pointee.phase != .closed else { return }
        if connection.pointee.request?.pointee.framing == .untilClose {
            var immediately = CLinux.linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                connection.pointee.descriptor, SOL_SOCKET, SO_LINGER, &immediately,
                socklen_t(MemoryLayout<CLinux.linger>.size))
        }
        if let request = connection.pointee.request {
            log.note(request, connection, now: now)
            counts.requestEnded()
        }
        drop(connection)
    }

    /// Closes, and gives everything back.
    func drop(_ connection: ConnectionPointer) {
        guard connection.pointee.phase != .closed else { return }
        if let request = connection.pointee.request {
            abandonCall(request)
            connection.pointee.request = nil
            giveRequest(request)
        }
        if connection.pointee.isCounted { uncount(connection) }
        releasePending(connection)
        if let input = connection.pointee.input { buffers.give(input) }
        connection.pointee.input = nil
        close(connection.pointee.descriptor)
        connection.pointee.phase = .closed
        connection.pointee.deadline = .max
        connection.pointee.generation &+= 1
        connections.give(connection.pointee.index)
        // With nobody there, nothing is due: an idle server sleeps through.
        if connections.count == 0 { nextDeadline = .max }
        counts.connectionClosed()
    }

    func uncount(_ connection: ConnectionPointer) {
        let left = (addressCounts[connection.pointee.peer] ?? 1) - 1
        addressCounts[connection.pointee.peer] = left > 0 ? left : nil
    }
}
