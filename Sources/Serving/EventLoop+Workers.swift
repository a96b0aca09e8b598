import CLinux
import Dispatch
import Exchange
import HTTP
import Reactor

/// Workers that come, go, stand still, or break the law.
extension EventLoop {
    func attach(_ segment: WorkerSegment, files: Int32, wake: Int32) {
        while links.count <= segment.index { links.append(nil) }
        let link = LinkPointer.allocate(capacity: 1)
        link.initialize(to: WorkerLink(shared: segment, reactor: number, files: files, wakeDescriptor: wake))
        links[segment.index] = link
        _ = poller.add(wake, .signal, token: Token.worker(UInt32(segment.index)).raw)
    }

    /// The process is gone, so its slots no longer change: what it has finished is sent, what it had begun is lost, what
    /// it never began goes to another.
    func detach(_ index: Int) {
        guard index < links.count, let link = links[index] else { return }
        link.pointee.isGone = true
        if !link.pointee.isCondemned { takeBlocks() }
        for slot in 0..<Layout.slotsPerLane {
            guard let inFlight = link.pointee.inFlight[slot] else { continue }
            settle(link, slot, inFlight)
        }
        goneLinks.append(link)
    }

    private func settle(_ link: LinkPointer, _ slot: Int, _ inFlight: WorkerLink.InFlight) {
        let state = link.pointee.slot(slot).stamp.state
        guard let named = inFlight.connection else {
            link.pointee.inFlight[slot] = nil
            link.pointee.running -= 1
            return
        }
        let connection = connections[named.index]
        guard connection.pointee.generation == named.generation, let request = connection.pointee.request else {
            return
        }
        if state == .done, !link.pointee.isCondemned { return answer(connection) }
        link.pointee.inFlight[slot] = nil
        link.pointee.running -= 1
        request.pointee.link = nil
        if state == .queued, !request.pointee.hasHead {
            again(connection, request, from: link.pointee.index)
        } else {
            fail(connection, request, status: 502)
        }
    }

    /// A request that no worker has begun goes back into the queue, before all others.
    private func again(_ connection: ConnectionPointer, _ request: RequestPointer, from worker: Int) {
        guard request.pointee.body.mode != .stream || request.pointee.body.taken == 0 else {
            return fail(connection, request, status: 502)
        }
        request.pointee.link = nil
        request.pointee.reader = nil
        wait(connection)
        let (name, now) = (requestName(connection), now)
        pool.with { $0.returned(name, from: worker, now: now) }
    }

    /// The pool gives it nothing more already. Whatever it has not begun is taken back, so that nobody waits for a call
    /// that may last as long as the grace.
    func retire(_ index: Int) {
        guard index < links.count, let link = links[index], !link.pointee.isGone else { return }
        takeBackQueued(link)
        retiringLinks.append(link)
        serveQueue()
        wakeWorkers()
    }

    /// At the end of a turn: tells of workers that have nothing in hand any more, on any reactor. More than one reactor
    /// may see the same, and a request that the pool has given out is counted before its reactor hears of it.
    func noticeRetired() {
        for link in retiringLinks where link.pointee.running == 0 {
            let worker = link.pointee.index
            guard pool.with({ $0.isRetired(worker) }) else { continue }
            retiringLinks.removeAll { $0 == link }
            tell(.workerRetired(id: link.pointee.shared.id))
        }
    }

    /// Nothing more is read from it; the keeper ends it.
    func condemn(_ link: LinkPointer) {
        guard !link.pointee.isCondemned else { return }
        link.pointee.isCondemned = true
        let worker = link.pointee.index
        pool.with { $0.workerGone(worker) }
        tell(.workerCondemned(id: link.pointee.shared.id))
    }

    /// At the end of a turn, when nobody looks at a link: workers that are gone, and of which nothing is in hand any more,
    /// are forgotten and their numbers given back.
    func letGo() {
        for link in goneLinks where link.pointee.running == 0 {
            poller.remove(link.pointee.wakeDescriptor)
            links[link.pointee.index] = nil
            dirtyLinks.removeAll { $0 == link }
            goneLinks.removeAll { $0 == link }
            retiringLinks.removeAll { $0 == link }
            link.deinitialize(count: 1)
            link.deallocate()
        }
    }

    /// Takes back what stands in a worker that does not get on, if another has nothing to do.
    func balance() {
        let now = now
        let isBusy = links.contains { ($0?.pointee.running ?? 0) > 0 }
        let isWaiting = pool.with { $0.waiting > 0 }
        nextBalance = isWaiting || isBusy && links.count > 1 ? now + Self.balanceInterval : .max
        guard isBusy, let stalled = pool.with({ $0.stalled(now: now) }), let link = links[stalled] else { return }
        takeBackQueued(link)
        serveQueue()
        wakeWorkers()
    }

    private func takeBackQueued(_ link: LinkPointer) {
        for slot in 0..<Layout.slotsPerLane {
            guard let inFlight = link.pointee.inFlight[slot], let named = inFlight.connection else { continue }
            let connection = connections[named.index]
            guard connection.pointee.generation == named.generation, let request = connection.pointee.request,
                takeBack(request)
            else { continue }
            again(connection, request, from: link.pointee.index)
        }
    }
}
