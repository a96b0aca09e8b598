import Settings

/// What `--print` shows: a line for each value, with the setting before it and the layer behind it.
struct SettingsTable {
    private let rows: [Row]

    private struct Row {
        let name: String
        let value: String
        let layer: String
    }

    init(_ command: ResolvedCommand, _ plan: ServePlan) {
        let computed = ComputedDefaults(command, plan)
        let application = Row(
            name: "APP", value: plan.project.text, layer: plan.project.isNamed ? "command line" : "default: found here")
        rows = [application] + command.sources.flatMap { Self.rows($0, computed) }
    }

    private static func rows(_ source: SettingSource, _ computed: ComputedDefaults) -> [Row] {
        if source.values.isEmpty, let computation = source.computation {
            let value = computed.text(of: source.name) ?? computation
            let isAll = value == computation
            return [Row(name: source.name, value: value, layer: isAll ? "default" : "default: \(computation)")]
        }
        return source.values.enumerated().map { index, value in
            Row(name: index == 0 ? source.name : "", value: value.text, layer: value.origin.layer)
        }
    }

    var text: String {
        let nameWidth = rows.map(\.name.count).max() ?? 0
        // A long value pushes its own layer aside, not everybody's.
        let valueWidth = min(40, rows.map(\.value.count).max() ?? 0)
        return rows.map { row in
            padded(row.name, nameWidth) + "  " + padded(shown(row.value), valueWidth) + "  " + row.layer + "\n"
        }.joined()
    }
}

/// What the defaults that follow from machine and surroundings have come to.
private struct ComputedDefaults {
    private let texts: [String: String]

    init(_ command: ResolvedCommand, _ plan: ServePlan) {
        let settings = command.settings
        texts = [
            "workers": "\(settings.workers.count.maximum)",
            "reactors": "\(settings.workers.reactors)",
            "python": "\(plan.interpreter.path) (\(plan.interpreter.reason.text))",
            "app-dir": settings.application.directory,
            "name": settings.application.instance.text,
            "spool-dir": writableDirectory(command.input.environment),
            "log-format": settings.logging.format.rawValue,
        ]
    }

    /// Nil where the declaration's own words are the value, as `unchanged`.
    func text(of name: String) -> String? { texts[name] }
}

extension Origin {
    /// The layer, named as people would look for it.
    fileprivate var layer: String {
        switch self {
        case .option(let option): "command line: \(option)"
        case .variable(let name, nil): "environment: \(name)"
        case .variable(let name, let place?): "\(name), \(place.text)"
        case .fallback: "default"
        }
    }
}

private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}

/// Without what would move a terminal's cursor.
private func shown(_ text: String) -> String {
    text.unicodeScalars.map { $0.isControl ? "\\x" + hexadecimal($0) : String($0) }.joined()
}
