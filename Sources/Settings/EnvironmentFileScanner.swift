/// Reads a file of variables entry by entry.
struct EnvironmentFileScanner {
    typealias Fault = EnvironmentFileError.Fault

    private let bytes: [UInt8]
    private var at = 0
    private var line = 1

    /// Where the entry that is read, or was read last, begins.
    private(set) var entryLine = 1

    init(_ bytes: [UInt8]) {
        // A byte order mark is an editor's, not the first name's.
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// Nil at the end.
    mutating func next() throws(Fault) -> EnvironmentFile.Entry? {
        skipEmptyLines()
        guard at < bytes.count else { return nil }
        entryLine = line
        let name = try takeName()
        skipBlanks()
        let value = try takeValue()
        guard !value.contains(0) else { throw .zeroByte }
        return EnvironmentFile.Entry(name: name, value: try text(value), line: entryLine)
    }

    // MARK: the name

    private mutating func takeName() throws(Fault) -> String {
        let restOfLine = bytes[at...].prefix { $0 != newline }
        let shown = restOfLine.last == carriageReturn ? restOfLine.dropLast() : restOfLine
        guard let equals = restOfLine.firstIndex(of: UInt8(ascii: "=")) else { throw .noEquals(try text(shown)) }
        let name = try text(Self.name(in: bytes[at..<equals]))
        guard Self.isName(name) else { throw .wrongName(name) }
        guard name != ServeDeclarations.envFile.declaration.environmentVariable else { throw .namesAnotherFile }
        at = equals + 1
        return name
    }

    /// Without `export` and the blanks around.
    private static func name(in bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let words = bytes.split(whereSeparator: isBlank)
        guard words.count == 2, words[0].elementsEqual("export".utf8) else { return trimmed(bytes) }
        return words[1]
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !first.isDecimalDigit else { return false }
        return text.utf8.allSatisfy { byte in
            let lower = byte | 0x20
            return byte.isDecimalDigit || byte == UInt8(ascii: "_")
                || lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
        }
    }

    // MARK: the value

    private mutating func takeValue() throws(Fault) -> [UInt8] {
        switch at < bytes.count ? bytes[at] : newline {
        case UInt8(ascii: "'"): return try takeQuoted(by: UInt8(ascii: "'"), escapes: false)
        case UInt8(ascii: "\""): return try takeQuoted(by: UInt8(ascii: "\""), escapes: true)
        default: return takePlain()
        }
    }

    /// To the end of the line, or to a comment.
    private mutating func takePlain() -> [UInt8] {
        let restOfLine = bytes[at...].prefix { $0 != newline }
        at = restOfLine.endIndex
        let comment = restOfLine.indices.first { index in
            bytes[index] == UInt8(ascii: "#") && (index == restOfLine.startIndex || isBlank(bytes[index - 1]))
        }
        return Array(trimmed(restOfLine[..<(comment ?? restOfLine.endIndex)]))
    }

    private mutating func takeQuoted(by quote: UInt8, escapes: Bool) throws(Fault) -> [UInt8] {
        at += 1
        var value: [UInt8] = []
        while at < bytes.count, bytes[at] != quote {
            if escapes, bytes[at] == backslash, at + 1 < bytes.count {
                value += Self.escaped(bytes[at + 1])
                at += 1
            } else {
                value.append(bytes[at])
            }
            if bytes[at] == newline { line += 1 }
            at += 1
        }
        guard at < bytes.count else { throw .openQuote }
        at += 1
        let behind = takePlain()
        guard behind.isEmpty else { throw .textBehindQuote(try text(behind[...])) }
        return value
    }

    /// A backslash before anything else is one.
    private static func escaped(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "n"): [newline]
        case UInt8(ascii: "r"): [carriageReturn]
        case UInt8(ascii: "t"): [UInt8(ascii: "\t")]
        case UInt8(ascii: "\""), UInt8(ascii: "$"), backslash: [byte]
        default: [backslash, byte]
        }
    }

    // MARK: what lies between

    private mutating func skipEmptyLines() {
        while at < bytes.count {
            skipBlanks()
            guard at < bytes.count else { return }
            if bytes[at] == UInt8(ascii: "#") { at = bytes[at...].firstIndex(of: newline) ?? bytes.count }
            guard at < bytes.count, bytes[at] == newline else { return }
            line += 1
            at += 1
        }
    }

    private mutating func skipBlanks() {
        while at < bytes.count, isBlank(bytes[at]) { at += 1 }
    }

    private func text(_ bytes: some Collection<UInt8>) throws(Fault) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        return text
    }
}

private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
private let backslash = UInt8(ascii: "\\")

/// The carriage return of a line break from elsewhere is one.
private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == carriageReturn
}

private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let start = bytes.drop(while: isBlank)
    return start.prefix(upTo: (start.lastIndex { !isBlank($0) } ?? start.startIndex - 1) + 1)
}
