/// The path under which the application lives, as `SCRIPT_NAME` needs it (PEP 3333 "environ Variables"): empty for the
/// root, otherwise with a `/` at its start and none at its end.
package struct RootPath: Sendable, Hashable {
    package let scriptName: String

    /// Reads `/` or `/app`, also `/app/`; nil for anything that does not begin with exactly one `/` or has characters
    /// that end a path.
    package init?(_ text: String) {
        guard text.hasPrefix("/"), !text.contains("//"), isPlainPath(text) else { return nil }
        scriptName = text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}

/// The path under which plait answers `live` and `ready` itself; begins and ends with `/`, as in `/-/`.
package struct HealthPrefix: Sendable, Hashable {
    package let path: String

    /// Reads `/-/`, also `/-`; nil for `/` alone, which would take the whole site from the application.
    package init?(_ text: String) {
        guard let root = RootPath(text), !root.scriptName.isEmpty else { return nil }
        path = root.scriptName + "/"
    }
}

/// No control characters, blanks, `?` and `#`.
func isPlainPath(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
}
