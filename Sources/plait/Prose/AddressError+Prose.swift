import Peers

extension AddressError {
    var fault: String {
        switch self {
        case .notAnAddress(let text): "\(quoted(text)) is no IP address or block"
        case .notAPrefixLength(let text): "the prefix length of \(quoted(text)) is not from 0 to 32, or 128 for IPv6"
        case .bitsBeyondPrefix(let text): "\(quoted(text)) sets bits behind its prefix"
        }
    }
}
