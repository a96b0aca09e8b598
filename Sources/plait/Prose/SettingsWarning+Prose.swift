import Settings

extension ConsoleLog {
    func warn(of warning: SettingsWarning) {
        switch warning {
        case .serviceLinksIgnored(let names):
            let list = names.joined(separator: ", ")
            log(
                .warning, "service links ignored", [LogField("variables", .text(list))],
                sentence: "\(list): made by Kubernetes for a service called plait, not settings; ignored")
        case .unknownVariable(let name, let nearest):
            var fields = [LogField("variable", .text(name))]
            if let nearest { fields.append(LogField("nearest", .text(nearest))) }
            log(
                .warning, "unknown variable", fields,
                sentence: "\(quoted(name)) is no setting; "
                    + nearest.suggestion(otherwise: "`plait help serve` lists the options"))
        }
    }
}
