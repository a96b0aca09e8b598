import Glibc
import Settings

/// `plait import FILE`. gunicorn's settings are a Python program, so the translation is one, too: this process becomes
/// the Python that would run the application.
func runImport(_ file: String, _ input: CommandInput) -> ExitCode {
    guard let installation = Installation.ofThisProcess() else {
        writeAll(ErrorLines(InstallationError.workerScriptMissing).text, to: .error)
        return .failedAtRunTime
    }
    do throws(InterpreterError) {
        let python = try choosePython(input)
        become(python.path, words: [installation.importScript, file])
        writeAll(ErrorLines(ImportError.interpreterWouldNotStart(python.path, errno: errno)).text, to: .error)
        return .failedAtRunTime
    } catch {
        writeAll(ErrorLines(error).text, to: .error)
        return error.exitCode
    }
}

/// As `plait serve` would choose it here; of all settings only this one matters.
private func choosePython(_ input: CommandInput) throws(InterpreterError) -> InterpreterChoice {
    let variable = "PLAIT_PYTHON"
    guard
        let commandLine = try? ServeCommandLine([]),
        let resolution = try? ServeSettings.resolve(
            commandLine,
            environment: EnvironmentVariables(process: input.environment.filter { $0.key == variable }),
            surroundings: input.surroundings)
    else { throw .optionNotFound(input.environment[variable] ?? "") }
    return try InterpreterSearch(
        application: resolution.settings.application, environment: input.environment,
        workingDirectory: input.surroundings.workingDirectory
    ).choose()
}

/// Comes back only where that fails.
private func become(_ program: String, words: [String]) {
    var arguments = ([program] + words).map { strdup($0) } + [nil]
    execv(program, &arguments)
}

enum ImportError: Error {
    case interpreterWouldNotStart(String, errno: Int32)
}
