/// What is wrong with the words or variables given. Values, not sentences: those are made in the executable.
package enum SettingsError: Error, Hashable, Sendable {
    case unknownOption(String, nearest: String?)
    case refusedOption(String, RefusedOption)

    /// The option is the last word, or another option follows.
    case missingValue(option: String, placeholder: String, accepted: String)

    /// `--help=x`.
    case unexpectedValue(option: String)

    /// A second word that is no option.
    case secondApplication(String, first: String)

    case wrongApplication(String)
    case wrongValue(WrongValue)
}

/// A value that its setting cannot have.
package struct WrongValue: Error, Hashable, Sendable {
    package let origin: Origin
    package let given: String
    package let reason: ValueError
    package let accepted: String
}

/// Where a value comes from, named as people typed it.
package enum Origin: Hashable, Sendable {
    /// As `--port` or `-p`.
    case option(String)

    /// As `PLAIT_PORT` or `PORT`; where it stands, if not in the process' own environment.
    case variable(String, in: EnvironmentFilePlace? = nil)

    case fallback(setting: String)

    package var isFallback: Bool {
        if case .fallback = self { true } else { false }
    }
}

package enum RefusedOption: Hashable, Sendable {
    /// Elsewhere `--timeout` kills a silent worker; what is wanted is a time for a request to run, which is its own
    /// setting, `--deadline`, of a later version.
    case requestDeadlineComesLater
}

/// What is odd about the environment, but no reason not to start.
package enum SettingsWarning: Hashable, Sendable {
    /// Variables that Kubernetes makes for a service called "plait"; they are not settings.
    case serviceLinksIgnored([String])

    case unknownVariable(String, nearest: String?)
}
