/// The word that follows `plait` and says what it shall do; help, manual and completions are made of all of them.
package struct Verb: Sendable {
    package let name: String

    /// What stands behind it in the usage; may be empty.
    package let arguments: String

    /// One line, without a full stop.
    package let summary: String
    package let takes: Words

    package enum Words: Sendable {
        /// An application and the options of `plait serve`, with flags of its own.
        case serving([ServeCommandLine.Flag])
        case choice([String])
        case file
        case nothing
    }

    package init(_ name: String, _ arguments: String, _ summary: String, takes: Words) {
        self.name = name
        self.arguments = arguments
        self.summary = summary
        self.takes = takes
    }

    /// As it is typed: `serve APP [options]`.
    package var usage: String { arguments.isEmpty ? name : "\(name) \(arguments)" }
}
