/// Which files make the keeper reload when they change.
package struct WatchConfiguration: Hashable, Sendable {
    /// A directory with all below it, and what counts there.
    struct Root: Hashable, Sendable {
        let directory: String
        let patterns: [FilePattern]
    }

    let roots: [Root]
    /// Look twice a second instead of being told by the kernel.
    let polls: Bool

    /// `patterns`: besides `*.py`; relative to `directory`. Those that lead out of it, as `../lib/**/*.py`, add a root.
    package init(directory: String, patterns: [String], polls: Bool) {
        let outside = patterns.filter { $0.hasPrefix("/") || $0.hasPrefix("../") }
        let inside = patterns.filter { !outside.contains($0) }
        let own = Root(
            directory: directory, patterns: (["*.py"] + inside.map(Self.withoutDot)).map { FilePattern($0) })
        roots = [own] + outside.map { Self.root(of: $0, from: directory) }
        self.polls = polls
    }

    /// Where there is none of a root, nothing could ever be seen.
    package var directories: [String] { roots.map(\.directory) }

    /// The directories before the first special character are opened, the rest is the pattern.
    private static func root(of pattern: String, from directory: String) -> Root {
        let parts = pattern.split(separator: "/", omittingEmptySubsequences: false)
        let plain = parts.dropLast().prefix { part in !part.contains { "*?[".contains($0) } }
        let path = plain.joined(separator: "/")
        let parent = directory == "/" ? "" : directory
        return Root(
            directory: pattern.hasPrefix("/") ? (path.isEmpty ? "/" : path) : "\(parent)/\(path)",
            patterns: [FilePattern(parts.dropFirst(plain.count).joined(separator: "/"), isForPaths: true)])
    }

    private static func withoutDot(_ pattern: String) -> String {
        pattern.hasPrefix("./") ? String(pattern.dropFirst(2)) : pattern
    }
}
