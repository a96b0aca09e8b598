import Settings

/// Does what the command line asks for; the one place where a verb becomes an action.
func runCommand(_ input: CommandInput) -> ExitCode {
    switch Command(input.words) {
    case .serve(let words): runServe(words, input)
    case .serveAsServer(let words): runServer(words, input)
    case .help(let topic): say(topic.text)
    case .version: say("plait \(plaitVersion)\n")
    case .wrong(let error): fail(ErrorLines(error))
    }
}

private func runServe(_ words: [String], _ input: CommandInput) -> ExitCode {
    do throws(PlanError) {
        let commandLine = try readCommandLine(words)
        if commandLine.asksForHelp { return say(Command.HelpTopic.serve.text) }
        let resolution = try resolve(commandLine, input)
        let log = ConsoleLog(resolution.settings.logging)
        for warning in resolution.warnings { log.warn(of: warning) }
        return .other(serve(try ServePlan(resolution.settings, input), input: input))
    } catch {
        return fail(ErrorLines(error), error.exitCode)
    }
}

private func readCommandLine(_ words: [String]) throws(PlanError) -> ServeCommandLine {
    do throws(SettingsError) { return try ServeCommandLine(words) } catch { throw .settings(error) }
}

private func resolve(
    _ commandLine: ServeCommandLine, _ input: CommandInput
) throws(PlanError) -> ServeSettings.Resolution {
    do throws(SettingsError) {
        return try ServeSettings.resolve(
            commandLine, environment: input.environment, surroundings: input.surroundings)
    } catch {
        throw .settings(error)
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
