/// A pattern of file names, as shells and `.gitignore` have them. Pure.
///
/// `*` stands for any characters but `/`, `?` for one, `[a-z]` and `[!a-z]` for one of a set; `**` also passes `/`. Without
/// a `/` it is compared with the file's name, whatever directory that lies in; with one, with the whole path.
struct FilePattern: Hashable, Sendable {
    private let text: [UInt8]
    private let isForPaths: Bool

    init(_ text: String, isForPaths: Bool? = nil) {
        // A directory: all below it.
        self.text = Array((text.hasSuffix("/") ? text + "**" : text).utf8)
        self.isForPaths = isForPaths ?? text.contains("/")
    }

    /// `path`: relative to the directory that is watched.
    func matches(_ path: String) -> Bool {
        let bytes = Array(path.utf8)
        let name = bytes.lastIndex(of: slash).map { bytes[($0 + 1)...] } ?? bytes[...]
        // Hidden files are editors' own, such as the locks of Emacs (`.#views.py`).
        if name.first == dot, !asksForHidden { return false }
        return Self.match(text[...], isForPaths ? bytes[...] : name)
    }

    private var asksForHidden: Bool {
        let name = text.lastIndex(of: slash).map { text[($0 + 1)...] } ?? text[...]
        return name.first == dot
    }

    private static func match(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        switch first {
        case asterisk: return matchMany(pattern, text)
        case questionMark where text.first.map { $0 != slash } ?? false:
            return match(pattern.dropFirst(), text.dropFirst())
        case bracket:
            guard let (isIn, rest) = matchSet(pattern.dropFirst(), text.first) else { break }
            return isIn && match(rest, text.dropFirst())
        default: break
        }
        return text.first == first && match(pattern.dropFirst(), text.dropFirst())
    }

    private static func matchMany(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        let passesSlashes = pattern.dropFirst().first == asterisk
        let rest = pattern.drop { $0 == asterisk }
        // `a/**/b` is also `a/b`.
        if passesSlashes, rest.first == slash, match(rest.dropFirst(), text) { return true }
        var left = text
        while true {
            if match(rest, left) { return true }
            guard let next = left.first, passesSlashes || next != slash else { return false }
            left = left.dropFirst()
        }
    }

    /// nil: no closing bracket, so the bracket means itself. `pattern`: from behind the opening one.
    private static func matchSet(
        _ pattern: ArraySlice<UInt8>, _ byte: UInt8?
    ) -> (isIn: Bool, rest: ArraySlice<UInt8>)? {
        let isNegated = pattern.first == UInt8(ascii: "!")
        let set = isNegated ? pattern.dropFirst() : pattern
        // A closing bracket in the first place is a member (glob(7)).
        guard let end = set.dropFirst().firstIndex(of: UInt8(ascii: "]")) else { return nil }
        let rest = pattern[(end + 1)...]
        guard let byte, byte != slash else { return (false, rest) }
        return (contains(set[..<end], byte) != isNegated, rest)
    }

    private static func contains(_ set: ArraySlice<UInt8>, _ byte: UInt8) -> Bool {
        var left = set
        while let low = left.popFirst() {
            if left.first == UInt8(ascii: "-"), let high = left.dropFirst().first {
                if (low...max(low, high)).contains(byte) { return true }
                left = left.dropFirst(2)
            } else if low == byte {
                return true
            }
        }
        return false
    }
}

private let slash = UInt8(ascii: "/")
private let dot = UInt8(ascii: ".")
private let asterisk = UInt8(ascii: "*")
private let questionMark = UInt8(ascii: "?")
private let bracket = UInt8(ascii: "[")
