/// Whom a hop is for (RFC 7239 §6 "node").
enum ForwardedNode: Equatable {
    case address(IPAddress, port: UInt16?)

    /// `unknown`, or an identifier such as `_hidden` that means something to its proxy alone (RFC 7239 §6.2, §6.3).
    case hidden

    case malformed

    /// A node of `Forwarded`: an IPv6 address stands in brackets, for only so its port can be told apart (§6).
    init(node: UnsafeRawBufferPointer) {
        let (name, port) = Self.split(node)
        if let address = name.bracketedOrIPv4Address {
            self = Self.address(address, portText: port)
        } else if name.equalsIgnoringCase("unknown") || name.first == UInt8(ascii: "_") {
            self = .hidden
        } else {
            self = .malformed
        }
    }

    /// An element of `X-Forwarded-For`, which has no grammar: also an IPv6 address without brackets.
    init(listed element: UnsafeRawBufferPointer) {
        if let address = IPAddress(bytes: element) {
            self = .address(address, port: nil)
        } else {
            self.init(node: element)
        }
    }

    /// A port may be obfuscated too (§6.4 "obfport"); then it is as good as none.
    private static func address(_ address: IPAddress, portText: UnsafeRawBufferPointer?) -> ForwardedNode {
        guard let portText, portText.first != UInt8(ascii: "_") else { return .address(address, port: nil) }
        guard let port = portText.portNumber else { return .malformed }
        return .address(address, port: port)
    }

    /// At the colon behind the brackets, or at the only one.
    private static func split(
        _ node: UnsafeRawBufferPointer
    ) -> (name: UnsafeRawBufferPointer, port: UnsafeRawBufferPointer?) {
        let start = node.first == UInt8(ascii: "[") ? node.firstIndex(of: UInt8(ascii: "]")) ?? 0 : 0
        guard let colon = node[start...].firstIndex(of: UInt8(ascii: ":")) else { return (node, nil) }
        return (node.part(0..<colon), node.part(colon + 1..<node.count))
    }
}

extension UnsafeRawBufferPointer {
    /// `192.0.2.1` or `[2001:db8::1]`.
    var bracketedOrIPv4Address: IPAddress? {
        let isBracketed = count >= 2 && first == UInt8(ascii: "[") && last == UInt8(ascii: "]")
        let text = isBracketed ? part(1..<count - 1) : self
        return text.contains(UInt8(ascii: ":")) == isBracketed ? IPAddress(bytes: text) : nil
    }
}
