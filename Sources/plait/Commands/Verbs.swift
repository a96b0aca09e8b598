import Settings

extension Verb {
    /// In the order of the help. `Command` says what each one means.
    static let all: [Verb] = [
        Verb(
            "serve", "[APP] [options]", "an application, as module:attribute or path/file.py; or the project here",
            takes: .serving([.print])),
        Verb(
            "check", "[APP] [options]", "whether that would start here, and what to think of before",
            takes: .serving([.deploy])),
        Verb("import", "FILE", "what gunicorn.conf.py, uwsgi.ini or Procfile say, as a command", takes: .file),
        Verb(
            "completion", "SHELL", "what makes bash, zsh or fish complete these words",
            takes: .choice(Shell.allCases.map(\.rawValue))),
        Verb("help", "[VERB]", "this, or the options of a verb", takes: .choice(["serve", "check"])),
        Verb("version", "", "the version", takes: .nothing),
    ]
}
