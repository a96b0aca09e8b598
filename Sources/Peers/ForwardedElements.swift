/// The elements of a `Forwarded` line, from the left (RFC 7239 §4): pairs between semicolons, elements between commas,
/// both of which mean nothing inside quoted strings.
///
/// White space round semicolons is allowed although the grammar has none: proxies write it. A line that stops being
/// readable ends with one `malformed` element.
struct ForwardedElements {
    enum Element {
        case hop(ForwardedHop)
        case malformed
    }

    private let line: UnsafeRawBufferPointer
    private var position = 0
    private var isBroken = false

    init(_ line: UnsafeRawBufferPointer) {
        self.line = line
    }

    mutating func next() -> Element? {
        skip { $0.isBlank || $0 == UInt8(ascii: ",") }
        guard !isBroken, position < line.count else { return nil }
        guard let hop = readElement() else {
            isBroken = true
            return .malformed
        }
        return .hop(hop)
    }

    private mutating func readElement() -> ForwardedHop? {
        var hop = ForwardedHop()
        var seen: Parameters = []
        while true {
            skip { $0.isBlank || $0 == UInt8(ascii: ";") }
            if position == line.count || line[position] == UInt8(ascii: ",") { return hop }
            guard let pair = readPair() else { return nil }
            let parameter = Parameters(name: pair.name)
            // "Each parameter MUST NOT occur more than once per field-value [element]." (§4)
            guard seen.isDisjoint(with: parameter) else { return nil }
            seen.formUnion(parameter)
            hop.take(parameter, pair.value)
            skip(while: \.isBlank)
            guard position == line.count || line[position] == UInt8(ascii: ";") || line[position] == UInt8(ascii: ",")
            else { return nil }
        }
    }

    /// `token=value`; the value is what stands between the quotes, if any, with its backslashes.
    private mutating func readPair() -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)? {
        guard let name = readToken(), position < line.count, line[position] == UInt8(ascii: "=") else { return nil }
        position += 1
        guard position < line.count else { return nil }
        let value = line[position] == UInt8(ascii: "\"") ? readQuoted() : readValue()
        return value.map { (name, $0) }
    }

    private mutating func readToken() -> UnsafeRawBufferPointer? {
        let start = position
        skip(while: \.isTokenByte)
        return position > start ? line.part(start..<position) : nil
    }

    /// A token by the grammar; `for=192.0.2.1:80` and `for=[::1]` need quotes there, and are often sent without.
    private mutating func readValue() -> UnsafeRawBufferPointer? {
        let start = position
        skip { $0.isTokenByte || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }
        return position > start ? line.part(start..<position) : nil
    }

    private mutating func readQuoted() -> UnsafeRawBufferPointer? {
        let start = position + 1
        position = start
        while position < line.count {
            if line[position] == UInt8(ascii: "\"") {
                defer { position += 1 }
                return line.part(start..<position)
            }
            position += line[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        position = line.count
        return nil
    }

    private mutating func skip(while matches: (UInt8) -> Bool) {
        while position < line.count && matches(line[position]) { position += 1 }
    }
}

/// The parameters that are read (RFC 7239 §5); all others count as none, and may repeat.
private struct Parameters: OptionSet {
    let rawValue: UInt8

    static let `for` = Parameters(rawValue: 1)
    static let host = Parameters(rawValue: 2)
    static let proto = Parameters(rawValue: 4)
    static let by = Parameters(rawValue: 8)

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    init(name: UnsafeRawBufferPointer) {
        if name.equalsIgnoringCase("for") {
            self = .for
        } else if name.equalsIgnoringCase("host") {
            self = .host
        } else if name.equalsIgnoringCase("proto") {
            self = .proto
        } else if name.equalsIgnoringCase("by") {
            self = .by
        } else {
            self = []
        }
    }
}

extension ForwardedHop {
    /// No value that is used can hold a backslash, so escapes are left as they are and fail the checks.
    fileprivate mutating func take(_ parameter: Parameters, _ value: UnsafeRawBufferPointer) {
        switch parameter {
        case .for: name(ForwardedNode(node: value))
        case .host: host = value.isHostAndPort ? value : nil
        case .proto: scheme = Scheme(value)
        default: break
        }
    }
}

extension UInt8 {
    /// `tchar` (RFC 9110 §5.6.2).
    fileprivate var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default:
            isASCIILetter || decimalDigit != nil
        }
    }
}
