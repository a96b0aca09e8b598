import Settings

/// Looks for the Python that runs the application, without running any: `--python`; the environment plait is installed
/// in; `VIRTUAL_ENV`; the nearest `.venv`; the Python that plait is installed for without an environment; `python3` on
/// `PATH`.
struct InterpreterSearch {
    private let option: String?
    private let environment: [String: String]
    private let workingDirectory: String
    private let applicationDirectory: String
    private let installation: Installation?

    init(
        application: ServeSettings.Application, environment: [String: String], workingDirectory: String,
        installation: Installation? = .ofThisProcess()
    ) {
        option = application.python
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.installation = installation
        applicationDirectory = absolutePath(application.directory, in: workingDirectory)
    }

    func choose() throws(InterpreterError) -> InterpreterChoice {
        if let option { return InterpreterChoice(path: try named(option), reason: .option) }
        if let own = installation?.environmentPython { return InterpreterChoice(path: own, reason: .ownEnvironment) }
        if let active = try activeEnvironment() { return InterpreterChoice(path: active, reason: .activeEnvironment) }
        if let nearby = nearbyEnvironment() { return nearby }
        if let own = installation?.plainPython { return InterpreterChoice(path: own, reason: .ownEnvironment) }
        guard let path = onSearchPath("python3") else { throw .none }
        return InterpreterChoice(path: path, reason: .searchPath)
    }

    /// A file, a virtual environment's directory, or a bare name such as `python3.12`, which is looked for on `PATH`
    /// where there is nothing of the name here.
    private func named(_ text: String) throws(InterpreterError) -> String {
        let path = absolutePath(text, in: workingDirectory)
        if isDirectory(path) {
            guard let python = Self.python(inEnvironment: path) else { throw .optionNotAnEnvironment(text) }
            return python
        }
        if isExecutableFile(path) { return path }
        guard !isFile(path) else { throw .optionNotExecutable(text) }
        guard !text.contains("/"), let found = onSearchPath(text) else { throw .optionNotFound(text) }
        return found
    }

    /// A broken one is an error: whoever activated it means it.
    private func activeEnvironment() throws(InterpreterError) -> String? {
        guard let root = environment["VIRTUAL_ENV"], !root.isEmpty else { return nil }
        let path = absolutePath(root, in: workingDirectory)
        guard let python = Self.python(inEnvironment: path) else { throw .activeEnvironmentBroken(root) }
        return python
    }

    private func nearbyEnvironment() -> InterpreterChoice? {
        var directory: String? = applicationDirectory
        while let here = directory {
            let root = absolutePath(".venv", in: here)
            if let python = Self.python(inEnvironment: root), isFile("\(root)/pyvenv.cfg") {
                return InterpreterChoice(path: python, reason: .nearbyEnvironment(root))
            }
            directory = parentDirectory(here)
        }
        return nil
    }

    private func onSearchPath(_ name: String) -> String? {
        let directories = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        return directories.map { absolutePath("\($0)/\(name)", in: workingDirectory) }.first(where: isExecutableFile)
    }

    private static func python(inEnvironment root: String) -> String? {
        ["\(root)/bin/python3", "\(root)/bin/python"].first(where: isExecutableFile)
    }
}
