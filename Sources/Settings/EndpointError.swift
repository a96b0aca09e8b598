package import Peers

/// Why a text is no endpoint. Cases name the field and carry what stood there.
package enum EndpointError: Error, Hashable, Sendable {
    case empty

    /// The text ends in a backslash, which escapes nothing.
    case strayBackslash

    /// What stands first is neither a type, nor a port, nor the host of `HOST:PORT`.
    case unknownType(String, nearest: String?)

    case missing(Field, type: String)
    case wrong(Field, given: String)

    /// `key=` is none of this type's.
    case unknownKey(String, type: String, nearest: String?)

    /// More positional fields than this type has.
    case unexpectedField(String, type: String)

    /// `interface=` of the other family: `tcp:` is IPv4, `tcp6:` is IPv6.
    case wrongFamily(String, type: String)

    /// Both `index=` and `name=`.
    case indexAndName

    case wrongBlock(AddressError)

    /// `from=` on a Unix socket, whose peers have no address.
    case fromOnUnixSocket

    /// `haproxy:haproxy:…`.
    case nestedHaproxy

    /// The raw value is the key people write.
    package enum Field: String, Sendable {
        case port
        case interface
        case backlog
        case address
        case mode
        case descriptor
        case domain
        case index
        case name
        case from
        case inner
    }
}
