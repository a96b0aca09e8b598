package import Peers

/// A form that values of settings have: how it is called in usages, how it is described, how it is read.
struct ValueForm<Value: Sendable>: Sendable {
    let placeholder: String
    let accepted: String
    let parse: @Sendable (String) throws(ValueError) -> Value

    init(_ placeholder: String, accepted: String, parse: @escaping @Sendable (String) throws(ValueError) -> Value) {
        self.placeholder = placeholder
        self.accepted = accepted
        self.parse = parse
    }

    /// A form whose reader says no more than that a text is not of the form.
    init(_ placeholder: String, accepted: String, read: @escaping @Sendable (String) -> Value?) {
        self.init(placeholder, accepted: accepted) { text throws(ValueError) in
            guard let value = read(text) else { throw .notOfTheForm }
            return value
        }
    }
}

/// Why a text is not a value of its setting.
package enum ValueError: Error, Hashable, Sendable {
    case notOfTheForm
    case endpoint(EndpointError)
    case address(AddressError)
}
