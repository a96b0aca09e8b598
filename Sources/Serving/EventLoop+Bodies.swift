import CLinux
import Dispatch
import Exchange
import Glibc
import HTTP
import Reactor

/// Request bodies: collected before a worker hears of the request, so that slow clients hold no thread, or streamed.
extension EventLoop {
    /// Bodies up to this stay in memory and travel inside the slot.
    private static let inlineBytes = 48 << 10

    func beginBody(_ connection: ConnectionPointer) {
        guard let request = connection.pointee.request else { return }
        request.pointee.body.isComplete = false
        // Admission comes before the upload: a full pool refuses what it could not serve (RFC 9110 §10.1.1).
        guard pool.with({ $0.mayAdmit }) else { return refuseForLoad(connection) }
        let path = head.path.bytes(in: connection.pointee.headBytes)
        let delivery: ServingConfiguration.Delivery = configuration.bodies.delivery.value(for: path) ?? .collect
        request.pointee.body.mode = delivery == .stream ? .stream : .collect
        if case .length(let length) = head.body { request.pointee.body.remaining = length }
        request.pointee.body.isChunked = head.body == .chunked
        request.pointee.body.expectsContinue = head.expectsContinue
        if request.pointee.body.mode == .stream { return admit(connection) }
        connection.pointee.phase = .body
        setDeadline(connection, after: configuration.timeouts.body)
        sendContinue(connection)
        takeBody(connection)
    }

    /// Only where the client waits for it, which it does not once it has begun to send.
    func sendContinue(_ connection: ConnectionPointer) {
        guard let request = connection.pointee.request, request.pointee.body.expectsContinue else { return }
        request.pointee.body.expectsContinue = false
        guard connection.pointee.received == Int(connection.pointee.headCount) else { return }
        output.append(InterimAnswer.continue)
        flush(connection)
    }

    // MARK: collecting

    func readBody(_ connection: ConnectionPointer) {
        useLargeInput(connection)
        guard receive(connection) else { return }
        setDeadline(connection, after: configuration.timeouts.body)
        takeBody(connection)
    }

    /// Moves what was received behind the head into the body's place.
    private func takeBody(_ connection: ConnectionPointer) {
        guard let request = connection.pointee.request else { return }
        let headCount = Int(connection.pointee.headCount)
        let bytes = UnsafeRawBufferPointer(rebasing: connection.pointee.inputBytes[headCount...])
        var used = 0
        var outcome = BodyStep.more
        while used < bytes.count || request.pointee.body.isChunked, case .more = outcome {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[used...])
            let (consumed, data, step) = request.pointee.body.next(rest)
            outcome = step
            used += consumed
            if let data, let answer = store(data, request) { outcome = .refused(answer) }
            if consumed == 0 { break }
        }
        passBehindHead(connection, used)
        switch outcome {
        case .more: break
        case .whole: if readHeadAgain(connection) { admit(connection, isReserved: true) }
        case .refused(let answer): answerDirectly(connection, answer)
        }
    }

    /// The head stays for the log and for a second worker; the bytes behind it close up.
    private func passBehindHead(_ connection: ConnectionPointer, _ count: Int) {
        guard let input = connection.pointee.input, count > 0 else { return }
        let from = Int(connection.pointee.start) + Int(connection.pointee.headCount)
        let rest = Int(connection.pointee.end) - from - count
        if rest > 0 { memmove(input.base + from, input.base + from + count, rest) }
        connection.pointee.end -= Int32(count)
    }

    /// Nil when it was kept.
    private func store(_ data: UnsafeRawBufferPointer, _ request: RequestPointer) -> ErrorAnswer? {
        request.pointee.body.taken += UInt64(data.count)
        guard request.pointee.body.taken <= request.pointee.body.limit else {
            return ErrorAnswer(status: 413, isHead: request.pointee.isHead)
        }
        if !request.pointee.body.spool.isOpen, request.pointee.body.taken <= UInt64(Self.inlineBytes) {
            keepInMemory(data, request)
            return nil
        }
        return spool(data, request)
    }

    private func keepInMemory(_ data: UnsafeRawBufferPointer, _ request: RequestPointer) {
        let buffer = request.pointee.body.buffer ?? buffers.take(atLeast: Self.inlineBytes)
        request.pointee.body.buffer = buffer
        let at = Int(request.pointee.body.taken) - data.count
        if let source = data.baseAddress { (buffer.base + at).copyMemory(from: source, byteCount: data.count) }
    }

    private func spool(_ data: UnsafeRawBufferPointer, _ request: RequestPointer) -> ErrorAnswer? {
        let directory = configuration.bodies.spoolDirectory
        guard counts.spool(data.count, limit: configuration.bodies.spool) else {
            return ErrorAnswer(status: 503, retryAfter: 5)
        }
        request.pointee.spooled += UInt64(data.count)
        if let buffer = request.pointee.body.buffer {
            let kept = Int(request.pointee.body.taken) - data.count
            let first = UnsafeRawBufferPointer(start: buffer.base, count: kept)
            request.pointee.body.buffer = nil
            defer { buffers.give(buffer) }
            let error = request.pointee.body.spool.append(first, directory: directory)
            if error != 0 { return spoolFailed(error) }
        }
        let error = request.pointee.body.spool.append(data, directory: directory)
        return error == 0 ? nil : spoolFailed(error)
    }

    private func spoolFailed(_ error: Int32) -> ErrorAnswer {
        tell(.spoolFailed(errno: error))
        return ErrorAnswer(status: error == ENOSPC ? 507 : 500)
    }

    // MARK: streaming

    /// Feeds the ring of a running request. False when nothing more can be done now.
    func readStream(_ connection: ConnectionPointer) -> Bool {
        guard feedStream(connection) else { return false }
        guard connection.pointee.received == Int(connection.pointee.headCount) else { return false }
        guard let request = connection.pointee.request, !request.pointee.body.isComplete else { return false }
        if !request.pointee.body.isChunked, let more = receiveIntoRing(connection, request) { return more }
        useLargeInput(connection)
        guard receive(connection) else {
            if connection.pointee.hasEnded, !request.pointee.body.isComplete { clientHasGone(connection) }
            return false
        }
        return feedStream(connection)
    }

    /// Moves received bytes into the ring. False when the ring is full, or the body is over or wrong.
    @discardableResult
    func feedStream(_ connection: ConnectionPointer) -> Bool {
        guard let request = connection.pointee.request, let stream = bodyStream(request) else { return false }
        while !request.pointee.body.isComplete {
            let bytes = UnsafeRawBufferPointer(
                rebasing: connection.pointee.inputBytes[Int(connection.pointee.headCount)...])
            let room = stream.room(available: request.pointee.body.taken)
            guard room > 0 else {
                // The application is slow, not the client.
                connection.pointee.deadline = .max
                return false
            }
            guard !bytes.isEmpty else { return true }
            setDeadline(connection, after: configuration.timeouts.body)
            let (consumed, data, step) = request.pointee.body.next(bytes, most: room)
            if let data {
                _ = stream.write(data, available: request.pointee.body.taken)
                request.pointee.body.taken += UInt64(data.count)
                if request.pointee.body.taken > request.pointee.body.limit {
                    return breakStream(connection, request, ErrorAnswer(status: 413, isHead: request.pointee.isHead))
                }
            }
            passBehindHead(connection, consumed)
            switch step {
            case .more: continue
            case .whole:
                connection.pointee.deadline = .max
                stream.end()
            case .refused(let answer): return breakStream(connection, request, answer)
            }
        }
        return false
    }

    /// A body of known length needs no decoding: it goes from the socket into the ring. Nil where the general way is due.
    private func receiveIntoRing(_ connection: ConnectionPointer, _ request: RequestPointer) -> Bool? {
        guard let stream = bodyStream(request) else { return false }
        let run = stream.freeRun(available: request.pointee.body.taken)
        guard run.count >= 4096, request.pointee.body.remaining >= 4096 else { return nil }
        let most = Int(min(UInt64(run.count), request.pointee.body.remaining))
        let count = cl_recv(connection.pointee.descriptor, run.baseAddress, most, 0)
        guard count > 0 else {
            connection.pointee.canRead = false
            if count == 0 || errno != EAGAIN { clientHasGone(connection) }
            return false
        }
        request.pointee.body.taken += UInt64(count)
        request.pointee.body.remaining -= UInt64(count)
        setDeadline(connection, after: configuration.timeouts.body)
        stream.publish(available: request.pointee.body.taken)
        if request.pointee.body.remaining == 0 {
            request.pointee.body.isComplete = true
            connection.pointee.deadline = .max
            stream.end()
            return false
        }
        return true
    }

    /// What the client sent is no body: the application sees it break off, and the client why, if it can still be told.
    private func breakStream(
        _ connection: ConnectionPointer, _ request: RequestPointer, _ answer: ErrorAnswer
    ) -> Bool {
        guard !request.pointee.hasHead else {
            clientHasGone(connection)
            return false
        }
        abandonCall(request)
        answerDirectly(connection, answer)
        return false
    }

    private func bodyStream(_ request: RequestPointer) -> BodyStream? {
        guard let index = request.pointee.link, let link = links[Int(index)] else { return nil }
        return BodyStream(slot: link.pointee.slot(Int(request.pointee.slot)), place: request.pointee.streamPlace)
    }
}

/// What came of a piece of a body.
enum BodyStep {
    case more
    case whole
    case refused(ErrorAnswer)
}

extension BodyProgress {
    /// The next run of body bytes: what was used up, the data among it, and whether the body goes on. At most `most`
    /// bytes of data.
    mutating func next(
        _ bytes: UnsafeRawBufferPointer, most: Int = .max
    ) -> (consumed: Int, data: UnsafeRawBufferPointer?, step: BodyStep) {
        let window = UnsafeRawBufferPointer(rebasing: bytes.prefix(most))
        guard isChunked else {
            let count = Int(min(UInt64(window.count), remaining))
            remaining -= UInt64(count)
            isComplete = remaining == 0
            return (count, UnsafeRawBufferPointer(rebasing: window[..<count]), isComplete ? .whole : .more)
        }
        switch decoder.next(window) {
        case .needMore(let consumed): return (consumed, nil, .more)
        case .data(let skip, let count):
            return (skip + count, UnsafeRawBufferPointer(rebasing: window[skip..<skip + count]), .more)
        case .end(let consumed):
            isComplete = true
            return (consumed, nil, .whole)
        case .failed(let error): return (0, nil, .refused(ErrorAnswer(error)))
        }
    }
}
