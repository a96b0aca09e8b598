/// What people read when a command cannot do what was asked: one line that says what is wrong, where, and which form
/// is accepted, and perhaps a second one with what to do.
struct ErrorLines: Equatable {
    let what: String
    let hint: String?

    init(_ what: String, hint: String? = nil) {
        self.what = what
        self.hint = hint
    }

    /// With what ends lines.
    var text: String {
        "plait: \(what)\n" + (hint.map { "hint: \($0)\n" } ?? "")
    }
}

/// A word as somebody typed it, in backticks; control characters are shown, not sent to the terminal.
func quoted(_ word: String) -> String {
    let shown = word.unicodeScalars.map { $0.isControl ? "\\x" + hexadecimal($0) : String($0) }
    return "`\(shown.joined())`"
}

extension Optional where Wrapped == String {
    /// The end of a line about a word that is not known.
    func suggestion(otherwise: String) -> String {
        map { "did you mean \(quoted($0))?" } ?? otherwise
    }
}
