import CLinux
import Exchange
import Glibc
import HTTP
import Reactor

/// Bytes to clients: at once where the socket takes them, else kept in memory, then in a spool file, so that a slow
/// client holds no worker; only when the budgets are used up does the application wait.
extension EventLoop {
    /// Kept in memory for one connection.
    private static let pendingBytes = 64 << 10

    /// Whether another block may be taken from the ring: what was taken before has left, or there is room to keep more.
    func mayTakeMore(_ connection: ConnectionPointer, _ request: RequestPointer) -> Bool {
        guard isBehind(connection) else { return true }
        flush(connection)
        return connection.pointee.phase == .running && hasKeepingRoom(connection, request)
    }

    /// Sends `output` and then body bytes that lie elsewhere. Returns how many of those were taken, by the socket or
    /// into keeping; fewer than `most` only when everything is full.
    func send(
        _ connection: ConnectionPointer, _ body: (first: UnsafeRawBufferPointer, second: UnsafeRawBufferPointer),
        most: Int
    ) -> Int {
        let first = UnsafeRawBufferPointer(rebasing: body.first.prefix(most))
        let second = UnsafeRawBufferPointer(rebasing: body.second.prefix(most - first.count))
        if most <= Output.copied {
            if Output.capacity - output.count < most + 64 { flush(connection) }
            guard connection.pointee.phase == .running else { return 0 }
            output.append(first)
            output.append(second)
            return most
        }
        // What `output` holds comes first, whichever way it goes.
        if isBehind(connection) { flush(connection) }
        guard connection.pointee.phase == .running else { return 0 }
        let sent = isBehind(connection) ? 0 : sendParts(connection, first, second)
        if sent == most { return most }
        return sent + keepRest(connection, first, second, from: sent)
    }

    /// One sendmsg(2) of `output` and both runs. Returns the body bytes sent; what is left of `output` is kept.
    private func sendParts(
        _ connection: ConnectionPointer, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> Int {
        let head = output.bytes
        output.count = 0
        return withUnsafeTemporaryAllocation(of: iovec.self, capacity: 3) { parts in
            parts[0] = iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: head.count)
            parts[1] = iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count)
            parts[2] = iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count)
            var message = msghdr()
            message.msg_iov = parts.baseAddress
            message.msg_iovlen = 3
            let sent = max(0, sendmsg(connection.pointee.descriptor, &message, Int32(MSG_NOSIGNAL)))
            if sent < head.count { keep(connection, UnsafeRawBufferPointer(rebasing: head[sent...])) }
            return max(0, sent - head.count)
        }
    }

    /// Keeps as much as there is room for of what follows the first `sent` bytes; returns how much.
    private func keepRest(
        _ connection: ConnectionPointer, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer,
        from sent: Int
    ) -> Int {
        var kept = 0
        let skippedSecond = max(0, sent - first.count)
        for run in [first.dropFirst(sent), second.dropFirst(skippedSecond)] where !run.isEmpty {
            guard let request = connection.pointee.request, hasKeepingRoom(connection, request) else { break }
            keep(connection, UnsafeRawBufferPointer(rebasing: run))
            kept += run.count
        }
        return kept
    }

    /// Sends what `output` holds, behind what is pending.
    func flush(_ connection: ConnectionPointer) {
        flushPending(connection)
        guard output.count > 0, connection.pointee.phase != .closed else {
            output.count = 0
            return
        }
        let bytes = output.bytes
        output.count = 0
        guard !isBehind(connection) else { return keep(connection, bytes) }
        let sent = cl_send(connection.pointee.descriptor, bytes.baseAddress, bytes.count)
        if sent == bytes.count { return }
        if sent < 0, errno != EAGAIN, errno != EINTR { return }  // the event of the broken connection follows
        keep(connection, UnsafeRawBufferPointer(rebasing: bytes[max(0, sent)...]))
    }

    // MARK: keeping

    private func isSpilling(_ connection: ConnectionPointer) -> Bool {
        connection.pointee.request.map { $0.pointee.spill.count > $0.pointee.spillSent } ?? false
    }

    /// Something waits until the client reads.
    private func isBehind(_ connection: ConnectionPointer) -> Bool {
        connection.pointee.hasPending || isSpilling(connection)
    }

    private func hasKeepingRoom(_ connection: ConnectionPointer, _ request: RequestPointer) -> Bool {
        guard isBehind(connection) else { return true }
        // A spool gives nothing back before it is empty, so all of it counts, not what is unsent.
        return request.pointee.spill.count < configuration.bodies.spool / 4
            && counts.hasRoomToSpool(Layout.responseRingBytes, limit: configuration.bodies.spool)
    }

    private func keep(_ connection: ConnectionPointer, _ bytes: UnsafeRawBufferPointer) {
        if !connection.pointee.hasPending { setDeadline(connection, after: configuration.timeouts.write) }
        let pending = connection.pointee.pending ?? buffers.take(atLeast: Self.pendingBytes)
        connection.pointee.pending = pending
        let room = pending.capacity - Int(connection.pointee.pendingEnd)
        let first = isSpilling(connection) ? 0 : min(room, bytes.count)
        if first > 0, let source = bytes.baseAddress {
            (pending.base + Int(connection.pointee.pendingEnd)).copyMemory(from: source, byteCount: first)
            connection.pointee.pendingEnd += Int32(first)
        }
        if first < bytes.count { spill(connection, UnsafeRawBufferPointer(rebasing: bytes[first...])) }
    }

    private func spill(_ connection: ConnectionPointer, _ bytes: UnsafeRawBufferPointer) {
        guard let request = connection.pointee.request else { return cut(connection) }
        guard counts.spool(bytes.count, limit: configuration.bodies.spool) else { return cut(connection) }
        request.pointee.spooled += UInt64(bytes.count)
        let error = request.pointee.spill.append(bytes, directory: configuration.bodies.spoolDirectory)
        if error != 0 {
            tell(.spoolFailed(errno: error))
            cut(connection)
        }
    }

    private func flushPending(_ connection: ConnectionPointer) {
        while connection.pointee.hasPending, let pending = connection.pointee.pending {
            let start = pending.base + Int(connection.pointee.pendingStart)
            let count = Int(connection.pointee.pendingEnd - connection.pointee.pendingStart)
            let sent = cl_send(connection.pointee.descriptor, start, count)
            guard sent > 0 else { return }
            setDeadline(connection, after: configuration.timeouts.write)
            connection.pointee.pendingStart += Int32(sent)
        }
        releasePending(connection)
        sendSpill(connection)
        if isBehind(connection), connection.pointee.deadline == .max {
            setDeadline(connection, after: configuration.timeouts.write)
        }
    }

    func releasePending(_ connection: ConnectionPointer) {
        guard let pending = connection.pointee.pending else { return }
        buffers.give(pending)
        connection.pointee.pending = nil
        connection.pointee.pendingStart = 0
        connection.pointee.pendingEnd = 0
        // An upload that goes on keeps its own deadline.
        let isReading = connection.pointee.request?.pointee.body.isComplete == false
        if connection.pointee.phase == .running, !isReading { connection.pointee.deadline = .max }
    }

    private func sendSpill(_ connection: ConnectionPointer) {
        guard let request = connection.pointee.request, request.pointee.spill.isOpen else { return }
        while request.pointee.spillSent < request.pointee.spill.count {
            var offset = off_t(request.pointee.spillSent)
            let left = Int(request.pointee.spill.count - request.pointee.spillSent)
            let sent = sendfile(connection.pointee.descriptor, request.pointee.spill.descriptor, &offset, left)
            guard sent > 0 else { return }
            setDeadline(connection, after: configuration.timeouts.write)
            request.pointee.spillSent += UInt64(sent)
        }
        counts.unspool(request.pointee.spill.count)
        request.pointee.spooled -= request.pointee.spill.count
        request.pointee.spill.close()
        request.pointee.spillSent = 0
    }

    /// True when nothing of the answer is left to send.
    func isFlushed(_ connection: ConnectionPointer) -> Bool {
        !isBehind(connection) && connection.pointee.request?.pointee.file == nil
    }

    // MARK: files

    /// One turn's worth of a file, by sendfile(2). True when no file is in hand any more.
    func sendFile(_ connection: ConnectionPointer, _ request: RequestPointer) -> Bool {
        guard var file = request.pointee.file else { return true }
        flush(connection)
        while file.remaining > 0 {
            guard !isBehind(connection) else { return false }
            var offset = off_t(file.offset)
            let piece = Int(min(file.remaining, 1 << 20))
            let sent = sendfile(connection.pointee.descriptor, file.descriptor, &offset, piece)
            guard sent > 0 else {
                // The file has become shorter, or cannot be read: the promised length cannot be kept.
                if sent == 0 || (errno != EAGAIN && errno != EINTR) {
                    cut(connection)
                } else {
                    setDeadline(connection, after: configuration.timeouts.write)
                }
                return false
            }
            setDeadline(connection, after: configuration.timeouts.write)
            file.offset += UInt64(sent)
            file.remaining -= UInt64(sent)
            request.pointee.sentBody += UInt64(sent)
            if case .length = request.pointee.framing { request.pointee.promised -= UInt64(sent) }
            request.pointee.file = file
        }
        close(file.descriptor)
        request.pointee.file = nil
        if request.pointee.isChunkOpen {
            output.append(ChunkFraming.dataEnd)
            request.pointee.isChunkOpen = false
        }
        return true
    }
}
