extension InterpreterChoice.Reason {
    /// For the start line: `(/path/bin/python, from VIRTUAL_ENV)`.
    var text: String {
        switch self {
        case .option: "from --python"
        case .ownEnvironment: "from plait's own environment"
        case .activeEnvironment: "from VIRTUAL_ENV"
        case .nearbyEnvironment(let root): "from \(root)"
        case .searchPath: "from PATH"
        }
    }
}

extension InterpreterChoice.Reason {
    /// For the JSON log, where names are a contract (docs/reference/log.md).
    var code: String {
        switch self {
        case .option: "option"
        case .ownEnvironment: "own-environment"
        case .activeEnvironment: "active-environment"
        case .nearbyEnvironment: "nearby-environment"
        case .searchPath: "search-path"
        }
    }
}

extension ErrorLines {
    init(_ error: InterpreterError) {
        let accepted = "accepted: --python PATH of an interpreter or a virtual environment"
        switch error {
        case .optionNotFound(let text):
            self.init("no Python at \(quoted(text)), in `--python`; \(accepted)")
        case .optionNotExecutable(let text):
            self.init("\(quoted(text)) cannot be executed, in `--python`; \(accepted)")
        case .optionNotAnEnvironment(let text):
            self.init("directory \(quoted(text)) has no bin/python, in `--python`; \(accepted)")
        case .activeEnvironmentBroken(let text):
            self.init(
                "directory \(quoted(text)) has no bin/python, in `VIRTUAL_ENV`; \(accepted)",
                hint: "deactivate the environment, or make it anew")
        case .none:
            self.init("no Python found: no environment, no .venv, no python3 on PATH; \(accepted)")
        }
    }
}
