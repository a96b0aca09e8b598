/// What this plait is called among several on a machine: letters, digits, `.`, `_` and `-`, at most 64, so that it can
/// stand in a file name, a log field and a process title.
package struct InstanceName: Sendable, Hashable {
    package let text: String

    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 64, text.utf8.allSatisfy(Self.allows), text.utf8.first != dash
        else { return nil }
        self.text = text
    }

    /// A name made of the last part of a directory's path; what a name may not hold becomes `-`.
    package init(directory: String) {
        let last = directory.utf8.split(separator: UInt8(ascii: "/")).last ?? "plait"[...].utf8
        let bytes = last.prefix(64).map { Self.allows($0) ? $0 : dash }
        let start = bytes.drop { $0 == dash }
        text = start.isEmpty ? "plait" : String(decoding: start, as: UTF8.self)
    }

    private static func allows(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return byte.isDecimalDigit || lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == dash
    }
}

private let dash = UInt8(ascii: "-")
