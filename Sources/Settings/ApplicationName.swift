/// Which application to serve, as typed: `module:attribute`, `module:factory()`, a dotted name,
/// `path/file.py[:attribute]`, or `path/file.ini[#name]` (PasteDeploy).
///
/// Only the shape is checked here; whether there is such a module is for the worker's Python to say.
package struct ApplicationName: Sendable, Hashable {
    package let text: String

    package init?(_ text: String) {
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return nil }
        if Self.isConfigurationFile(text) {
            self.text = text
            return
        }
        let (place, attribute) = Self.split(text)
        let placeIsFile = place.hasSuffix(".py") || place.contains("/")
        guard placeIsFile ? place.hasSuffix(".py") : Self.isDottedName(place) else { return nil }
        if let attribute, !Self.isAttribute(attribute) { return nil }
        self.text = text
    }

    /// `production.ini` or `production.ini#admin`, as PasteDeploy writes it behind `config:`.
    private static func isConfigurationFile(_ text: String) -> Bool {
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        return parts[0].hasSuffix(".ini") && parts[0] != ".ini" && parts.last != ""
    }

    /// At the last colon: a path may hold colons, names cannot, nor can attributes hold a slash.
    private static func split(_ text: String) -> (place: Substring, attribute: Substring?) {
        guard let colon = text.lastIndex(of: ":"), !text[colon...].contains("/") else { return (text[...], nil) }
        return (text[..<colon], text[text.index(after: colon)...])
    }

    private static func isAttribute(_ text: Substring) -> Bool {
        isDottedName(text.hasSuffix("()") ? text.dropLast(2) : text)
    }

    private static func isDottedName(_ text: Substring) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isIdentifier)
    }

    /// Python's identifiers may hold any script's letters; ASCII is checked, the rest believed.
    private static func isIdentifier(_ text: Substring) -> Bool {
        guard let first = text.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            !scalar.isASCII || scalar == "_" || ("0"..."9").contains(scalar) || scalar.properties.isAlphabetic
        }
    }
}
