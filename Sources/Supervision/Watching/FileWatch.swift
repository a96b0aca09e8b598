/// Tells when the watched files have changed: by events where the kernel has them, else by looking. The keeper watches
/// `descriptor` and asks `due` when `deadline` has come.
final class FileWatch {
    private enum Source {
        case events(FileEvents)
        case polling(FilePolling)
    }

    private var source: Source
    private var burst = Burst()

    init(_ configuration: WatchConfiguration, now: Duration) {
        let isShared = configuration.roots.contains { SharedFileSystem.holds($0.directory) }
        if !configuration.polls, !isShared, let events = FileEvents(configuration) {
            source = .events(events)
        } else {
            source = .polling(FilePolling(configuration, now: now))
        }
    }

    /// nil: there are no events, only `deadline`.
    var descriptor: Int32? {
        if case .events(let events) = source { events.descriptor } else { nil }
    }

    var deadline: Duration? {
        guard case .polling(let polling) = source else { return burst.deadline }
        return min(polling.next, burst.deadline ?? polling.next)
    }

    /// The descriptor has something to say.
    func read(at now: Duration) {
        guard case .events(let events) = source else { return }
        for file in events.read() { burst.add(file, at: now) }
    }

    /// A burst of changes that is over.
    func due(at now: Duration) -> KeeperEvent.ReloadCause? {
        if case .polling(var polling) = source {
            for file in polling.poll(at: now) { burst.add(file, at: now) }
            source = .polling(polling)
        }
        return burst.take(at: now)
    }
}
