import CLinux
import Glibc
import HTTP
import Peers
import Reactor

/// Bytes from clients, up to whole heads.
extension EventLoop {
    func read(_ connection: ConnectionPointer) {
        let generation = connection.pointee.generation
        for _ in 0..<Self.readsPerTurn {
            guard connection.pointee.canRead, connection.pointee.generation == generation else { return }
            switch connection.pointee.phase {
            case .proxyHeader, .head:
                guard receive(connection) else { return }
                advance(connection)
            case .body: readBody(connection)
            case .lingering: discard(connection)
            case .running:
                guard connection.pointee.request?.pointee.body.mode == .stream else { return watchForEnd(connection) }
                guard readStream(connection) else { return }
            case .waiting, .flushing: return watchForEnd(connection)
            case .closed: return
            }
        }
        if connection.pointee.generation == generation { remember(connection) }
    }

    /// One fast client does not hold up the others.
    private static var readsPerTurn: Int { 32 }

    /// What is left for a connection is done in the next turn.
    func remember(_ connection: ConnectionPointer) {
        unfinished.append((connection.pointee.index, connection.pointee.generation))
    }

    /// Goes on with connections that had more to do than was their share, or whose answer left a further request behind.
    func goOn() {
        guard !unfinished.isEmpty else { return }
        let list = unfinished
        unfinished.removeAll(keepingCapacity: true)
        for entry in list {
            let connection = connections[entry.index]
            guard connection.pointee.generation == entry.generation else { continue }
            if connection.pointee.phase == .head { advance(connection) }
            if connection.pointee.generation == entry.generation, connection.pointee.canRead { read(connection) }
        }
    }

    /// Fills the input buffer. False when nothing came, or the connection has ended.
    func receive(_ connection: ConnectionPointer) -> Bool {
        guard let space = inputSpace(connection) else { return refuse(connection, .headTooLarge) }
        let count = cl_recv(connection.pointee.descriptor, space.baseAddress, space.count, 0)
        if count > 0 {
            connection.pointee.end += Int32(count)
            // A short read has emptied the socket, and the next edge will tell of more (epoll(7)); but no edge will tell
            // of an end that has been told already.
            if count < space.count, !connection.pointee.isEnding { connection.pointee.canRead = false }
            return true
        }
        connection.pointee.canRead = false
        if count < 0, errno == EAGAIN || errno == EINTR {
            releaseInputIfEmpty(connection)
            return false
        }
        connection.pointee.hasEnded = true
        endOfInput(connection)
        return false
    }

    /// Room behind what was received; a larger buffer where a head, or a pipelined one, fills the small.
    private func inputSpace(_ connection: ConnectionPointer) -> UnsafeMutableRawBufferPointer? {
        guard let input = connection.pointee.input else {
            let fresh = buffers.take(atLeast: BufferPool.small)
            connection.pointee.input = fresh
            connection.pointee.start = 0
            connection.pointee.end = 0
            return UnsafeMutableRawBufferPointer(start: fresh.base, count: fresh.capacity)
        }
        if Int(connection.pointee.end) == input.capacity { makeRoom(connection, input) }
        guard let input = connection.pointee.input else { return nil }
        let end = Int(connection.pointee.end)
        guard end < input.capacity else { return nil }
        return UnsafeMutableRawBufferPointer(start: input.base + end, count: input.capacity - end)
    }

    /// A body comes in larger pieces than a head.
    func useLargeInput(_ connection: ConnectionPointer) {
        guard let input = connection.pointee.input, input.capacity < BufferPool.large else { return }
        moveInput(connection, to: buffers.take(atLeast: BufferPool.large), from: input)
    }

    private func moveInput(_ connection: ConnectionPointer, to larger: Buffer, from input: Buffer) {
        let count = connection.pointee.received
        larger.base.copyMemory(from: input.base + Int(connection.pointee.start), byteCount: count)
        buffers.give(input)
        connection.pointee.input = larger
        connection.pointee.start = 0
        connection.pointee.end = Int32(count)
    }

    private func makeRoom(_ connection: ConnectionPointer, _ input: Buffer) {
        let start = Int(connection.pointee.start)
        let count = connection.pointee.received
        guard start > 0 else { return useLargeInput(connection) }
        memmove(input.base, input.base + start, count)
        connection.pointee.start = 0
        connection.pointee.end = Int32(count)
    }

    func releaseInputIfEmpty(_ connection: ConnectionPointer) {
        guard connection.pointee.received == 0, let input = connection.pointee.input else { return }
        buffers.give(input)
        connection.pointee.input = nil
    }

    /// Passes `count` received bytes.
    func pass(_ connection: ConnectionPointer, _ count: Int) {
        connection.pointee.start += Int32(count)
        if connection.pointee.received == 0 {
            connection.pointee.start = 0
            connection.pointee.end = 0
        }
    }

    // MARK: heads

    /// Goes on with what was received: one head after the other, until one is with a worker or more bytes are needed.
    func advance(_ connection: ConnectionPointer) {
        let generation = connection.pointee.generation
        // A pipeline of requests that need no worker is answered in shares, too.
        for _ in 0..<Self.readsPerTurn where connection.pointee.generation == generation {
            guard connection.pointee.received > 0 else { break }
            switch connection.pointee.phase {
            case .proxyHeader: guard takeProxyHeader(connection) else { return }
            case .head: guard takeHead(connection) else { return }
            default: return
            }
        }
        if connection.pointee.generation == generation, connection.pointee.received > 0 { return remember(connection) }
        guard connection.pointee.generation == generation, connection.pointee.phase == .head else { return }
        releaseInputIfEmpty(connection)
        if connection.pointee.hasEnded { endOfInput(connection) }
    }

    private func takeHead(_ connection: ConnectionPointer) -> Bool {
        parser.scanned = Int(connection.pointee.scanned)
        switch parser.parse(connection.pointee.inputBytes, into: &head) {
        case .complete:
            connection.pointee.scanned = 0
            connection.pointee.headCount = Int32(head.byteCount)
            begin(connection)
            return true
        case .incomplete:
            // The time for a head runs from its first byte, whatever trickles in later.
            if connection.pointee.scanned == 0 { setDeadline(connection, after: configuration.timeouts.header) }
            connection.pointee.scanned = Int32(parser.scanned)
            if connection.pointee.hasEnded { drop(connection) }
            return false
        case .failed(let error):
            return refuse(connection, error)
        }
    }

    /// Answers a request that is no request, and closes. False, as nothing goes on here.
    @discardableResult
    private func refuse(_ connection: ConnectionPointer, _ error: RequestError) -> Bool {
        let request = takeRequest()
        request.pointee.since = now
        connection.pointee.request = request
        connection.pointee.headCount = 0
        answerDirectly(connection, ErrorAnswer(error))
        return false
    }

    private func takeProxyHeader(_ connection: ConnectionPointer) -> Bool {
        switch ProxyHeader(connection.pointee.inputBytes) {
        case .incomplete:
            if connection.pointee.received > ProxyHeader.longest || connection.pointee.hasEnded { drop(connection) }
            return false
        case .complete(let length, let ends):
            pass(connection, length)
            connection.pointee.phase = .head
            // LOCAL: the proxy speaks for itself, and is not counted.
            if let ends { return setPeer(connection, ends.source, counts: true) ? true : dropped(connection) }
            return true
        case .failed: return dropped(connection)
        }
    }

    private func dropped(_ connection: ConnectionPointer) -> Bool {
        drop(connection)
        return false
    }

    // MARK: ends

    /// The client has sent its last byte while nothing of it is in hand. Half a head is worth nothing.
    private func endOfInput(_ connection: ConnectionPointer) {
        switch connection.pointee.phase {
        case .head, .proxyHeader, .lingering: drop(connection)
        case .body: clientHasGone(connection)
        case .closed, .waiting, .running, .flushing: break
        }
    }

    /// While a request is in hand only the end matters: bytes of the next request stay where they are.
    ///
    /// A client may close its side and still read (RFC 9112 §9.6 has servers answer), so a request that runs goes on; one
    /// that nobody has begun is dropped, because a client that went away looks the same and a full queue of them is
    /// what an overload is made of.
    private func watchForEnd(_ connection: ConnectionPointer) {
        var byte: UInt8 = 0
        let count = cl_recv(connection.pointee.descriptor, &byte, 1, Int32(MSG_PEEK))
        if count > 0 || (count < 0 && errno == EAGAIN) { return }
        connection.pointee.hasEnded = true
        connection.pointee.canRead = false
        if connection.pointee.phase == .waiting { return clientHasGone(connection) }
        guard connection.pointee.phase == .running, let request = connection.pointee.request, withdraw(request) else {
            return
        }
        clientHasGone(connection)
    }

    /// Reads what a client still sends after its answer, and throws it away.
    private func discard(_ connection: ConnectionPointer) {
        let count = cl_recv(connection.pointee.descriptor, output.base, Output.capacity, 0)
        if count > 0 { return }
        connection.pointee.canRead = false
        if count < 0, errno == EAGAIN { return }
        drop(connection)
    }
}
