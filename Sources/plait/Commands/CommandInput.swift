@preconcurrency import Glibc
import Settings

/// Everything a command takes from the process it runs in, read once, at the start.
struct CommandInput {
    /// Without the program's own name.
    let words: [String]
    let environment: [String: String]
    let surroundings: Surroundings
    /// The link to the Python that started us and is the worker itself (`python -m plait serve APP --dev`); nil where
    /// people started us.
    let launcher: Int32?

    /// The first word where a Python started us, with the link's number behind it; nobody types it.
    private static let launchedRole = "--role=launched:"

    static func fromProcess() -> CommandInput {
        let words = Array(CommandLine.arguments.dropFirst())
        let first = words.first ?? ""
        let launcher = first.hasPrefix(launchedRole) ? Int32(first.dropFirst(launchedRole.count)) : nil
        return CommandInput(
            words: launcher == nil ? words : Array(words.dropFirst()), environment: readEnvironment(),
            surroundings: Surroundings(
                machine: Machine.ofThisProcess(), workingDirectory: readWorkingDirectory(),
                errorIsTerminal: isatty(STDERR_FILENO) == 1),
            launcher: launcher)
    }

    private static func readEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
        while let entry = next?.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next = next?.successor()
        }
        return variables
    }

    /// `/` where the directory is gone: every relative path then fails with its own message.
    private static func readWorkingDirectory() -> String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }
}
