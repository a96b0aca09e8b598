import Settings

extension SettingsWarning {
    var text: String {
        switch self {
        case .serviceLinksIgnored(let names):
            "\(names.joined(separator: ", ")): made by Kubernetes for a service called plait, not settings; ignored"
        case .unknownVariable(let name, let nearest):
            "\(quoted(name)) is no setting; " + nearest.suggestion(otherwise: "`plait help serve` lists the options")
        }
    }
}

extension ConsoleLog {
    func warn(of warning: SettingsWarning) {
        switch warning {
        case .serviceLinksIgnored(let names):
            let list = LogField("variables", .text(names.joined(separator: ", ")))
            log(.warning, "service links ignored", [list], sentence: warning.text)
        case .unknownVariable(let name, let nearest):
            var fields = [LogField("variable", .text(name))]
            if let nearest { fields.append(LogField("nearest", .text(nearest))) }
            log(.warning, "unknown variable", fields, sentence: warning.text)
        }
    }
}
