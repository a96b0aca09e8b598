import Settings

/// What the tests' machine is like: four processors, no limits.
let plainSurroundings = Surroundings(
    machine: Machine(processors: 4, quota: nil, memoryLimit: nil), workingDirectory: "/srv/shop",
    errorIsTerminal: true)

/// Resolves words after `serve`, as `hello:app -w 4`, separated by single blanks.
func resolve(
    _ words: String, _ environment: [String: String] = [:], surroundings: Surroundings = plainSurroundings
) throws(SettingsError) -> ServeSettings.Resolution {
    let commandLine = try ServeCommandLine(words.split(separator: " ").map(String.init))
    return try ServeSettings.resolve(
        commandLine, environment: EnvironmentVariables(process: environment), surroundings: surroundings)
}

func settings(_ words: String, _ environment: [String: String] = [:]) throws(SettingsError) -> ServeSettings {
    try resolve("hello:app \(words)", environment).settings
}

/// The error's value, where only that counts.
func wrongValue(_ words: String, _ environment: [String: String] = [:]) -> WrongValue? {
    do throws(SettingsError) {
        _ = try settings(words, environment)
        return nil
    } catch {
        guard case .wrongValue(let wrong) = error else { return nil }
        return wrong
    }
}
