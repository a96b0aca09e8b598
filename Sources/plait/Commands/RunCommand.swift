import Settings

/// Does what the command line asks for; the one place where a verb becomes an action.
func runCommand(_ input: CommandInput) -> ExitCode {
    switch Command(input.words) {
    case .serve(let words): runServe(words, input)
    case .serveAsServer(let words): runServer(words, input)
    case .importSettings(let file): runImport(file, input)
    case .completion(let shell): say(shell.completion(of: Verb.all))
    case .help(let topic): say(topic.text)
    case .version: say("plait \(plaitVersion)\n")
    case .wrong(let error): fail(ErrorLines(error))
    }
}

private func runServe(_ words: [String], _ input: CommandInput) -> ExitCode {
    let resolution: ServeSettings.Resolution
    do throws(SettingsError) {
        let commandLine = try ServeCommandLine(words)
        if commandLine.asksForHelp { return say(Command.HelpTopic.serve.text) }
        resolution = try ServeSettings.resolve(
            commandLine, environment: input.environment, surroundings: input.surroundings)
    } catch {
        return fail(ErrorLines(error))
    }
    let settings = resolution.settings
    let log = ConsoleLog(settings.logging)
    for warning in resolution.warnings { log.warn(of: warning) }
    do throws(InterpreterError) {
        let search = InterpreterSearch(
            application: settings.application, environment: input.environment,
            workingDirectory: input.surroundings.workingDirectory)
        return .other(serve(settings, interpreter: try search.choose(), input: input))
    } catch {
        return fail(ErrorLines(error), error.exitCode)
    }
}

/// The keeper has read the same words before and found them right, so a fault here is a fault of plait's own.
private func runServer(_ words: [String], _ input: CommandInput) -> ExitCode {
    do throws(SettingsError) {
        let resolution = try ServeSettings.resolve(
            try ServeCommandLine(words), environment: input.environment, surroundings: input.surroundings)
        return .other(serveAsServer(resolution.settings, input: input))
    } catch {
        return fail(ErrorLines(error))
    }
}

private func say(_ text: String) -> ExitCode {
    writeAll(text, to: .output) ? .asked : .failedAtRunTime
}

private func fail(_ lines: ErrorLines, _ code: ExitCode = .usage) -> ExitCode {
    writeAll(lines.text, to: .error)
    return code
}
