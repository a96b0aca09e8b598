import Settings
import Supervision

/// Does what the command line asks for; the one place where a verb becomes an action.
func runCommand(_ input: CommandInput) -> ExitCode {
    switch Command(input.words) {
    case .serve(let words): runServe(words, input)
    case .serveAsServer(let words): runServer(words, input)
    case .check(let words): runCheck(words, input)
    case .importSettings(let file): runImport(file, input)
    case .completion(let shell): say(shell.completion(of: Verb.all))
    case .help(let topic): say(topic.text)
    case .version: say("plait \(plaitVersion)\n")
    case .wrong(let error): fail(ErrorLines(error))
    }
}

private func runServe(_ words: [String], _ input: CommandInput) -> ExitCode {
    do throws(PlanError) {
        let commandLine = try readCommandLine(words, flags: [.print])
        if commandLine.flags.contains(.help) { return say(Command.HelpTopic.serve.text) }
        let command = try ResolvedCommand(commandLine, input)
        let log = ConsoleLog(command.settings.logging)
        for warning in command.warnings { log.warn(of: warning) }
        let plan = try ServePlan(command)
        if command.flags.contains(.print) { return say(SettingsTable(command, plan).text) }
        return .other(serve(plan, input: command.input))
    } catch {
        return fail(ErrorLines(error), error.exitCode)
    }
}

private func runCheck(_ words: [String], _ input: CommandInput) -> ExitCode {
    do throws(PlanError) {
        let commandLine = try readCommandLine(words, flags: [.deploy])
        if commandLine.flags.contains(.help) { return say(Command.HelpTopic.check.text) }
        StandardDescriptors.fill()
        let findings = Checkup(try ResolvedCommand(commandLine, input)).findings()
        let isStrict = commandLine.flags.contains(.deploy)
        guard writeAll(findings.text(strict: isStrict), to: .output) else { return .failedAtRunTime }
        return findings.isFailure(strict: isStrict) ? .failedAtRunTime : .asked
    } catch {
        return fail(ErrorLines(error), error.exitCode)
    }
}

private func readCommandLine(
    _ words: [String], flags: [ServeCommandLine.Flag]
) throws(PlanError) -> ServeCommandLine {
    do throws(SettingsError) { return try ServeCommandLine(words, flags: flags) } catch { throw .settings(error) }
}

/// The keeper has read the same words before and found them right, so a fault here is a fault of plait's own. What
/// files of variables say is in the environment already.
private func runServer(_ words: [String], _ input: CommandInput) -> ExitCode {
    do throws(SettingsError) {
        let resolution = try ServeSettings.resolve(
            try ServeCommandLine(words), environment: EnvironmentVariables(process: input.environment),
            surroundings: input.surroundings)
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
