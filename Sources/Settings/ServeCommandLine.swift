/// The words after `serve`, taken apart but not yet valued: options may stand before and after the application.
package struct ServeCommandLine: Sendable {
    package private(set) var application: ApplicationName?
    package private(set) var flags: Set<Flag> = []
    private(set) var given: [GivenValue] = []

    /// An option without a value that is no setting: it says what is to be done, not how.
    package enum Flag: String, Sendable, CaseIterable {
        case help
        case print
        case deploy

        /// For help, manual and completions.
        var summary: String {
            switch self {
            case .help: "This help."
            case .print: "Every setting with its value and where that comes from; nothing is started."
            case .deploy: "Warnings are failures as well."
            }
        }
    }

    private let accepted: [Flag]

    /// - Parameter flags: those of the verb, beside `--help`.
    package init(_ words: [String], flags: [Flag] = [.print]) throws(SettingsError) {
        accepted = [.help] + flags
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                while let word = rest.popFirst() { try takeApplication(word) }
            } else if word.hasPrefix("--") {
                try takeLong(word, &rest)
            } else if word.hasPrefix("-"), word != "-" {
                try takeShort(word, &rest)
            } else {
                try takeApplication(word)
            }
        }
    }

    private mutating func takeApplication(_ word: String) throws(SettingsError) {
        if let application { throw .secondApplication(word, first: application.text) }
        guard let name = ApplicationName(word) else { throw .wrongApplication(word) }
        application = name
    }

    /// `--name VALUE` and `--name=VALUE`.
    private mutating func takeLong(_ word: String, _ rest: inout ArraySlice<String>) throws(SettingsError) {
        let equals = word.firstIndex(of: "=")
        let option = String(word[..<(equals ?? word.endIndex)])
        let name = String(option.dropFirst(2))
        if let flag = Flag(rawValue: name), accepted.contains(flag) {
            guard equals == nil else { throw .unexpectedValue(option: option) }
            flags.insert(flag)
            return
        }
        if let refused = ServeDeclarations.refused[name] { throw .refusedOption(option, refused) }
        guard let declaration = ServeDeclarations.all.first(where: { $0.longFlags.contains(name) }) else {
            throw .unknownOption(option, nearest: nearestOption(to: name))
        }
        let inline = equals.map { String(word[word.index(after: $0)...]) }
        try take(declaration, option: option, inline: inline, &rest)
    }

    /// `-w VALUE`, `-wVALUE` and `-w=VALUE`.
    private mutating func takeShort(_ word: String, _ rest: inout ArraySlice<String>) throws(SettingsError) {
        let letter = word[word.index(after: word.startIndex)]
        let option = String(word.prefix(2))
        if word == "-h" {
            flags.insert(.help)
            return
        }
        if let refused = ServeDeclarations.refusedShort[letter] { throw .refusedOption(option, refused) }
        guard !Self.isLongFlag(word.dropFirst()),
            let declaration = ServeDeclarations.all.first(where: { $0.short.contains(letter) })
        else { throw .unknownOption(word, nearest: nearestOption(to: String(word.dropFirst()))) }
        let tail = word.dropFirst(2)
        let inline = tail.isEmpty ? nil : String(tail.first == "=" ? tail.dropFirst() : tail)
        try take(declaration, option: option, inline: inline, &rest)
    }

    /// `-port` means `--port`, not `-p ort`.
    private static func isLongFlag(_ text: Substring) -> Bool {
        let name = text.prefix { $0 != "=" }
        return ServeDeclarations.all.contains { $0.longFlags.contains(String(name)) }
    }

    private mutating func take(
        _ declaration: Declaration, option: String, inline: String?, _ rest: inout ArraySlice<String>
    ) throws(SettingsError) {
        if inline == nil, let texts = Self.popOptional(declaration, &rest) {
            given += texts.map { GivenValue(setting: declaration.name, origin: .option(option), text: $0) }
            return
        }
        guard let text = inline ?? Self.popValue(&rest) else {
            throw .missingValue(
                option: option, placeholder: declaration.placeholder, accepted: declaration.accepted)
        }
        given.append(GivenValue(setting: declaration.name, origin: .option(option), text: text))
    }

    /// The values of a flag that may stand alone; nil for any other.
    private static func popOptional(_ declaration: Declaration, _ rest: inout ArraySlice<String>) -> [String]? {
        switch declaration.operand {
        case .required: return nil
        case .optional(let text): return [text]
        case .patterns(let text):
            var patterns: [String] = []
            while let word = rest.first, !word.hasPrefix("-"), word.contains(where: { "*?[".contains($0) }) {
                patterns.append(word)
                rest.removeFirst()
            }
            return patterns.isEmpty ? [text] : patterns
        }
    }

    /// The next word, unless it is an option: then the value was forgotten. A negative number is nobody's option.
    private static func popValue(_ rest: inout ArraySlice<String>) -> String? {
        guard let word = rest.first else { return nil }
        let second = word.utf8.dropFirst().first
        if word.hasPrefix("-"), let second, !second.isDecimalDigit { return nil }
        return rest.popFirst()
    }

    private func nearestOption(to name: String) -> String? {
        // Other programs' names are no suggestion: `--preload` is no misspelt `--reload`.
        let names = ServeDeclarations.all.map(\.name) + accepted.map(\.rawValue)
        return nearestName(to: name, among: names).map { "--\($0)" }
    }
}

/// One value, as text, with the place it comes from.
struct GivenValue: Sendable, Equatable {
    let setting: String
    let origin: Origin
    let text: String
}
