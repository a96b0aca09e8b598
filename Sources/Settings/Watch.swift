/// Whether files are watched, and which: what one or several values of `--watch` say together.
package enum Watch: Sendable, Equatable {
    case off
    case on(Files)

    package struct Files: Sendable, Equatable {
        /// Besides `*.py`; without a `/` they are compared with a file's name, else with its path.
        package let patterns: [String]

        /// Look at the files twice a second instead of being told by the kernel.
        package let polls: Bool

        package init(patterns: [String], polls: Bool) {
            self.patterns = patterns
            self.polls = polls
        }
    }

    /// One value.
    enum Word: Sendable, Equatable {
        case off, on, poll
        case pattern(String)

        init?(_ text: String) {
            switch text {
            case "off": self = .off
            case "on": self = .on
            case "poll": self = .poll
            case _ where text.isEmpty || text.utf8.contains(0): return nil
            default: self = .pattern(text)
            }
        }
    }

    /// The values of a layer, in order; `off` forgets what stands before it.
    init(_ words: [Word]) {
        self = words.reduce(.off) { watch, word in
            let files = if case .on(let files) = watch { files } else { Files(patterns: [], polls: false) }
            return switch word {
            case .off: .off
            case .on: .on(files)
            case .poll: .on(Files(patterns: files.patterns, polls: true))
            case .pattern(let pattern): .on(Files(patterns: files.patterns + [pattern], polls: files.polls))
            }
        }
    }
}
