/// Completion for bash 4.4 and later, without the package bash-completion.
struct BashCompletion {
    private let verbs: [Verb]

    init(_ verbs: [Verb]) {
        self.verbs = verbs
    }

    /// bash splits words at `=` (COMP_WORDBREAKS), so that `--body=str` arrives as three.
    var script: String {
        """
        # Completion of plait for bash; made by `plait completion bash`.

        _plait_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }

        _plait_files() {
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X "!$1" -- "$cur")
        }

        _plait() {
            local cur=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD-1]}
            COMPREPLY=()
            if ((COMP_CWORD == 1)); then
                _plait_words \(shellQuoted(verbs.map(\.name).joined(separator: " ")))
                return
            fi
            case ${COMP_WORDS[1]} in
        \(verbs.map(verbCase).joined(separator: "\n"))
            esac
        }

        _plait_serve() {
            if [[ $cur == = ]]; then
                cur=
            elif [[ $flag == = ]]; then
                flag=${COMP_WORDS[COMP_CWORD-2]}
            fi
            case $flag in
        \(ServeDeclarations.all.filter { !$0.valueIsOptional }.map(valueCase).joined(separator: "\n"))
            esac
            if [[ $cur == -* ]]; then
                _plait_words "$1 "\(shellQuoted(Self.options.joined(separator: " ")))
            else
                _plait_files '*.py'
            fi
        }

        complete -F _plait plait

        """
    }

    private static var options: [String] { ServeDeclarations.all.flatMap(\.flags) + ["-h", "--help"] }

    private func verbCase(_ verb: Verb) -> String {
        let action =
            switch verb.takes {
            case .serving(let flags): "_plait_serve \(shellQuoted(flags.map { "--\($0)" }.joined(separator: " ")))"
            case .choice(let words): "_plait_words \(shellQuoted(words.joined(separator: " ")))"
            case .file: "_plait_files '*'"
            case .nothing: ":"
            }
        return "        \(verb.name)) \(action) ;;"
    }

    private func valueCase(_ declaration: Declaration) -> String {
        let action =
            switch declaration.suggestion {
            case .nothing: "return"
            case .words(let words): "_plait_words \(shellQuoted(words.joined(separator: " "))); return"
            case .files: "_plait_files '*'; return"
            case .directories: "_plait_files ''; return"
            }
        return "        \(declaration.flags.joined(separator: "|"))) \(action) ;;"
    }
}
