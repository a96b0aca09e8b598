import CLinux
import Glibc

/// Drives a `KeeperMachine`: one thread, one epoll loop, no decision of its own.
///
/// Order matters in one place: before exits are reported, the control channel is read to its end and the dead worker's
/// pipes are emptied, so that a traceback precedes our line about it and a worker that follows its server is not taken
/// for one that failed.
package final class Keeper {
    /// Runs to the end and returns the exit code; afterwards all children are gone and all listeners retired.
    ///
    /// `announce` makes a line for standard error, newline included, or nothing; the keeper writes it, in order with the
    /// workers' lines and without ever waiting for the reader. The process has no other thread, and calls
    /// `KeeperSignals.block` and `StandardDescriptors.fill` before it binds anything.
    package static func run(
        _ configuration: KeeperConfiguration, announce: @escaping (KeeperEvent) -> [UInt8]
    ) -> Int32 {
        let output = LineSink(descriptor: 1)
        let error = LineSink(descriptor: 2)
        do throws(SystemError) {
            return try Keeper(configuration, announce, output: output, error: error).run()
        } catch {
            configuration.listeners.forEach { $0.retire() }
            return failed(error, announce)
        }
    }

    private static func failed(_ error: SystemError, _ announce: (KeeperEvent) -> [UInt8]) -> Int32 {
        let line = LineSink(descriptor: 2)
        line.appendOwn(announce(.keeperFailed(error)))
        line.flush(within: lastWords)
        return 1
    }

    static let lastWords: Duration = .seconds(1)

    let configuration: KeeperConfiguration
    let announce: (KeeperEvent) -> [UInt8]
    let poller: Poller
    let output: LineSink
    let error: LineSink
    let notification: ServiceNotification
    var children = Children()
    private(set) var listeners: [Listener]
    var streams: [Int32: WorkerStream] = [:]
    var control: ControlLink?
    private let signals: SignalSource
    private var machine: KeeperMachine
    private var pending: [KeeperMachine.Event] = [.start]
    let terminal: Terminal?
    let launch: LaunchLink?
    private let watch: FileWatch?
    private var watchedOutputs: Set<Int32> = []
    private var exitCode: Int32?

    private init(
        _ configuration: KeeperConfiguration, _ announce: @escaping (KeeperEvent) -> [UInt8], output: LineSink,
        error: LineSink
    ) throws(SystemError) {
        self.configuration = configuration
        self.announce = announce
        self.output = output
        self.error = error
        listeners = configuration.listeners
        notification = ServiceNotification(socketPath: configuration.notifySocket)
        machine = KeeperMachine(rules: configuration.rules)
        signals = try SignalSource()
        poller = try Poller()
        poller.watch(signals.descriptor, for: EPOLLIN)
        terminal = configuration.hosting == .onTerminal ? Terminal() : nil
        watch = configuration.watch.map { FileWatch($0, now: MonotonicClock.now()) }
        if let descriptor = watch?.descriptor { poller.watch(descriptor, for: EPOLLIN) }
        if case .launcher(let descriptor) = configuration.hosting {
            launch = LaunchLink(adopting: descriptor)
            poller.watch(descriptor, for: EPOLLIN)
        } else {
            launch = nil
        }
    }

    private func run() -> Int32 {
        if let watch, watch.descriptor == nil, configuration.watch?.polls == false { write(.polling) }
        while true {
            work()
            if let exitCode { return end(exitCode) }
            flushOutputs()
            let deadline = [machine.deadline, watch?.deadline].compactMap(\.self).min()
            for descriptor in poller.wait(deadline.map { max(.zero, $0 - MonotonicClock.now()) }) { ready(descriptor) }
            pending.append(.timer)
            if let cause = watch?.due(at: MonotonicClock.now()) { report(.reload(cause)) }
        }
    }

    /// Lets the machine have what has come, until nothing more comes of it.
    private func work() {
        while !pending.isEmpty && exitCode == nil {
            for action in machine.handle(pending.removeFirst(), at: MonotonicClock.now()) { perform(action) }
        }
    }

    func closeListeners() {
        listeners.forEach { $0.retire() }
        listeners = []
    }

    func number(ofWorker id: UInt32) -> Int { machine.number(ofWorker: id) }

    func report(_ event: KeeperMachine.Event) { pending.append(event) }

    func finish(_ code: Int32) { exitCode = code }

    private func ready(_ descriptor: Int32) {
        switch descriptor {
        case signals.descriptor: readSignals()
        case control?.descriptor: readControl()
        case watch?.descriptor: watch?.read(at: MonotonicClock.now())
        case launch?.descriptor: readLaunch()
        case output.descriptor, error.descriptor: break  // flushed in every turn
        default: relay(descriptor)
        }
    }

    private func readSignals() {
        let numbers = signals.read()
        for number in numbers {
            switch number {
            case SIGTERM, SIGINT: report(.signal(.stop(number)))
            case SIGQUIT: report(.signal(.quit(number)))
            case SIGHUP: report(.signal(terminal?.hasHungUp ?? false ? .stop(number) : .hangUp))
            case SIGUSR1: report(.signal(.reopenLogs))
            default: break
            }
        }
        if numbers.contains(SIGCHLD) { reap() }
    }

    /// Writes what can be written, and asks to be told when the rest can.
    private func flushOutputs() {
        for (sink, stream) in [(output, KeeperEvent.OutputStream.standardOutput), (error, .standardError)] {
            sink.flush()
            guard let losses = sink.takeLosses() else { continue }
            write(.outputLost(stream, lines: losses.lines, bytes: losses.bytes))
        }
        for sink in [output, error] { watch(sink, sink.flush()) }
    }

    private func watch(_ sink: LineSink, _ waits: Bool) {
        if waits, watchedOutputs.insert(sink.descriptor).inserted {
            poller.watch(sink.descriptor, for: EPOLLOUT)
        } else if !waits, watchedOutputs.remove(sink.descriptor) != nil {
            poller.forget(sink.descriptor)
        }
    }

    /// The workers' last lines leave before the process does, unless nobody reads them.
    private func end(_ code: Int32) -> Int32 {
        closeListeners()
        for stream in streams.values {
            if case .ended = stream.relayRest() { continue }
            stream.finish()
        }
        output.flush(within: Self.lastWords)
        error.flush(within: Self.lastWords)
        return code
    }
}
