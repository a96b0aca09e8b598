/// A shell that can be told what may be typed behind `plait`.
package enum Shell: String, Sendable, CaseIterable {
    case bash
    case zsh
    case fish

    /// A script for the shell to read, made from the verbs and from the declarations of the settings.
    package func completion(of verbs: [Verb]) -> String {
        switch self {
        case .bash: BashCompletion(verbs).script
        case .zsh: ZshCompletion(verbs).script
        case .fish: FishCompletion(verbs).script
        }
    }
}

/// A word for any of the shells, in which nothing means anything but itself.
func shellQuoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
}
