import Settings

extension ErrorLines {
    init(_ error: CommandError) {
        switch error {
        case .noVerb:
            self.init("nothing to do; accepted: plait serve [APP], plait help, plait --version")
        case .unknownVerb(let word):
            let nearest = nearestName(to: word, among: Command.verbs)
            let accepted = "accepted: \(Command.verbs.joined(separator: ", "))"
            self.init(
                "unknown verb \(quoted(word)); " + nearest.suggestion(otherwise: accepted),
                hint: word.contains(":") ? "an application is served by `plait serve \(word)`" : nil)
        }
    }
}
