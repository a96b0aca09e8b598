import CLinux
import CPython
import Exchange

/// The worker's main thread: it takes no requests; it runs Python's signal handlers and sees the server's end close.
struct MainThread {
    let worker: Worker

    /// Serves until the server has gone. False with the error set when a signal handler raised.
    func serve() -> Bool {
        let threads = (0..<worker.settings.threads).map { RequestThread(index: $0, worker: worker) }
        let version = UInt64(Py_Version_hex())
        let isReady = ChannelMessage(.ready, value: version).send(on: worker.settings.channel)
        let isClean = isReady ? waitForEnd() : true
        worker.baton.stop(threads: threads.count)
        worker.sleep.wake()
        Lock.released { for thread in threads { thread.join() } }
        return isClean
    }

    private func waitForEnd() -> Bool {
        while true {
            let hasEnded = Lock.released { () -> Bool? in
                var watched = pollfd(fd: worker.settings.channel, events: Int16(POLLIN), revents: 0)
                let count = poll(&watched, 1, -1)
                return count < 0 ? nil : isClosed()
            }
            switch hasEnded {
            case true?: return true
            case false?: continue
            case nil: if PyErr_CheckSignals() != 0 { return false }
            }
        }
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
private func Py_Version_hex() -> Int {
    guard let object = PySys_GetObject("hexversion") else { return 0 }
    return PyLong_AsLong(object)
}
