import Settings

/// What the words of a command line ask for. Pure.
enum Command: Equatable {
    /// `serve APP …`, in the process that people started.
    case serve([String])

    /// The same words in the process that owns the connections, which the keeper starts.
    case serveAsServer([String])

    /// `check [APP] …`
    case check([String])

    case importSettings(file: String)
    case completion(Shell)
    case help(HelpTopic)
    case version
    case wrong(CommandError)

    enum HelpTopic: Equatable {
        case verbs
        case serve
        case serveReference
        case check
        case manual
        case serveManual
    }

    /// - Parameter words: without the program's own name.
    init(_ words: [String]) {
        if words.first == Self.serverRole {
            self = Self.inServerRole(Array(words.dropFirst()))
            return
        }
        switch words.first {
        case nil: self = .wrong(.noVerb)
        case "serve": self = .serve(Array(words.dropFirst()))
        case "check": self = .check(Array(words.dropFirst()))
        case "import": self = Self.importSettings(Array(words.dropFirst()))
        case "completion": self = Self.completion(Array(words.dropFirst()))
        case "help", "--help", "-h": self = Self.help(Array(words.dropFirst()))
        case "version", "--version": self = .version
        case let word?: self = .wrong(.unknownVerb(word))
        }
    }

    /// Marks the server among the processes; nobody types it.
    static let serverRole = "--role=server"

    private static func inServerRole(_ words: [String]) -> Command {
        words.first == "serve" ? .serveAsServer(Array(words.dropFirst())) : .wrong(.noVerb)
    }

    private static func importSettings(_ words: [String]) -> Command {
        switch words.count {
        case 0: .wrong(.noFile)
        case 1 where ["-h", "--help"].contains(words[0]): .help(.verbs)
        case 1: .importSettings(file: words[0])
        default: .wrong(.surplusFile(words[1]))
        }
    }

    private static func completion(_ words: [String]) -> Command {
        guard let word = words.last else { return .wrong(.noShell) }
        guard words.count == 1, let shell = Shell(rawValue: word) else { return .wrong(.unknownShell(word)) }
        return .completion(shell)
    }

    private static func help(_ words: [String]) -> Command {
        switch words {
        case []: .help(.verbs)
        case ["serve"]: .help(.serve)
        case ["serve", "--markdown"], ["--markdown", "serve"], ["--markdown"]: .help(.serveReference)
        case ["check"]: .help(.check)
        case ["serve", "--man"], ["--man", "serve"]: .help(.serveManual)
        case ["--man"]: .help(.manual)
        case let words where words.count == 1 && Verb.all.contains { $0.name == words[0] }: .help(.verbs)
        default: .wrong(.unknownVerb(words.first { !$0.hasPrefix("--m") } ?? ""))
        }
    }
}

/// What is wrong with the verb, or with the words behind one that takes few.
enum CommandError: Equatable {
    case noVerb
    case unknownVerb(String)

    /// `import` without a file, or with more than one.
    case noFile
    case surplusFile(String)

    /// `completion` without the shell's name.
    case noShell
    case unknownShell(String)
}

/// How a process ends; part of the contract with users.
enum ExitCode: Equatable {
    case asked
    case failedAtRunTime
    case applicationWouldNotStart
    case usage
    case other(Int32)

    var rawValue: Int32 {
        switch self {
        case .asked: 0
        case .failedAtRunTime: 1
        case .applicationWouldNotStart: 3
        case .usage: 64
        case .other(let code): code
        }
    }
}
