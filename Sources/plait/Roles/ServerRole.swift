import CLinux
import Exchange
import Glibc
import Serving
import Settings
import Supervision
import Synchronization

/// The server process's main thread: it hears the keeper and the workers' channels, and passes on to the reactors what
/// concerns them. Ends when drained, or when the keeper has gone.
final class ServerRole {
    private let server: Server
    private let control: ControlChannel
    private let accessLog: Serving.AccessLog
    private let endpoints: [Endpoint]
    private let log: ConsoleLog
    private let reports: Reports
    private var listeners: [(index: UInt32, descriptor: Int32)] = []
    /// Our end of each worker's channel, by the keeper's number.
    private var channels: [UInt32: Int32] = [:]
    private var drainBegan: (requests: Int, at: timespec)?

    init(
        server: Server, control: ControlChannel, accessLog: Serving.AccessLog, endpoints: [Endpoint],
        reports: Reports, log: ConsoleLog
    ) {
        self.server = server
        self.control = control
        self.accessLog = accessLog
        self.endpoints = endpoints
        self.log = log
        self.reports = reports
    }

    func run() -> Int32 {
        blockSignals()
        startWriter()
        defer { accessLog.close() }
        do throws(Server.Failure) {
            try server.start { [reports] in reports.drained() }
        } catch {
            log.error("reactors could not be started", LogField("reason", .text("\(error)")))
            return ExitCode.failedAtRunTime.rawValue
        }
        while true {
            waitForInput()
            guard hearKeeper() else { return ExitCode.failedAtRunTime.rawValue }
            hearWorkers()
            // Last: the wake-up that told of it may have been taken above.
            if reports.isDrained { return reportDrained() }
        }
    }

    /// The keeper decides what signals mean; the server hears of it over the channel.
    private func blockSignals() {
        var all = sigset_t()
        sigfillset(&all)
        for deadly in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS] { sigdelset(&all, deadly) }
        pthread_sigmask(SIG_BLOCK, &all, nil)
    }

    private func startWriter() {
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Serving.AccessLog>.fromOpaque(argument).takeRetainedValue().writeUntilClosed()
                return nil
            }, Unmanaged.passRetained(accessLog).toOpaque())
        pthread_detach(thread)
    }

    private func waitForInput() {
        var watched = [control.descriptor, reports.descriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        watched += channels.values.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        poll(&watched, nfds_t(watched.count), -1)
    }

    // MARK: the keeper

    /// False when the keeper has gone: nobody would restart or end us.
    private func hearKeeper() -> Bool {
        while true {
            switch control.receive() {
            case .nothing: return true
            case .ended: return false
            case .malformed: continue
            case .message(let message, let descriptor): handle(message, descriptor ?? -1)
            }
        }
    }

    private func handle(_ message: ControlMessage, _ descriptor: Int32) {
        switch message {
        case .listener(let index): listeners.append((index, descriptor))
        case .listenersDone(let count):
            let expanded = endpoints.expanded(systemdSockets: Int(count) - endpoints.count + 1)
            for (index, descriptor) in listeners {
                let endpoint = Int(index) < expanded.count ? expanded[Int(index)] : nil
                server.listen(ListeningSocket(descriptor: descriptor, endpoint: endpoint))
            }
            _ = control.send(.started)
        case .worker(let id): prepare(id, channel: descriptor)
        case .workerGone(let id, _):
            server.workerGone(id)
            if let channel = channels.removeValue(forKey: id) { close(channel) }
        case .stopping: server.announceEnd()
        case .drain:
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            drainBegan = (server.requestsServed, now)
            server.drain()
        case .reopenLogs: accessLog.reopen()
        case .retireWorker(let id): server.retire(worker: id)
        case .started, .workerReady, .workerCondemned, .drained: break
        }
    }

    private func prepare(_ id: UInt32, channel: Int32) {
        channels[id] = channel
        do throws(Server.Failure) {
            try server.prepare(worker: id, channel: channel)
        } catch {
            log.error("a worker could not be given its memory", LogField("reason", .text("\(error)")))
            _ = control.send(.workerCondemned(id: id, reason: .unspecified))
        }
    }

    private func reportDrained() -> Int32 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let began = drainBegan ?? (server.requestsServed, now)
        let milliseconds = (now.tv_sec - began.at.tv_sec) * 1000 + (now.tv_nsec - began.at.tv_nsec) / 1_000_000
        _ = control.send(
            .drained(
                count: UInt64(max(0, server.requestsServed - began.requests)),
                milliseconds: UInt64(max(0, milliseconds))))
        return ExitCode.asked.rawValue
    }

    // MARK: the workers

    private func hearWorkers() {
        for id in reports.takeCondemned() {
            _ = control.send(.workerCondemned(id: id, reason: .brokeTheExchange))
        }
        // A worker ends by itself when its channel does.
        for id in reports.takeRetired() { channels.removeValue(forKey: id).map { _ = close($0) } }
        for (id, channel) in channels {
            switch ChannelMessage.receive(on: channel, waits: false) {
            case .message(let message, let descriptor):
                if descriptor >= 0 { close(descriptor) }
                guard message.kind == .ready else { continue }
                server.workerReady(id, pythonVersion: message.value)
                _ = control.send(.workerReady(id: id, pythonHexVersion: UInt32(truncatingIfNeeded: message.value)))
            case .wouldBlock: break
            // Its end is the keeper's to report; until then the channel would only keep poll(2) awake.
            case .closed, .violation:
                close(channel)
                channels[id] = nil
            }
        }
    }
}

/// Reports from reactor threads to the main thread.
final class Reports: Sendable {
    let descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    private let state = Mutex<(isDrained: Bool, condemned: [UInt32], retired: [UInt32])>((false, [], []))

    var isDrained: Bool { state.withLock { $0.isDrained } }

    func drained() {
        state.withLock { $0.isDrained = true }
        wake()
    }

    func condemn(_ id: UInt32) {
        state.withLock { $0.condemned.append(id) }
        wake()
    }

    func retired(_ id: UInt32) {
        state.withLock { $0.retired.append(id) }
        wake()
    }

    func takeCondemned() -> [UInt32] {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
        return state.withLock { state in
            defer { state.condemned = [] }
            return state.condemned
        }
    }

    /// After `takeCondemned`, which takes the wake-up for both.
    func takeRetired() -> [UInt32] {
        state.withLock { state in
            defer { state.retired = [] }
            return state.retired
        }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }
}
