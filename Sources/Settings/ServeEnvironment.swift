/// The environment's part of the settings: `PLAIT_*`, and below it what platforms set for every program.
///
/// An empty variable counts as not set, as is usual where compose files pass variables on.
struct ServeEnvironment: Sendable {
    private(set) var own: [GivenValue] = []
    private(set) var platform: [GivenValue] = []
    private(set) var warnings: [SettingsWarning] = []

    init(_ environment: EnvironmentVariables) {
        let variables = environment.values
        for declaration in ServeDeclarations.all {
            own += Self.values(of: declaration, in: declaration.environmentVariable, environment)
            if let name = declaration.platformVariable {
                platform += Self.values(of: declaration, in: name, environment)
            }
        }
        let links = variables.keys.filter { Self.isServiceLink($0, variables[$0] ?? "") }.sorted()
        if !links.isEmpty { warnings.append(.serviceLinksIgnored(links)) }
        warnings += Self.unknown(in: variables.keys.filter { !links.contains($0) })
    }

    /// Blanks separate several values where a setting takes several.
    private static func values(
        of declaration: Declaration, in name: String, _ environment: EnvironmentVariables
    ) -> [GivenValue] {
        guard let text = environment.values[name], !text.isEmpty, !isServiceLink(name, text) else { return [] }
        let texts =
            declaration.repeats == .lastHolds
            ? [text] : text.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map(String.init)
        return texts.map { GivenValue(setting: declaration.name, origin: environment.origin(of: name), text: $0) }
    }

    /// Kubernetes tells each container about each service, and Docker's links did before it: for a service called
    /// "plait" `PLAIT_PORT=tcp://10.0.0.1:80`, `PLAIT_SERVICE_HOST`, `PLAIT_PORT_80_TCP_ADDR` and more.
    private static func isServiceLink(_ name: String, _ value: String) -> Bool {
        guard name.hasPrefix(environmentPrefix) else { return false }
        if value.hasPrefix("tcp://") || value.hasPrefix("udp://") || value.hasPrefix("sctp://") { return true }
        if name.hasPrefix("PLAIT_SERVICE_HOST") || name.hasPrefix("PLAIT_SERVICE_PORT") { return true }
        let parts = name.split(separator: "_")
        return parts.count >= 4 && parts[1] == "PORT" && wholeNumber(parts[2], in: 0...65535) != nil
    }

    private static func unknown(in names: [String]) -> [SettingsWarning] {
        let known = ServeDeclarations.all.map(\.environmentVariable)
        return names.filter { $0.hasPrefix(environmentPrefix) && !known.contains($0) }.sorted().map {
            .unknownVariable($0, nearest: nearestName(to: $0, among: known))
        }
    }
}
