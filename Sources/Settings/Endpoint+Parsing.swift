import Peers

extension Endpoint {
    /// Reads the typed forms (`tcp:8080:interface=127.0.0.1`, `unix:/run/app.sock:mode=660`, `fd:3`, `systemd:name=web`,
    /// `haproxy:tcp:8080:from=10.0.0.0/8`) and the short ones (`8080`, `:8080`, `HOST:PORT`, `[::]:8080`).
    package init(_ text: String) throws(EndpointError) {
        guard !text.isEmpty else { throw .empty }
        var fields = try EndpointFields(text)
        if fields.fields.first == EndpointFields.Field(value: "haproxy") {
            _ = fields.takeFirst()
            self = try Self.haproxy(fields, text: text)
        } else {
            self.init(socket: try Self.socket(fields), proxyProtocol: nil, text: text)
        }
    }

    private static func haproxy(_ fields: EndpointFields, text: String) throws(EndpointError) -> Endpoint {
        var inner = fields
        let from = inner.take(key: "from")
        guard let first = inner.fields.first, inner.fields != [EndpointFields.Field(value: "")] else {
            throw .missing(.inner, type: "haproxy")
        }
        guard first.value != "haproxy" || first.key != nil else { throw .nestedHaproxy }
        let socket = try Self.socket(inner)
        let blocks = try Self.senders(from, on: socket)
        return Endpoint(socket: socket, proxyProtocol: ProxyProtocol(from: blocks), text: text)
    }

    /// Whoever may send the header chooses the client's address, so it has to be said who may (the PROXY protocol's
    /// text, section 2). A Unix socket is guarded by its file mode instead.
    private static func senders(_ text: String?, on socket: Socket) throws(EndpointError) -> [AddressBlock]? {
        if socket.isUnix {
            guard text == nil else { throw .fromOnUnixSocket }
            return nil
        }
        guard let text, !text.isEmpty else { throw .missing(.from, type: "haproxy") }
        var blocks: [AddressBlock] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            do throws(AddressError) { blocks.append(try AddressBlock(String(part))) } catch { throw .wrongBlock(error) }
        }
        return blocks
    }

    private static let types = ["tcp", "tcp6", "unix", "fd", "systemd", "haproxy"]

    /// Types other programs know: never the host of `HOST:PORT`.
    private static let foreignTypes = ["ssl", "tls", "txsni", "le", "lets", "stdio", "http", "https", "inet", "ip"]

    private static func socket(_ given: EndpointFields) throws(EndpointError) -> Socket {
        var fields = given
        guard let type = fields.takeFirst() else {
            throw .unknownType(given.fields.first?.key ?? "", nearest: nil)
        }
        switch type {
        case "tcp": return .internet(try tcp(fields))
        case "tcp6": return .internet(try tcp6(fields))
        case "unix": return .unix(try unix(fields))
        case "fd": return .descriptor(try descriptor(fields))
        case "systemd": return .systemd(try systemd(fields))
        default: return .internet(try short(type, fields))
        }
    }

    private static func tcp(_ fields: EndpointFields) throws(EndpointError) -> Internet {
        let arguments = try EndpointArguments(fields, type: "tcp", names: [.port, .interface, .backlog])
        guard let text = arguments.text(.interface) else { return try internet(arguments, on: .everyIPv4) }
        let interface = try Self.interface(text)
        guard interface.family != .ipv6 else { throw .wrongFamily(text, type: "tcp") }
        return try internet(arguments, on: interface)
    }

    /// `backlog` before `interface`, the other way round than `tcp`: the order these types have always had.
    private static func tcp6(_ fields: EndpointFields) throws(EndpointError) -> Internet {
        let arguments = try EndpointArguments(fields, type: "tcp6", names: [.port, .backlog, .interface])
        guard let text = arguments.text(.interface) else { return try internet(arguments, on: .everyIPv6) }
        let interface = try Self.interface(text)
        guard interface.family != .ipv4 else { throw .wrongFamily(text, type: "tcp6") }
        return try internet(arguments, on: interface == .dualStack ? .everyIPv6 : interface)
    }

    private static func internet(
        _ arguments: EndpointArguments, on interface: Interface
    ) throws(EndpointError) -> Internet {
        Internet(
            interface: interface, port: try port(try arguments.required(.port)),
            backlog: try arguments.number(.backlog, in: 1...65535) ?? defaultBacklog)
    }

    private static func unix(_ fields: EndpointFields) throws(EndpointError) -> Unix {
        let arguments = try EndpointArguments(fields, type: "unix", names: [.address, .mode, .backlog])
        let path = try arguments.required(.address)
        guard (1...107).contains(path.utf8.count), !path.utf8.contains(0) else {
            throw .wrong(.address, given: path)
        }
        return Unix(
            path: path, mode: try mode(arguments.text(.mode)) ?? defaultMode,
            backlog: try arguments.number(.backlog, in: 1...65535) ?? defaultBacklog)
    }

    private static func mode(_ text: String?) throws(EndpointError) -> UInt32? {
        guard let text else { return nil }
        guard let mode = FileMode(text) else { throw .wrong(.mode, given: text) }
        return mode.bits
    }

    /// 0 to 2 are the standard streams.
    private static func descriptor(_ fields: EndpointFields) throws(EndpointError) -> Int32 {
        let arguments = try EndpointArguments(fields, type: "fd", names: [.descriptor])
        guard let number = try arguments.number(.descriptor, in: 3...1_048_576) else {
            throw .missing(.descriptor, type: "fd")
        }
        return Int32(number)
    }

    private static func systemd(_ fields: EndpointFields) throws(EndpointError) -> Systemd {
        var fields = fields
        fields.dropEmptyEnd()
        let arguments = try EndpointArguments(fields, type: "systemd", names: [.domain, .index, .name])
        let index = try arguments.number(.index, in: 0...65535)
        let name = arguments.text(.name)
        guard index == nil || name == nil else { throw .indexAndName }
        guard name != "" else { throw .wrong(.name, given: "") }
        let selection = index.map(Systemd.Selection.index) ?? name.map(Systemd.Selection.name) ?? .every
        return Systemd(domain: try domain(arguments.text(.domain)), selection: selection)
    }

    private static func domain(_ text: String?) throws(EndpointError) -> Systemd.Domain? {
        guard let text else { return nil }
        guard let domain = Systemd.Domain(rawValue: text) else { throw .wrong(.domain, given: text) }
        return domain
    }

    /// `8080`, `:8080` and `HOST:PORT`. A bare number means every interface, IPv4 and IPv6. A host whose name is nearly
    /// a type's is taken for a mistyped type.
    private static func short(_ first: String, _ fields: EndpointFields) throws(EndpointError) -> Internet {
        if fields.fields.isEmpty && isNumber(first) {
            return Internet(interface: .dualStack, port: try port(first), backlog: defaultBacklog)
        }
        let nearest = nearestName(to: first.lowercased(), among: types)
        guard fields.fields.count == 1, let last = fields.fields.first, last.key == nil,
            !foreignTypes.contains(first), nearest == nil
        else { throw .unknownType(first, nearest: nearest) }
        let interface: Interface = first.isEmpty ? .dualStack : try interface(first)
        return Internet(interface: interface, port: try port(last.value), backlog: defaultBacklog)
    }

    private static func isNumber(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(\.isDecimalDigit)
    }

    private static func port(_ text: String) throws(EndpointError) -> UInt16 {
        guard let port = wholeNumber(text[...], in: 0...65535) else { throw .wrong(.port, given: text) }
        return UInt16(port)
    }

    /// `[::]` as in `[::]:8080` means every address of both families, `0.0.0.0` every IPv4 address.
    private static func interface(_ text: String) throws(EndpointError) -> Interface {
        let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        if let address = IPAddress(bare) {
            if address == .unspecified { return .dualStack }
            return address == IPAddress(ipv4: 0) ? .everyIPv4 : .address(address)
        }
        guard bare == text, isHostName(text) else { throw .wrong(.interface, given: text) }
        return .name(text)
    }

    /// Letters, digits and hyphens in dotted parts (RFC 1123 §2.1); a last part of digits alone would be a mistyped
    /// address.
    private static func isHostName(_ text: String) -> Bool {
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let fits = labels.allSatisfy { label in
            !label.isEmpty && label.count <= 63 && label.allSatisfy { $0.isHostNameByte }
        }
        return fits && text.utf8.count <= 253 && labels.last?.allSatisfy(\.isDecimalDigit) == false
    }
}

extension Endpoint.Socket {
    /// Whether peers surely have no address. Of an inherited socket that is known only where the domain was stated.
    fileprivate var isUnix: Bool {
        switch self {
        case .unix: true
        case .systemd(let systemd): systemd.domain == .unix
        case .internet, .descriptor: false
        }
    }
}

extension Endpoint.Interface {
    fileprivate enum Family {
        case ipv4
        case ipv6
    }

    /// Nil where a name can turn out to be either. What `[::]` means is left to the type: both families, if any.
    fileprivate var family: Family? {
        switch self {
        case .everyIPv4: .ipv4
        case .everyIPv6, .dualStack: .ipv6
        case .address(let address): address.isIPv4 ? .ipv4 : .ipv6
        case .name: nil
        }
    }
}

extension IPAddress {
    /// `::` (RFC 4291 §2.5.2).
    fileprivate static let unspecified = IPAddress(high: 0, low: 0)
}

extension UInt8 {
    /// `_` is no part of host names, but of many container names.
    fileprivate var isHostNameByte: Bool {
        let lower = self | 0x20
        return isDecimalDigit || lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
            || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
    }
}
