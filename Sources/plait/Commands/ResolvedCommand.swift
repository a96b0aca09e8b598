import Glibc
import Settings

/// A command line with everything that bears upon it: files of variables read, layers combined.
struct ResolvedCommand {
    let flags: Set<ServeCommandLine.Flag>
    let settings: ServeSettings
    let warnings: [SettingsWarning]
    let sources: [SettingSource]

    /// With the variables of files: what the application's and the server's processes get.
    let input: CommandInput

    init(_ commandLine: ServeCommandLine, _ input: CommandInput) throws(PlanError) {
        flags = commandLine.flags
        let files = try Self.files(commandLine, input)
        let variables = EnvironmentVariables(process: input.environment, files: files)
        self.input = CommandInput(
            words: input.words, environment: variables.values, surroundings: input.surroundings,
            launcher: input.launcher)
        do throws(SettingsError) {
            let resolution = try ServeSettings.resolve(
                commandLine, environment: variables, surroundings: input.surroundings)
            (settings, warnings, sources) = (resolution.settings, resolution.warnings, resolution.sources)
        } catch {
            throw .settings(error)
        }
    }

    private static func files(
        _ commandLine: ServeCommandLine, _ input: CommandInput
    ) throws(PlanError) -> [EnvironmentFile] {
        let paths: [String]
        do throws(SettingsError) {
            paths = try ServeSettings.environmentFiles(commandLine, environment: input.environment)
        } catch {
            throw .settings(error)
        }
        var files: [EnvironmentFile] = []
        for path in paths { files.append(try read(path, in: input.surroundings.workingDirectory)) }
        return files
    }

    private static func read(_ path: String, in directory: String) throws(PlanError) -> EnvironmentFile {
        let bytes: [UInt8]
        do throws(FileReadError) {
            bytes = try readFile(absolutePath(path, in: directory), atMost: largestFile)
        } catch {
            throw .unreadableFile(path, error)
        }
        do throws(EnvironmentFileError) {
            return try EnvironmentFile(path: path, bytes: bytes)
        } catch {
            throw .environmentFile(error)
        }
    }

    /// Linux passes a process hardly more than that (execve(2), "Limits on size").
    private static let largestFile = 1 << 20
}
