/// Completion for fish.
struct FishCompletion {
    private let verbs: [Verb]

    init(_ verbs: [Verb]) {
        self.verbs = verbs
    }

    var script: String {
        let lines =
            ["# Completion of plait for fish; made by `plait completion fish`.", "complete -c plait -f"]
            + verbs.map { "complete -c plait -n __fish_use_subcommand -a \($0.name) -d \(shellQuoted($0.summary))" }
            + verbs.flatMap(wordsBehind)
        return lines.joined(separator: "\n") + "\n"
    }

    private func wordsBehind(_ verb: Verb) -> [String] {
        let start = "complete -c plait -n '__fish_seen_subcommand_from \(verb.name)'"
        switch verb.takes {
        case .serving(let flags):
            return ServeDeclarations.all.map { "\(start) \(option($0))" }
                + flags.map { "\(start) -l \($0) -d \(quoted($0.summary))" }
                + ["\(start) -s h -l help -d 'This help'", "\(start) -a '(__fish_complete_suffix .py)'"]
        case .choice(let words): return ["\(start) -a \(quoted(words.joined(separator: " ")))"]
        case .file: return ["\(start) -F"]
        case .nothing: return []
        }
    }

    /// `-r`: a value has to follow; `-f`: no files among what is offered; `-F`: files.
    private func option(_ declaration: Declaration) -> String {
        let flags = declaration.short.map { "-s \($0)" } + declaration.longFlags.map { "-l \($0)" }
        return "\(flags.joined(separator: " "))\(value(declaration)) -d \(quoted(declaration.help))"
    }

    private func value(_ declaration: Declaration) -> String {
        if declaration.valueIsOptional { return "" }
        switch declaration.suggestion {
        case .nothing: return " -x"
        case .words(let words): return " -x -a \(quoted(words.joined(separator: " ")))"
        case .files: return " -r -F"
        case .directories: return " -x -a '(__fish_complete_directories)'"
        }
    }

    /// In fish a backslash means something between single quotes, too.
    private func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
