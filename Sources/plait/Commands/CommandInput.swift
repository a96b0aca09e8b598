@preconcurrency import Glibc
import Settings

/// Everything a command takes from the process it runs in, read once, at the start.
struct CommandInput {
    /// Without the program's own name.
    let words: [String]
    let environment: [String: String]
    let surroundings: Surroundings

    static func fromProcess() -> CommandInput {
        CommandInput(
            words: Array(CommandLine.arguments.dropFirst()), environment: readEnvironment(),
            surroundings: Surroundings(
                machine: Machine.ofThisProcess(), workingDirectory: readWorkingDirectory(),
                errorIsTerminal: isatty(STDERR_FILENO) == 1))
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
