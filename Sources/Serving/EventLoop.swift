import CLinux
import Dispatch
import Exchange
import Glibc
import HTTP
import Peers
import Reactor

/// One reactor: a thread with its own epoll instance, connections and buffers. What it owns stays on it; the mailbox is
/// the one way in.
///
/// A turn: wait for events · read what came and hand requests to workers · take blocks from workers and send them · wake
/// each worker that got something, once. The files beside this one are the steps of a request, in the order of its life:
/// `+Accepting`, `+Reading`, `+Requests`, `+Bodies`, `+Dispatching`, `+Answering`, `+Sending`, `+Closing`, `+Timeouts`;
/// `+Waiting` is how a turn begins.
final class EventLoop {
    /// What other threads tell a reactor.
    enum Message: Sendable {
        case listener(ListeningSocket)
        /// Both descriptors become the reactor's.
        case worker(WorkerSegment, files: Int32, wake: Int32)
        case workerGone(index: Int)
        /// Another has taken its place: what it has not begun goes elsewhere, what it runs ends there.
        case retire(index: Int)
        /// The pool has chosen a worker for a request of this reactor.
        case dispatch(request: UInt64, worker: Int)
        /// The pool has changed: look at its queue.
        case look
        /// The end is near: not ready any more.
        case announceEnd
        case drain
    }

    let number: Int
    let configuration: ServingConfiguration
    let pool: SharedPool
    let mailbox: Mailbox<Message>
    /// All reactors' mailboxes, by number.
    let mailboxes: [Mailbox<Message>]
    let log: AccessLogLane
    let counts: SharedCounts
    let tell: @Sendable (ServingEvent) -> Void
    let poller: Poller

    var connections = Slab<Connection>()
    var buffers = BufferPool()
    var freeRequests: [RequestPointer] = []
    var nextIdentifier: UInt64

    var listeners: [ListeningSocket] = []
    var places: [ListenerPlace] = []
    var isAccepting = true
    /// When a turned-away connection may next be told of: one line says it for many.
    var nextLimitLine: Int64 = 0
    /// When accepting goes on after descriptors ran out; `.max` while it does.
    var listenAgain = Int64.max
    /// A descriptor kept back, to be able to turn a client away when no other is left.
    var spare: Int32 = -1
    var addressCounts: [IPAddress: Int] = [:]

    /// By the worker's index; an entry stays while anything runs there.
    var links: [LinkPointer?] = []
    var dirtyLinks: [LinkPointer] = []
    /// Their workers have ended.
    var goneLinks: [LinkPointer] = []
    /// Told to go, and not yet gone.
    var retiringLinks: [LinkPointer] = []

    var parser: RequestParser
    /// The head that was read last. In memory of its own, so that it is used in place and never copied.
    let headMemory: UnsafeMutablePointer<RequestHead>
    var head: RequestHead {
        @inline(__always) unsafeAddress { UnsafePointer(headMemory) }
        @inline(__always) unsafeMutableAddress { headMemory }
    }
    var output = Output()
    /// Private memory for what is copied out of a ring before it is judged.
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: blockHeadLimit, alignment: 64)
    var date = DateLine()
    let queueAge: Int64
    var now = MonotonicClock.now()
    /// The earliest deadline any connection may have.
    var nextDeadline = Int64.max
    /// When workers are next looked at for stalled requests.
    var nextBalance = Int64.max
    /// Connections with more to do than their share of this turn: gone on with in the next, before anything is slept for.
    var unfinished: [(index: UInt32, generation: UInt32)] = []
    var idlePolling = IdlePolling()
    var isEnding = false
    var drain: DrainState?

    init?(
        number: Int, configuration: ServingConfiguration, pool: SharedPool, mailboxes: [Mailbox<Message>],
        log: AccessLog, counts: SharedCounts, tell: @escaping @Sendable (ServingEvent) -> Void
    ) {
        guard let poller = Poller() else { return nil }
        self.poller = poller
        self.number = number
        self.configuration = configuration
        self.pool = pool
        self.mailboxes = mailboxes
        mailbox = mailboxes[number]
        self.log = log.lane()
        self.counts = counts
        self.tell = tell
        queueAge = configuration.timeouts.queueAge.wholeNanoseconds
        headMemory = .allocate(capacity: 1)
        headMemory.initialize(to: RequestHead())
        parser = RequestParser(limits: configuration.head)
        nextIdentifier = UInt64(number)
        guard self.poller.add(mailbox.descriptor, .signal, token: Token.mailbox.raw) else { return nil }
        spare = cl_open("/dev/null", O_RDONLY | O_CLOEXEC, 0)
    }

    /// Serves until drained.
    func run() {
        while !isDrained { turn() }
    }

    /// A turn with so many events is one of many.
    private static let busy = 4

    private func turn() {
        let count = waitForEvents()
        now = MonotonicClock.now()
        for index in 0..<count { handle(poller.event(index)) }
        takeBlocks()
        serveQueue()
        goOn()
        wakeWorkers(isBusy: count >= Self.busy)
        if !goneLinks.isEmpty { letGo() }
        if !retiringLinks.isEmpty { noticeRetired() }
        if now >= nextDeadline { checkDeadlines() }
        if now >= nextBalance { balance() }
        if now >= listenAgain { resumeAccepting() }
        if drain != nil { checkDrain() }
        log.flush()
    }

    private func handle(_ event: Poller.Event) {
        switch Token(raw: event.token) {
        case .connection(let index, let generation): handle(event, index, generation)
        case .listener(let index): accept(from: Int(index))
        case .worker: break  // its lane is looked at below, as all are
        case .mailbox: for message in mailbox.takeAll() { handle(message) }
        }
    }

    private func handle(_ event: Poller.Event, _ index: UInt32, _ generation: UInt32) {
        let connection = connections[index]
        guard connection.pointee.generation == generation, connection.pointee.phase != .closed else { return }
        if event.isReadable { connection.pointee.canRead = true }
        if event.hasPeerClosed { connection.pointee.isEnding = true }
        if event.isGone { return clientHasGone(connection) }
        if event.isWritable, !isFlushed(connection) { answer(connection) }
        if event.isReadable, connection.pointee.generation == generation { read(connection) }
    }

    private func handle(_ message: Message) {
        switch message {
        case .listener(let listener): listen(listener)
        case .worker(let segment, let files, let wake): attach(segment, files: files, wake: wake)
        case .workerGone(let index): detach(index)
        case .retire(let index): retire(index)
        case .dispatch(let request, let worker): dispatchWaiting(request, to: worker)
        case .look: break  // every turn looks
        case .announceEnd: isEnding = true
        case .drain: beginDrain()
        }
    }

    // MARK: requests' memory

    func takeRequest() -> RequestPointer {
        let request =
            freeRequests.popLast()
            ?? {
                let memory = RequestPointer.allocate(capacity: 1)
                memory.initialize(to: Request())
                return memory
            }()
        request.pointee = Request()
        // Reactors count in strides: a number names one request of the server, and stays small enough for JSON.
        nextIdentifier &+= UInt64(mailboxes.count)
        request.pointee.identifier = nextIdentifier
        return request
    }

    func giveRequest(_ request: RequestPointer) {
        counts.unspool(request.pointee.spooled)
        request.pointee.body.spool.close()
        request.pointee.spill.close()
        if let buffer = request.pointee.body.buffer { buffers.give(buffer) }
        if let file = request.pointee.file, file.isOwned { close(file.descriptor) }
        freeRequests.append(request)
    }
}

@available(*, unavailable, message: "a reactor's state belongs to its thread")
extension EventLoop: Sendable {}
