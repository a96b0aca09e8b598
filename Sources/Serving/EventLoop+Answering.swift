import CLinux
import Dispatch
import Exchange
import Glibc
import HTTP
import Reactor

/// Blocks from workers, made into answers. What a worker wrote is copied out before it is judged; body bytes alone are
/// sent from shared memory.
extension EventLoop {
    /// Looks at every lane where something runs.
    func takeBlocks() {
        for index in links.indices {
            guard let link = links[index], link.pointee.running > 0, !link.pointee.isCondemned else { continue }
            takeBlocks(link)
        }
    }

    private func takeBlocks(_ link: LinkPointer) {
        // Bounded: a worker cannot keep the reactor here by naming slots without end.
        for _ in 0..<Layout.ringEntries {
            switch link.pointee.lane.next() {
            case .none: return
            case .violation: return condemn(link)
            case .news(let slot): hear(link, slot)
            }
        }
    }

    private func hear(_ link: LinkPointer, _ slot: Int) {
        guard let inFlight = link.pointee.inFlight[slot] else { return }
        guard let named = inFlight.connection else { return releaseOrphan(link, slot, inFlight) }
        let connection = connections[named.index]
        if connection.pointee.request?.pointee.body.isComplete == false {
            feedStream(connection)
            if connection.pointee.canRead { read(connection) }
            guard connection.pointee.generation == named.generation, connection.pointee.phase == .running else {
                return
            }
        }
        answer(connection)
    }

    /// A call whose client has gone has ended.
    private func releaseOrphan(_ link: LinkPointer, _ slot: Int, _ inFlight: WorkerLink.InFlight) {
        guard link.pointee.lane.finish(inFlight.ticket) else { return }
        forget(link, slot)
    }

    /// The slot is free again, and so is the worker's credit.
    func forget(_ link: LinkPointer, _ slot: Int) {
        link.pointee.inFlight[slot] = nil
        link.pointee.running -= 1
        link.pointee.dropFiles(slot: UInt32(slot))
        let (worker, callTime, now) = (link.pointee.index, link.pointee.callTime, now)
        if !link.pointee.isGone { pool.with { $0.finished(worker: worker, callTime: callTime, now: now) } }
    }

    /// Sends what there is of an answer, as far as the client takes it.
    func answer(_ connection: ConnectionPointer) {
        guard let request = connection.pointee.request else { return }
        let generation = connection.pointee.generation
        while connection.pointee.phase == .running {
            guard sendFile(connection, request), mayTakeMore(connection, request) else { break }
            guard takeStep(connection, request) else { break }
        }
        guard connection.pointee.generation == generation else { return output.clear() }
        flush(connection)
        guard connection.pointee.generation == generation else { return output.clear() }
        if connection.pointee.phase == .running { request.pointee.reader?.grantRoom() }
        if connection.pointee.phase == .flushing { finishFlushing(connection, request) }
    }

    /// One block, or the end. False when there is nothing more to do now.
    private func takeStep(_ connection: ConnectionPointer, _ request: RequestPointer) -> Bool {
        guard let index = request.pointee.link, let link = links[Int(index)], !link.pointee.isCondemned,
            var reader = request.pointee.reader
        else { return false }
        // The state is read before the blocks: blocks published before `done` are then seen.
        let state = link.pointee.slot(Int(request.pointee.slot)).stamp.state
        let step = reader.step()
        request.pointee.reader = reader
        switch step {
        case .empty where state == .done: return endAnswer(connection, request, link)
        case .empty: return false
        case .violation:
            condemn(link)
            return false
        case .block(let kind, let count): return take(kind, count, connection, request, link)
        }
    }

    private func take(
        _ kind: BlockKind, _ count: Int, _ connection: ConnectionPointer, _ request: RequestPointer, _ link: LinkPointer
    ) -> Bool {
        switch kind {
        case .head: return takeHead(count, connection, request, link)
        case .body: return takeBody(count, connection, request, link)
        case .file: return takeFile(count, connection, request, link)
        case .failed:
            consume(request, count)
            fail(connection, request, status: 500)
            return false
        }
    }

    @inline(__always)
    func consume(_ request: RequestPointer, _ count: Int) {
        request.pointee.reader?.consume(count)
    }

    // MARK: the head

    private func takeHead(
        _ count: Int, _ connection: ConnectionPointer, _ request: RequestPointer, _ link: LinkPointer
    ) -> Bool {
        guard !request.pointee.hasHead, count <= blockHeadLimit, let reader = request.pointee.reader else {
            condemn(link)
            return false
        }
        let copy = UnsafeRawBufferPointer(rebasing: copyOut(reader, count)[..<count])
        consume(request, count)
        do throws(AnswerHead.Failure) {
            let answer = try AnswerHead.render(
                copy, into: output.room, context: context(request), date: date.bytes(now: now))
            output.count += answer.count
            request.pointee.hasHead = true
            request.pointee.status = answer.status
            request.pointee.framing = answer.framing
            if case .length(let length) = answer.framing { request.pointee.promised = length }
            if answer.closes { connection.pointee.closesAfterAnswer = true }
            return true
        } catch {
            tell(.headRefused(request: request.pointee.identifier, reason: error.reason))
            fail(connection, request, status: 500)
            return false
        }
    }

    private func context(_ request: RequestPointer) -> ResponseContext {
        // An upload that was not read whole cannot be followed by another request.
        let keepsAlive = request.pointee.wantsKeepAlive && drain == nil && request.pointee.body.isComplete
        return ResponseContext(
            version: request.pointee.version, isHead: request.pointee.isHead, wantsKeepAlive: keepsAlive)
    }

    /// The open block's bytes in private memory, behind what `output` holds.
    private func copyOut(_ reader: BlockReader, _ count: Int) -> UnsafeRawBufferPointer {
        let (first, second) = reader.payload()
        if let source = first.baseAddress { scratch.copyMemory(from: source, byteCount: first.count) }
        if let source = second.baseAddress, !second.isEmpty {
            (scratch + first.count).copyMemory(from: source, byteCount: second.count)
        }
        return UnsafeRawBufferPointer(start: scratch, count: count)
    }

    // MARK: the body

    /// True when the whole block is on its way.
    private func takeBody(
        _ count: Int, _ connection: ConnectionPointer, _ request: RequestPointer, _ link: LinkPointer
    ) -> Bool {
        guard request.pointee.hasHead, let reader = request.pointee.reader else {
            condemn(link)
            return false
        }
        let allowed = allowance(count, request)
        if allowed == 0 {
            consume(request, count)
            return true
        }
        if request.pointee.framing == .chunked, !request.pointee.isChunkOpen {
            output.appendChunkSize(count)
            request.pointee.isChunkOpen = true
        }
        let sent = send(connection, reader.payload(), most: allowed)
        guard connection.pointee.phase == .running else { return false }
        request.pointee.sentBody += UInt64(sent)
        if case .length = request.pointee.framing { request.pointee.promised -= UInt64(sent) }
        // What is longer than declared is not sent: it would be read as the next response (RFC 9112 §6.3).
        let isOver = allowed < count && sent == allowed
        consume(request, isOver ? count : sent)
        guard isOver || sent == count else { return false }
        if request.pointee.isChunkOpen {
            output.append(ChunkFraming.dataEnd)
            request.pointee.isChunkOpen = false
        }
        return true
    }

    /// How much of `count` body bytes may be sent.
    private func allowance(_ count: Int, _ request: RequestPointer) -> Int {
        switch request.pointee.framing {
        case .none: return 0
        case .chunked, .untilClose: return count
        case .length:
            let promised = Int(clamping: request.pointee.promised)
            if promised < count, !request.pointee.isTooLong {
                request.pointee.isTooLong = true
                tell(
                    .lengthBroken(
                        request: request.pointee.identifier,
                        declared: request.pointee.sentBody + request.pointee.promised, isLonger: true))
            }
            return min(count, promised)
        }
    }

    private func takeFile(
        _ count: Int, _ connection: ConnectionPointer, _ request: RequestPointer, _ link: LinkPointer
    ) -> Bool {
        guard request.pointee.hasHead, count == MemoryLayout<FileRecord>.size, request.pointee.file == nil,
            let reader = request.pointee.reader
        else {
            condemn(link)
            return false
        }
        let record = copyOut(reader, count).loadUnaligned(as: FileRecord.self)
        consume(request, count)
        guard
            let descriptor = link.pointee.takeFile(
                slot: UInt32(request.pointee.slot), generation: request.pointee.generation)
        else {
            condemn(link)
            return false
        }
        guard let size = regularSize(descriptor), record.offset <= size, record.length <= size - record.offset else {
            close(descriptor)
            condemn(link)
            return false
        }
        guard record.length > 0, request.pointee.framing != .none else {
            close(descriptor)
            return true
        }
        var length = record.length
        if case .length = request.pointee.framing { length = min(length, request.pointee.promised) }
        if request.pointee.framing == .chunked { output.appendChunkSize(Int(clamping: length)) }
        request.pointee.isChunkOpen = request.pointee.framing == .chunked
        request.pointee.file = FileRegion(
            descriptor: descriptor, offset: record.offset, remaining: length, isOwned: true)
        return true
    }

    private func regularSize(_ descriptor: Int32) -> UInt64? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return UInt64(status.st_size)
    }

    // MARK: the end

    /// The slot is done and empty. True, so that the loop sees the new phase.
    private func endAnswer(_ connection: ConnectionPointer, _ request: RequestPointer, _ link: LinkPointer) -> Bool {
        guard let inFlight = link.pointee.inFlight[Int(request.pointee.slot)], link.pointee.lane.finish(inFlight.ticket)
        else {
            condemn(link)
            return false
        }
        request.pointee.link = nil
        forget(link, Int(request.pointee.slot))
        guard request.pointee.hasHead else {
            fail(connection, request, status: 500)
            return false
        }
        if request.pointee.framing == .chunked { output.append(ChunkFraming.lastChunk) }
        let isShort = request.pointee.promised > 0
        if isShort, case .length = request.pointee.framing {
            tell(
                .lengthBroken(
                    request: request.pointee.identifier, declared: request.pointee.sentBody + request.pointee.promised,
                    isLonger: false))
            connection.pointee.closesAfterAnswer = true
        }
        if request.pointee.isTooLong { connection.pointee.closesAfterAnswer = true }
        connection.pointee.phase = .flushing
        return true
    }

    /// The application, or its worker, has failed: an answer if none has begun, else the connection is cut so that the
    /// client sees that something is missing.
    func fail(_ connection: ConnectionPointer, _ request: RequestPointer, status: UInt16) {
        abandonCall(request)
        guard !request.pointee.hasHead else {
            flush(connection)
            return cut(connection)
        }
        answerDirectly(
            connection,
            ErrorAnswer(
                status: status, isHead: request.pointee.isHead,
                closes: !(request.pointee.wantsKeepAlive && request.pointee.body.isComplete && drain == nil),
                version: request.pointee.version))
    }

    /// The call may still run; whatever it says is not heard any more.
    func abandonCall(_ request: RequestPointer) {
        guard let index = request.pointee.link, let link = links[Int(index)] else { return }
        request.pointee.link = nil
        let slot = Int(request.pointee.slot)
        guard var inFlight = link.pointee.inFlight[slot] else { return }
        // Nobody has begun it: then nobody shall.
        if link.pointee.lane.reclaim(inFlight.ticket, position: inFlight.position) { return forget(link, slot) }
        inFlight.connection = nil
        link.pointee.inFlight[slot] = inFlight
        link.pointee.slot(slot).cancel()
        releaseOrphan(link, slot, inFlight)
    }
}
