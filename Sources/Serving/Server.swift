import CLinux
package import Dispatch
package import Exchange
import Glibc
import Reactor
import Synchronization

/// The server: its reactors, and what they share. Workers and listeners come from the keeper; whoever holds this object
/// passes them on. All methods may be called from any thread.
package final class Server: Sendable {
    package enum Failure: Error { case poller(errno: Int32), exchange(Segment.Failure), descriptors(errno: Int32) }

    private let configuration: ServingConfiguration
    private let pool: SharedPool
    private let mailboxes: [Mailbox<EventLoop.Message>]
    private let counts = SharedCounts()
    private let log: AccessLog
    private let tell: @Sendable (ServingEvent) -> Void
    private let workers = Mutex<Workers>(Workers())
    private let finished = Atomic<Int>(0)

    private struct Workers {
        /// By the keeper's number: ours.
        var indices: [UInt32: Int] = [:]
        var taken: Set<Int> = []
        var ready: Set<UInt32> = []
    }

    package init(
        _ configuration: ServingConfiguration, pool: Pool.Configuration, log: AccessLog,
        tell: @escaping @Sendable (ServingEvent) -> Void
    ) {
        self.configuration = configuration
        self.pool = SharedPool(pool)
        self.log = log
        self.tell = tell
        mailboxes = (0..<configuration.reactors).map { _ in Mailbox() }
    }

    /// Starts a thread for each reactor. `drained` is called once, on the last of them, after a drain.
    package func start(drained: @escaping @Sendable () -> Void) throws(Failure) {
        for number in 0..<configuration.reactors {
            guard
                let loop = EventLoop(
                    number: number, configuration: configuration, pool: pool, mailboxes: mailboxes, log: log,
                    counts: counts, tell: tell)
            else { throw .poller(errno: errno) }
            let box = ReactorThread(loop) { [self] in
                if finished.add(1, ordering: .acquiringAndReleasing).newValue == mailboxes.count { drained() }
            }
            box.start()
        }
    }

    /// Takes the descriptor over. Each reactor gets its own, so that the last one closes the socket.
    package func listen(_ listener: ListeningSocket) {
        for mailbox in mailboxes.dropFirst() {
            let copy = cl_fcntl_int(listener.descriptor, F_DUPFD_CLOEXEC, 3)
            if copy >= 0 { mailbox.post(.listener(listener.on(copy))) }
        }
        mailboxes[0].post(.listener(listener))
    }

    /// The end is near (`--drain-delay`): `ready` says no from now on, everything else goes on.
    package func announceEnd() {
        for mailbox in mailboxes { mailbox.post(.announceEnd) }
    }

    /// Begins the orderly end; `drained` follows.
    package func drain() {
        for mailbox in mailboxes { mailbox.post(.drain) }
    }

    package var requestsServed: Int { counts.requests.load(ordering: .relaxed) }

    // MARK: workers

    /// Hands a new worker its segment over `channel`, which stays the caller's. Requests come when it is ready.
    package func prepare(worker id: UInt32, channel: Int32) throws(Failure) {
        let made: (segment: Segment, descriptor: Int32)
        do throws(Segment.Failure) { made = try Segment.create(reactors: mailboxes.count) } catch {
            throw .exchange(error)
        }
        defer { close(made.descriptor) }
        let index = workers.withLock { workers -> Int in
            let index = (0...).first { !workers.taken.contains($0) } ?? 0
            workers.taken.insert(index)
            workers.indices[id] = index
            return index
        }
        let shared = WorkerSegment(index: index, id: id, segment: made.segment) { [weak self] index in
            self?.workers.withLock { _ = $0.taken.remove(index) }
        }
        guard ChannelMessage(.attach, value: UInt64(mailboxes.count)).send(on: channel, descriptor: made.descriptor)
        else { throw .descriptors(errno: errno) }
        for (number, mailbox) in mailboxes.enumerated() {
            let (files, wake) = try lane(number, channel: channel)
            mailbox.post(.worker(shared, files: files, wake: wake))
        }
    }

    /// Makes one lane's eventfd and socket pair and sends the worker its ends.
    private func lane(_ number: Int, channel: Int32) throws(Failure) -> (files: Int32, wake: Int32) {
        var pair: [Int32] = [-1, -1]
        let kind = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { throw .descriptors(errno: errno) }
        let wake = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        defer { close(pair[1]) }
        guard wake >= 0, ChannelMessage(.lane, value: UInt64(number)).send(on: channel, descriptor: wake),
            ChannelMessage(.files, value: UInt64(number)).send(on: channel, descriptor: pair[1])
        else {
            let error = errno
            close(pair[0])
            if wake >= 0 { close(wake) }
            throw .descriptors(errno: error)
        }
        return (pair[0], wake)
    }

    /// The worker has said so on its channel.
    package func workerReady(_ id: UInt32, pythonVersion: UInt64) {
        // Once: a worker that says it again is not believed to have nothing in hand.
        let index = workers.withLock { $0.ready.insert(id).inserted ? $0.indices[id] : nil }
        guard let index else { return }
        let now = MonotonicClock.now()
        pool.with { $0.workerReady(index, now: now) }
        tell(.workerReady(id: id, pythonVersion: pythonVersion))
        // Whoever waits in the queue is served by whichever reactor wakes.
        for mailbox in mailboxes { mailbox.post(.look) }
    }

    /// Its successor is ready: it finishes what it runs and gets nothing more. `workerRetired` is told when it is idle.
    package func retire(worker id: UInt32) {
        let index = workers.withLock { workers in
            // Should it only now become ready, it is too late.
            workers.ready.insert(id)
            return workers.indices[id]
        }
        guard let index else { return }
        pool.with { $0.retire(index) }
        for mailbox in mailboxes { mailbox.post(.retire(index: index)) }
    }

    /// The process has ended.
    package func workerGone(_ id: UInt32) {
        let index = workers.withLock { workers in
            workers.ready.remove(id)
            return workers.indices.removeValue(forKey: id)
        }
        guard let index else { return }
        pool.with { $0.workerGone(index) }
        for mailbox in mailboxes { mailbox.post(.workerGone(index: index)) }
    }
}

/// Carries a reactor to its thread, once.
private final class ReactorThread {
    private let loop: EventLoop
    private let ended: @Sendable () -> Void

    init(_ loop: EventLoop, ended: @escaping @Sendable () -> Void) {
        self.loop = loop
        self.ended = ended
    }

    func start() {
        var handle = pthread_t()
        pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                let thread = Unmanaged<ReactorThread>.fromOpaque(argument).takeRetainedValue()
                thread.loop.run()
                thread.ended()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        pthread_detach(handle)
    }
}
