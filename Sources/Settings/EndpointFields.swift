/// The fields of an endpoint string, taken apart: `type:arg:key=value` (the grammar Twisted made known).
///
/// `:` separates fields; the first `=` of a field separates key and value; a backslash takes the next character as it
/// is. One thing is added: an address in brackets may hold colons, so that `[::1]:8080` and `interface=[::1]` need no
/// backslashes.
struct EndpointFields {
    struct Field: Equatable {
        var key: String?
        var value: String
    }

    private(set) var fields: [Field] = []

    init(_ text: String) throws(EndpointError) {
        var field = Field(value: "")
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "\\":
                guard let literal = rest.popFirst() else { throw .strayBackslash }
                field.value.append(literal)
            case "[":
                let address = Self.bracketedAddress(rest)
                field.value += "[" + address
                rest = rest.dropFirst(address.count)
            case ":":
                fields.append(field)
                field = Field(value: "")
            case "=" where field.key == nil:
                field = Field(key: field.value, value: "")
            default:
                field.value.append(character)
            }
        }
        fields.append(field)
    }

    /// What follows `[`, up to and with its `]`, if that can be an IPv6 address; otherwise nothing.
    private static func bracketedAddress(_ text: Substring) -> Substring {
        guard let end = text.firstIndex(of: "]"), text[..<end].allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." })
        else { return "" }
        return text[...end]
    }

    /// Takes the first positional field away, in which the type stands.
    mutating func takeFirst() -> String? {
        guard let first = fields.first, first.key == nil else { return nil }
        fields.removeFirst()
        return first.value
    }

    /// Takes every `key=` field away and gives the value of the last one, as repeats replace.
    mutating func take(key: String) -> String? {
        let value = fields.last { $0.key == key }?.value
        fields.removeAll { $0.key == key }
        return value
    }

    /// A last field left empty, as in `systemd:`, says nothing.
    mutating func dropEmptyEnd() {
        if fields.last == Field(value: "") { fields.removeLast() }
    }
}

/// The fields of one type by name, positional ones assigned in the type's order.
struct EndpointArguments {
    let type: String
    private var values: [String: String] = [:]

    init(_ fields: EndpointFields, type: String, names: [EndpointError.Field]) throws(EndpointError) {
        self.type = type
        var positional = names.map(\.rawValue)[...]
        for field in fields.fields {
            if let key = field.key {
                guard names.contains(where: { $0.rawValue == key }) else {
                    let nearest = nearestName(to: key, among: names.map(\.rawValue))
                    throw .unknownKey(key, type: type, nearest: nearest)
                }
                values[key] = field.value
            } else if let name = positional.popFirst() {
                values[name] = field.value
            } else {
                throw .unexpectedField(field.value, type: type)
            }
        }
    }

    func text(_ field: EndpointError.Field) -> String? {
        values[field.rawValue]
    }

    func required(_ field: EndpointError.Field) throws(EndpointError) -> String {
        guard let text = text(field) else { throw .missing(field, type: type) }
        return text
    }

    func number(_ field: EndpointError.Field, in range: ClosedRange<Int>) throws(EndpointError) -> Int? {
        guard let text = text(field) else { return nil }
        guard let number = wholeNumber(text[...], in: range) else { throw .wrong(field, given: text) }
        return number
    }
}
