/// Which Python runs the application, and why this one.
struct InterpreterChoice: Equatable {
    /// Absolute; not resolved, since a virtual environment is recognised by the path its Python is called by.
    let path: String
    let reason: Reason

    enum Reason: Equatable {
        /// `--python` or `PLAIT_PYTHON`.
        case option

        /// plait itself is installed in this environment.
        case ownEnvironment

        /// `VIRTUAL_ENV`.
        case activeEnvironment

        /// The nearest `.venv` upwards from the application's directory; carries its path.
        case nearbyEnvironment(String)

        /// `python3` on `PATH`.
        case searchPath
    }
}

/// Why no Python could be chosen.
enum InterpreterError: Error, Equatable {
    /// `--python` names nothing there is.
    case optionNotFound(String)

    /// `--python` names a file that cannot be executed.
    case optionNotExecutable(String)

    /// `--python` names a directory without `bin/python`.
    case optionNotAnEnvironment(String)

    /// `VIRTUAL_ENV` names a directory without `bin/python`.
    case activeEnvironmentBroken(String)

    /// There is no Python anywhere one was looked for.
    case none

    var exitCode: ExitCode {
        self == .none ? .applicationWouldNotStart : .usage
    }
}
