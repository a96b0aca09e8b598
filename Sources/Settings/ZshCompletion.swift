/// Completion for zsh: as a file `_plait` on `fpath`, or read by `source <(plait completion zsh)`.
struct ZshCompletion {
    private let verbs: [Verb]

    init(_ verbs: [Verb]) {
        self.verbs = verbs
    }

    var script: String {
        """
        #compdef plait
        # Completion of plait for zsh; made by `plait completion zsh`.

        _plait_serve() {
            _arguments -s -S : "$@" \\
        \(ServeDeclarations.all.map(option).joined(separator: "\n"))
                '(-h --help)'{-h,--help}'[this help]' \\
                '*:application:_files -g "*.py"'
        }

        _plait() {
            local -a verbs=(
        \(verbs.map { "        " + shellQuoted("\($0.name):\($0.summary)") }.joined(separator: "\n"))
            )
            if ((CURRENT == 2)); then
                _describe verb verbs
                return
            fi
            local verb=$words[2]
            shift words
            ((CURRENT--))
            case $verb in
        \(verbs.map(verbCase).joined(separator: "\n"))
            esac
        }

        if [[ $funcstack[1] == _plait ]]; then
            _plait "$@"
        else
            compdef _plait plait
        fi

        """
    }

    private func verbCase(_ verb: Verb) -> String {
        let action =
            switch verb.takes {
            case .serving(let flags):
                "_plait_serve "
                    + flags.map { shellQuoted("--\($0)[\(escaped($0.summary))]") }.joined(separator: " ")
            case .choice(let words): "compadd -- \(words.joined(separator: " "))"
            case .file: "_files"
            case .nothing: ":"
            }
        return "        \(verb.name)) \(action) ;;"
    }

    /// `'*'{-w+,--workers=}'[help]:N:'`: the asterisk allows repetition, `+` and `=` a value joined to the flag.
    private func option(_ declaration: Declaration) -> String {
        let short = declaration.short.map { declaration.valueIsOptional ? "-\($0)" : "-\($0)+" }
        let long = declaration.longFlags.map { declaration.valueIsOptional ? "--\($0)" : "--\($0)=" }
        let flags = short + long
        let spelled = flags.count == 1 ? flags[0] : "{\(flags.joined(separator: ","))}"
        let value = declaration.valueIsOptional ? "" : ":\(escaped(declaration.placeholder)):\(action(declaration))"
        return "        '*'\(spelled)" + shellQuoted("[\(escaped(declaration.help))]\(value)") + " \\"
    }

    private func action(_ declaration: Declaration) -> String {
        switch declaration.suggestion {
        case .nothing: " "
        case .words(let words): "(\(words.joined(separator: " ")))"
        case .files: "_files"
        case .directories: "_files -/"
        }
    }

    /// Brackets and colons are the syntax of `_arguments`.
    private func escaped(_ text: String) -> String {
        text.map { "[]:\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
