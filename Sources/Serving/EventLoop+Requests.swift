import Dispatch
import HTTP

/// A whole head: what is answered here, what is refused, what is admitted. The order is the design's: route, limits,
/// admission to the pool, `100 Continue`, body.
extension EventLoop {
    /// `head` holds what was read from the connection's `headBytes`.
    func begin(_ connection: ConnectionPointer) {
        let request = takeRequest()
        connection.pointee.request = request
        connection.pointee.deadline = .max
        note(request)
        if let answer = answerWithoutWorker(connection) { return answerDirectly(connection, answer) }
        switch head.body {
        case .none, .length(0): admit(connection)
        case .length, .chunked: beginBody(connection)
        }
    }

    /// What needs no worker: `OPTIONS *` (RFC 9110 §9.3.7), health, and bodies declared too large.
    private func answerWithoutWorker(_ connection: ConnectionPointer) -> ErrorAnswer? {
        if head.isOptionsStar { return plain(200) }
        let path = head.path.bytes(in: connection.pointee.headBytes)
        if let health = configuration.health, path.starts(with: health) {
            let answer = answerHealth(UnsafeRawBufferPointer(rebasing: path[health.count...]))
            connection.pointee.request?.pointee.isUnlogged = answer.status != 404
            return answer
        }
        guard head.body != .none else { return nil }
        let limit: UInt64 = configuration.bodies.largest.value(for: path) ?? .max
        connection.pointee.request?.pointee.body.limit = limit
        if case .length(let length) = head.body, length > limit { return plain(413) }
        return nil
    }

    /// `live`: this process answers. `ready`: there is a worker that has its application, and we are not about to stop.
    private func answerHealth(_ name: UnsafeRawBufferPointer) -> ErrorAnswer {
        if name.elementsEqual("live".utf8) { return plain(200) }
        guard name.elementsEqual("ready".utf8) else { return plain(404) }
        let isReady = drain == nil && !isEnding && pool.with { $0.hasWorkers }
        return plain(isReady ? 200 : 503)
    }

    /// A short answer; the connection goes on only where the request had no body left to read.
    private func plain(_ status: UInt16) -> ErrorAnswer {
        ErrorAnswer(
            status: status, isHead: head.methodKind == .head,
            closes: !(head.body == .none && head.keepAlive && drain == nil), version: head.version)
    }

    /// Into the pool, with a body that is whole or streams after.
    func admit(_ connection: ConnectionPointer, isReserved: Bool = false) {
        let name = requestName(connection)
        let now = now
        let admission = pool.with { $0.arrived(name, isReserved: isReserved, now: now) }
        switch admission {
        case .dispatch(let worker): submit(connection, to: worker)
        case .wait: wait(connection)
        case .refuse: refuseForLoad(connection)
        }
    }

    /// The request stands in the pool's queue from now on, for as long as `--queue-age` allows.
    func wait(_ connection: ConnectionPointer) {
        connection.pointee.phase = .waiting
        setDeadline(connection, at: (connection.pointee.request?.pointee.since ?? now) + queueAge)
    }

    /// How the pool knows the request in hand.
    func requestName(_ connection: ConnectionPointer) -> UInt64 {
        Token.request(connection.pointee.index, connection.pointee.generation, reactor: number)
    }

    func refuseForLoad(_ connection: ConnectionPointer) {
        guard let request = connection.pointee.request else { return }
        answerDirectly(
            connection,
            ErrorAnswer(
                status: 503, retryAfter: 1, isHead: request.pointee.isHead,
                closes: !(request.pointee.body.isComplete && request.pointee.wantsKeepAlive && drain == nil),
                version: request.pointee.version))
    }
}

extension EventLoop {
    /// Keeps what the log and the answer need of a head.
    private func note(_ request: RequestPointer) {
        request.pointee.method = head.method
        request.pointee.target = head.target
        request.pointee.version = head.version
        request.pointee.isHead = head.methodKind == .head
        request.pointee.wantsKeepAlive = head.keepAlive && drain == nil
        request.pointee.since = now
        // By index: a loop over the array would count a reference to it.
        for index in head.fields.indices {
            switch head.fields[index].known {
            case .referer: request.pointee.referer = head.fields[index].value
            case .userAgent: request.pointee.userAgent = head.fields[index].value
            default: continue
            }
        }
    }
}
