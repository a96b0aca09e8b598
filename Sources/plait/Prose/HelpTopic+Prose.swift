import Settings

extension Command.HelpTopic {
    var text: String {
        switch self {
        case .verbs: verbHelp
        case .serve: ServeHelp.text
        case .serveReference: ServeHelp.markdown
        case .check: checkHelp
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

private let checkHelp = """
    usage: plait check [APP] [--deploy] [options]

    Looks at what `plait serve` with the same words would need, and starts nothing: interpreter,
    application, endpoints, places to write to, limits, Django's settings. A line for each, as
    ok, warning or problem.

      --deploy
          Warnings are failures as well.
      -h, --help
          This help.

    Exit code 0, or 1 with a problem. All options of `plait help serve` are taken.

    """
