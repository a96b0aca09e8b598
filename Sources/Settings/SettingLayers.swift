/// The layers in which values are given, highest first, and how they combine.
struct SettingLayers: Sendable {
    let layers: [[GivenValue]]

    /// The value that holds: of the highest layer that gives any, the last. Nil where none does and the default has to
    /// be computed.
    func value<Value>(_ setting: Setting<Value>) throws(SettingsError) -> Value? {
        try values(setting).last
    }

    /// All values of the highest layer that gives any.
    func values<Value>(_ setting: Setting<Value>) throws(SettingsError) -> [Value] {
        for layer in given(setting.declaration) where !layer.isEmpty {
            return try parse(layer, as: setting)
        }
        return []
    }

    /// All values of all layers, those of the lowest first.
    func merged<Value>(_ setting: Setting<Value>) throws(SettingsError) -> [Value] {
        var all: [Value] = []
        for layer in given(setting.declaration).reversed() { all += try parse(layer, as: setting) }
        return all
    }

    /// The value of a setting whose default stands as text in its declaration.
    func certain<Value>(_ setting: Setting<Value>) throws(SettingsError) -> Value {
        guard let value = try value(setting) else {
            preconditionFailure("\(setting.declaration.name) has no default")
        }
        return value
    }

    /// All values of a setting, layer by layer, the default last where it stands in the declaration.
    func given(_ declaration: Declaration) -> [[GivenValue]] {
        let name = declaration.name
        let given = layers.map { $0.filter { $0.setting == name } }
        guard case .text(let text) = declaration.fallback else { return given }
        return given + [[GivenValue(setting: name, origin: .fallback(setting: name), text: text)]]
    }

    private func parse<Value>(_ given: [GivenValue], as setting: Setting<Value>) throws(SettingsError) -> [Value] {
        var values: [Value] = []
        for value in given {
            do {
                values.append(try setting.parse(value.text))
            } catch {
                let wrong = WrongValue(
                    origin: value.origin, given: value.text, reason: error,
                    accepted: setting.declaration.accepted)
                throw .wrongValue(wrong)
            }
        }
        return values
    }
}
