import CLinux
import CPython
import Exchange

/// The worker's main thread: it takes no requests; it runs Python's signal handlers and sees the server's end close.
struct MainThread {
    private let worker: Worker
    private let signals = SignalPipe()

    init(worker: Worker) { self.worker = worker }

    /// Serves until the server has gone. False with the error set when a signal handler raised, or the threads could
    /// not be started.
    func serve() -> Bool {
        let threads = startThreads()
        guard threads.count == worker.settings.threads else {
            stop(threads)
            _ = raise(cpy_runtime_error(), "the system refused the worker another thread; use fewer --threads")
            return false
        }
        let version = UInt64(interpreterVersion())
        let isReady = ChannelMessage(.ready, value: version).send(on: worker.settings.channel)
        let end = isReady ? waitForEnd() : .serverGone
        stop(threads, cancelling: end == .serverGone)
        return end == .serverGone
    }

    /// Fewer than were asked for if the system refuses one.
    private func startThreads() -> [RequestThread] {
        var threads: [RequestThread] = []
        for index in 0..<worker.settings.threads {
            guard let thread = RequestThread(index: index, worker: worker) else { break }
            threads.append(thread)
        }
        return threads
    }

    private func stop(_ threads: [RequestThread], cancelling: Bool = false) {
        worker.baton.stop(threads: threads.count)
        worker.sleep.wake()
        if cancelling { worker.cancelRunning() }
        Lock.released { for thread in threads { thread.join() } }
    }

    // MARK: waiting

    private enum Event { case none, signal, serverGone }
    private enum End { case serverGone, handlerRaised }

    private func waitForEnd() -> End {
        while true {
            switch Lock.released(nextEvent) {
            case .none: continue
            case .signal: if PyErr_CheckSignals() != 0 { return .handlerRaised }
            case .serverGone: return .serverGone
            }
        }
    }

    private func nextEvent() -> Event {
        var watched = [worker.settings.channel, signals.reading].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        if poll(&watched, 2, -1) < 0 { return .signal }
        if watched[1].revents != 0 {
            signals.drain()
            return .signal
        }
        return isClosed() ? .serverGone : .none
    }

    private func isClosed() -> Bool {
        switch ChannelMessage.receive(on: worker.settings.channel, waits: false) {
        case .closed, .violation: return true
        case .wouldBlock: return false
        case .message(_, let descriptor):
            if descriptor >= 0 { close(descriptor) }
            return false
        }
    }
}

/// `sys.hexversion` of the interpreter that runs, not of the headers this was compiled with.
private func interpreterVersion() -> Int {
    guard let object = PySys_GetObject("hexversion") else { return 0 }
    return PyLong_AsLong(object)
}
