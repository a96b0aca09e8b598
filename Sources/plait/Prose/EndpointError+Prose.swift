import Settings

extension EndpointError {
    /// What is wrong, with the field's name.
    var fault: String {
        switch self {
        case .empty: "an endpoint is empty"
        case .strayBackslash: "a backslash at the end escapes nothing"
        case .unknownType("", _): "no port behind the first colon (an IPv6 address stands in brackets)"
        case .unknownType(let type, let nearest):
            "unknown endpoint type \(quoted(type))" + (nearest.map { " (did you mean \(quoted($0))?)" } ?? "")
        case .missing(let field, let type): "\(field.rawValue) is missing from \(quoted(type)) endpoint"
        case .wrong(let field, let given): "wrong \(field.rawValue) \(quoted(given))"
        case .unknownKey(let key, let type, let nearest):
            "\(quoted(type)) endpoint has no field \(quoted(key))"
                + (nearest.map { " (did you mean \(quoted($0))?)" } ?? "")
        case .unexpectedField(let text, let type): "\(quoted(text)) is one field too many for \(quoted(type))"
        case .wrongFamily(let text, let type):
            "interface \(quoted(text)) is not \(type == "tcp" ? "IPv4, which `tcp`" : "IPv6, which `tcp6`") stands for"
        case .indexAndName: "index and name are both given"
        case .wrongBlock(let error): "wrong from: \(error.fault)"
        case .fromOnUnixSocket: "from does nothing on a Unix socket, whose peers have no address"
        case .nestedHaproxy: "haproxy stands inside haproxy"
        }
    }

    /// The form of the field or type at fault; nil where only the whole list of forms helps.
    var accepted: String? {
        switch self {
        case .empty, .strayBackslash, .unknownType: nil
        case .missing(let field, _), .wrong(let field, _): field.accepted
        case .unknownKey(_, let type, _), .unexpectedField(_, let type): Self.forms[type]
        case .wrongFamily(_, let type): type == "tcp" ? "tcp6:PORT:interface=ADDRESS" : "tcp:PORT:interface=ADDRESS"
        case .indexAndName: "one of index=N and name=NAME"
        case .wrongBlock: Field.from.accepted
        case .fromOnUnixSocket: "haproxy:unix:PATH"
        case .nestedHaproxy: Self.forms["haproxy"]
        }
    }

    private static let forms = [
        "tcp": "tcp:PORT:interface=ADDRESS:backlog=N",
        "tcp6": "tcp6:PORT:backlog=N:interface=ADDRESS",
        "unix": "unix:PATH:mode=660:backlog=N",
        "fd": "fd:N",
        "systemd": "systemd:domain=INET|INET6|UNIX:index=N, or name=NAME in place of index",
        "haproxy": "haproxy:ENDPOINT:from=CIDR,CIDR",
    ]
}

extension EndpointError.Field {
    fileprivate var accepted: String {
        switch self {
        case .port: "a port from 0 to 65535"
        case .interface: "an IP address (IPv6 in brackets, as [::1]) or a host name"
        case .backlog: "a backlog from 1 to 65535"
        case .address: "unix:PATH, the path at most 107 bytes long"
        case .mode: "an octal mode up to 777, as mode=660"
        case .descriptor: "fd:N, a descriptor from 3 on"
        case .domain: "domain=INET, INET6 or UNIX"
        case .index: "an index from 0 on"
        case .name: "name=NAME, as in LISTEN_FDNAMES"
        case .from: "haproxy:ENDPOINT:from=CIDR,CIDR; only Unix sockets need no from"
        case .inner: "haproxy:ENDPOINT:from=CIDR,CIDR"
        }
    }
}
