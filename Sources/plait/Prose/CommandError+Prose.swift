import Settings

private let shells = Shell.allCases.map(\.rawValue).joined(separator: ", ")

extension ErrorLines {
    init(_ error: CommandError) {
        switch error {
        case .noVerb:
            self.init("nothing to do; accepted: plait serve [APP], plait help, plait --version")
        case .unknownVerb(let word):
            let names = Verb.all.map(\.name)
            let nearest = nearestName(to: word, among: names)
            let accepted = "accepted: \(names.joined(separator: ", "))"
            self.init(
                "unknown verb \(quoted(word)); " + nearest.suggestion(otherwise: accepted),
                hint: word.contains(":") ? "an application is served by `plait serve \(word)`" : nil)
        case .noFile:
            self.init("no file given, in `plait import`; accepted: gunicorn.conf.py, uwsgi.ini or Procfile")
        case .surplusFile(let word):
            self.init("one file at a time, in `plait import`; left over: \(quoted(word))")
        case .noShell:
            self.init("no shell named, in `plait completion`; accepted: \(shells)")
        case .unknownShell(let word):
            self.init("unknown shell \(quoted(word)), in `plait completion`; accepted: \(shells)")
        }
    }
}
