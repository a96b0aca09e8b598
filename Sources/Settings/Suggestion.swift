/// What a shell can offer where a value is to be typed.
enum Suggestion: Hashable {
    case nothing
    case words([String])
    case files
    case directories
}

extension Declaration {
    /// Follows from the value's place in the usage: there words in small letters are typed as they are.
    var suggestion: Suggestion {
        switch placeholder.filter({ $0 != "…" }) {
        case "PATH", "FILE": return .files
        case "DIR": return .directories
        default: break
        }
        let words = placeholder.split { "|[]=:…,".contains($0) }.filter { $0.allSatisfy { !$0.isUppercase } }
        return words.isEmpty ? .nothing : .words(words.map(String.init))
    }

    /// Whether the flag may stand alone.
    var valueIsOptional: Bool {
        if case .required = operand { false } else { true }
    }

    var flags: [String] { short.map { "-\($0)" } + longFlags.map { "--\($0)" } }
}
