/// One setting with the values that hold and where each comes from, for `--print`.
package struct SettingSource: Sendable, Equatable {
    package let name: String

    /// Those that hold, in the order in which they count; none where the default has to be computed.
    package let values: [Value]

    /// How the default is computed; nil where it stands in the declaration.
    package let computation: String?

    package struct Value: Sendable, Equatable {
        package let text: String
        package let origin: Origin
    }
}

extension SettingLayers {
    /// To be called when every value has been read without an error.
    func sources(of declarations: [Declaration]) -> [SettingSource] {
        declarations.map { declaration in
            let computation: String? = if case .computed(let text) = declaration.fallback { text } else { nil }
            return SettingSource(name: declaration.name, values: holding(declaration), computation: computation)
        }
    }

    private func holding(_ declaration: Declaration) -> [SettingSource.Value] {
        let layers = given(declaration)
        let highest = layers.first { !$0.isEmpty } ?? []
        let holding: [GivenValue] =
            switch declaration.repeats {
            case .lastHolds: highest.suffix(1)
            case .addUp: highest
            case .mergeByPath: Self.latestByPath(layers.reversed().flatMap { $0 })
            }
        return holding.map { SettingSource.Value(text: $0.text, origin: $0.origin) }
    }

    private static func latestByPath(_ values: [GivenValue]) -> [GivenValue] {
        values.enumerated().filter { index, value in
            !values[(index + 1)...].contains { path(of: $0) == path(of: value) }
        }.map(\.element)
    }

    /// As `ValueForm.byPath` reads it.
    private static func path(of value: GivenValue) -> Substring {
        guard value.text.hasPrefix("/"), let equals = value.text.lastIndex(of: "=") else { return "/" }
        let path = value.text[..<equals]
        return path.utf8.count > 1 && path.hasSuffix("/") ? path.dropLast() : path
    }
}
