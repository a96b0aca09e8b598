import Settings

extension Command.HelpTopic {
    var text: String {
        switch self {
        case .verbs: verbHelp
        case .serve: ServeHelp.text
        case .serveReference: ServeHelp.markdown
        case .manual: ManualPage.ofPlait(verbs: Verb.all)
        case .serveManual: ManualPage.ofServe
        }
    }
}

private var verbHelp: String {
    let width = (Verb.all.map(\.usage.count).max() ?? 0) + 4
    let lines = Verb.all.map { verb in
        "plait \(verb.usage)" + String(repeating: " ", count: width - verb.usage.count) + verb.summary
    }
    return "plait \(plaitVersion): serves Python web applications\n\n" + lines.joined(separator: "\n") + "\n"
}
