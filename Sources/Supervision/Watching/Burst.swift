/// Makes one of many: editors, formatters and `git checkout` write several files in a row. Pure.
///
/// A burst is over when nothing more has come for `quiet`, or after `longest` even if more comes all the time.
struct Burst {
    static let quiet: Duration = .milliseconds(60)
    static let longest: Duration = .seconds(1)

    private var began: Duration = .zero
    private var last: Duration = .zero
    private var files: [String] = []

    /// When `take` is to be asked; nil: nothing has come.
    var deadline: Duration? { files.isEmpty ? nil : min(last + Self.quiet, began + Self.longest) }

    mutating func add(_ file: String, at now: Duration) {
        if files.isEmpty { began = now }
        last = now
        if !files.contains(file) { files.append(file) }
    }

    /// What has changed, once it is over.
    mutating func take(at now: Duration) -> KeeperEvent.ReloadCause? {
        guard let deadline, deadline <= now, let first = files.first else { return nil }
        defer { files = [] }
        return .files(first: first, count: files.count)
    }
}
