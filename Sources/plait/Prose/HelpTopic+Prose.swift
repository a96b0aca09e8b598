import Settings

extension Command.HelpTopic {
    var text: String {
        switch self {
        case .verbs: verbHelp
        case .serve: ServeHelp.text
        case .serveReference: ServeHelp.markdown
        }
    }
}

private let verbHelp = """
    plait \(plaitVersion): serves Python web applications

    plait serve [APP] [options]  an application, as module:attribute or path/file.py; or the project here
    plait help [VERB]            this, or the options of a verb
    plait version                the version

    """
