import Settings

extension Command.HelpTopic {
    var text: String {
        switch self {
        case .verbs: verbHelp
        case .serve: ServeHelp.text
        case .serveReference: ServeHelp.markdown
        case .check: checkHelp
        }
    }
}

private let verbHelp = """
    plait \(plaitVersion): serves Python web applications

    plait serve [APP] [options]  an application, as module:attribute or path/file.py; or the project here
    plait check [APP] [options]  whether that would start here, and what to think of before
    plait help [VERB]            this, or the options of a verb
    plait version                the version

    """

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
