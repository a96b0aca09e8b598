import CLinux
import Dispatch
import Exchange
import Glibc
import HTTP
import Peers
import Reactor

/// Requests on their way into slots.
extension EventLoop {
    /// The pool has chosen `worker` for a request in hand here. `head` holds its head.
    func submit(_ connection: ConnectionPointer, to worker: Int) {
        guard let request = connection.pointee.request else { return }
        guard let link = worker < links.count ? links[worker] : nil, !link.pointee.isGone, !link.pointee.isCondemned,
            let ticket = link.pointee.lane.acquire()
        else { return giveBack(connection, from: worker) }
        let area = link.pointee.slot(Int(ticket.slot)).requestArea
        guard fill(area, connection, request, link, ticket) else {
            link.pointee.lane.release(unsubmitted: ticket)
            return giveBack(connection, from: worker)
        }
        connection.pointee.phase = .running
        // Until a thread begins with it, it waits; `--queue-age` counts from its arrival.
        setDeadline(connection, at: request.pointee.since + queueAge)
        request.pointee.link = UInt32(worker)
        request.pointee.worker = UInt32(worker)
        request.pointee.slot = ticket.slot
        request.pointee.generation = ticket.generation
        request.pointee.reader = BlockReader(slot: link.pointee.slot(Int(ticket.slot)))
        request.pointee.position = link.pointee.lane.submit(ticket)
        link.pointee.inFlight[Int(ticket.slot)] = WorkerLink.InFlight(
            ticket: ticket, connection: (connection.pointee.index, connection.pointee.generation),
            position: request.pointee.position)
        link.pointee.running += 1
        if link.pointee.submitted == 0 {
            link.pointee.submittedSince = now
            dirtyLinks.append(link)
        }
        link.pointee.submitted += 1
        if nextBalance == .max, links.count > 1 { nextBalance = now + Self.balanceInterval }
        guard request.pointee.body.mode == .stream else { return }
        setDeadline(connection, after: configuration.timeouts.body)
        sendContinue(connection)
        feedStream(connection)
    }

    /// A worker's stall is looked for this often while requests are with workers.
    static var balanceInterval: Int64 { 2_000_000 }

    /// Takes a request back from its worker if no thread has begun with it. True: it is nobody's now.
    func takeBack(_ request: RequestPointer) -> Bool {
        // Whatever its state word says: a request whose answer has begun is nobody else's.
        guard let index = request.pointee.link, let link = links[Int(index)], request.pointee.body.mode != .stream,
            !request.pointee.hasHead, let inFlight = link.pointee.inFlight[Int(request.pointee.slot)],
            link.pointee.lane.reclaim(inFlight.ticket, position: inFlight.position)
        else { return false }
        request.pointee.link = nil
        request.pointee.reader = nil
        link.pointee.inFlight[Int(request.pointee.slot)] = nil
        link.pointee.running -= 1
        return true
    }

    /// The same for a request that will not go to another worker either.
    func withdraw(_ request: RequestPointer) -> Bool {
        guard takeBack(request) else { return false }
        let worker = Int(request.pointee.worker)
        pool.with { $0.cancelled(worker: worker) }
        return true
    }

    private func giveBack(_ connection: ConnectionPointer, from worker: Int) {
        let (name, now) = (requestName(connection), now)
        wait(connection)
        pool.with { $0.returned(name, from: worker, isRefused: true, now: now) }
        nextBalance = min(nextBalance, now + Self.balanceInterval)
    }

    // MARK: filling a slot

    private func fill(
        _ area: UnsafeMutableRawPointer, _ connection: ConnectionPointer, _ request: RequestPointer,
        _ link: LinkPointer, _ ticket: ServerLane.Ticket
    ) -> Bool {
        let bytes = connection.pointee.headBytes
        let place = places[Int(connection.pointee.listener)]
        let peer = connection.pointee.hasAddress ? connection.pointee.peer : nil
        var filler = RequestFiller(area: area)
        filler.add(
            headMemory, bytes: bytes,
            origin: RequestFiller.Origin(
                peer: peer, peerPort: connection.pointee.peerPort, serverName: place.serverName,
                serverPort: place.serverPort, hop: hop(bytes, peer: peer), family: configuration.forwarded,
                identifier: request.pointee.identifier))
        let body = request.pointee.body
        switch body.mode {
        case .none: filler.seal(body: UnsafeRawBufferPointer(start: nil, count: 0), place: .none, length: 0)
        case .stream:
            let length = body.isChunked ? UInt64.max : body.remaining
            filler.seal(body: UnsafeRawBufferPointer(start: nil, count: 0), place: .stream, length: length)
            request.pointee.streamPlace = filler.record.body
        case .collect where !body.spool.isOpen && Int(body.taken) <= filler.room:
            let whole = UnsafeRawBufferPointer(start: body.buffer?.base, count: Int(body.taken))
            filler.seal(body: whole, place: .inline, length: body.taken)
        case .collect: return sendSpooled(&filler, request, link, ticket)
        }
        return true
    }

    /// The body travels as a descriptor, sent before the slot is published.
    private func sendSpooled(
        _ filler: inout RequestFiller, _ request: RequestPointer, _ link: LinkPointer, _ ticket: ServerLane.Ticket
    ) -> Bool {
        if !request.pointee.body.spool.isOpen {
            let kept = UnsafeRawBufferPointer(
                start: request.pointee.body.buffer?.base, count: Int(request.pointee.body.taken))
            guard request.pointee.body.spool.append(kept, directory: configuration.bodies.spoolDirectory) == 0 else {
                return false
            }
        }
        let message = ChannelMessage(.body, slot: UInt32(ticket.slot), value: ticket.generation)
        guard message.send(on: link.pointee.filesSocket, descriptor: request.pointee.body.spool.descriptor) else {
            return false
        }
        filler.seal(
            body: UnsafeRawBufferPointer(start: nil, count: 0), place: .descriptor, length: request.pointee.body.taken)
        return true
    }

    /// What a trusted proxy says of the client. Nothing is looked at unless a forwarded field is there.
    private func hop(_ bytes: UnsafeRawBufferPointer, peer: IPAddress?) -> ForwardedHop? {
        var seen = ForwardedFields()
        for index in head.fields.indices where head.fields[index].known.rawValue >= KnownField.forwarded.rawValue {
            seen.formUnion(ForwardedFields(head.fields[index].known))
        }
        guard !seen.isEmpty else { return nil }
        let isTrusted = configuration.trusted.contains(peer)
        let removed = isTrusted ? seen.outside(configuration.forwarded) : seen
        if !removed.isEmpty { tellRemoved(removed, in: bytes, peer: peer, isTrusted: isTrusted) }
        guard isTrusted else { return nil }
        let lines = head.fields.compactMap { field -> ForwardedLine? in
            guard field.known.rawValue >= KnownField.forwarded.rawValue, !field.hasUnderscore,
                let forwarded = ForwardedField(name: field.name.bytes(in: bytes))
            else { return nil }
            return ForwardedLine(field: forwarded, value: field.value.bytes(in: bytes))
        }
        return lines.withUnsafeBufferPointer {
            ForwardedHop(lines: $0, family: configuration.forwarded, peer: peer, trusted: configuration.trusted)
        }
    }

    // MARK: the queue

    /// Gives waiting requests to workers with credit; those of other reactors are told to theirs.
    func serveQueue() {
        let now = now
        while let next = pool.with({ $0.next(now: now) }) {
            let owner = Token.reactor(of: next.request)
            if owner == number {
                dispatchWaiting(next.request, to: next.worker)
            } else {
                mailboxes[owner].post(.dispatch(request: next.request, worker: next.worker))
            }
        }
    }

    /// A request that waited has its turn; its head is read again from where it still stands.
    func dispatchWaiting(_ request: UInt64, to worker: Int) {
        guard let connection = waiting(request), readHeadAgain(connection) else {
            return pool.with { $0.cancelled(worker: worker) }
        }
        submit(connection, to: worker)
    }

    func readHeadAgain(_ connection: ConnectionPointer) -> Bool {
        parser.scanned = 0
        return parser.parse(connection.pointee.headBytes, into: &head) == .complete
    }

    func waiting(_ request: UInt64) -> ConnectionPointer? {
        guard case .connection(let low, let generation) = Token(raw: request) else { return nil }
        let connection = connections[low]
        guard connection.pointee.generation == generation, connection.pointee.phase == .waiting else { return nil }
        return connection
    }

    // MARK: wake-ups

    /// Once a turn at most for each worker that got something. `isBusy`: many events came with this turn, so more may
    /// have come meanwhile, and are looked for before a worker is woken for little.
    func wakeWorkers(isBusy: Bool = false) {
        var kept = 0
        for link in dirtyLinks {
            if isBusy, mayGather(for: link) {
                dirtyLinks[kept] = link
                kept += 1
                continue
            }
            link.pointee.submitted = 0
            link.pointee.lane.wakeWorker()
        }
        dirtyLinks.removeLast(dirtyLinks.count - kept)
    }

    private func mayGather(for link: LinkPointer) -> Bool {
        WakeModeration.mayGather(
            submitted: link.pointee.submitted, waited: now - link.pointee.submittedSince,
            callTime: link.pointee.callTime)
    }
}
