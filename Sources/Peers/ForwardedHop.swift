/// What trusted proxies say about the client's own hop. Slices borrow the lines they were read from.
package struct ForwardedHop {
    /// Nil when nobody readable was named: then the peer itself stands for the client.
    package internal(set) var client: IPAddress?
    package internal(set) var clientPort: UInt16?

    /// The scheme the client used; `http` and `https` alone are understood.
    package internal(set) var scheme: Scheme?

    /// As in `Host`: a name or address, perhaps with a port. Checked to be nothing else.
    package internal(set) var host: UnsafeRawBufferPointer?

    /// The port the client connected to; never 0.
    package internal(set) var port: UInt16?

    /// Where a proxy mounts the application: begins with `/`, does not end in one.
    package internal(set) var prefix: UnsafeRawBufferPointer?

    package enum Scheme: Sendable, Equatable {
        case http
        case https

        init?(_ text: UnsafeRawBufferPointer) {
            if text.equalsIgnoringCase("https") {
                self = .https
            } else if text.equalsIgnoringCase("http") {
                self = .http
            } else {
                return nil
            }
        }
    }

    /// One of which nothing is known.
    init() {}

    /// Nil when no word of the peer is believed, because it is not trusted or `family` is `off`; then nothing is read.
    ///
    /// - Parameters:
    ///   - lines: the request's forwarded field lines in their order; those of other families are passed over.
    ///   - peer: the other end of the connection; nil on a Unix socket.
    package init?(
        lines: UnsafeBufferPointer<ForwardedLine>, family: ForwardedFamily, peer: IPAddress?, trusted: TrustedPeers
    ) {
        guard family != .off, !lines.isEmpty, trusted.contains(peer) else { return nil }
        var chain = ForwardedChain(trusted: trusted)
        for line in lines where line.field.family == family { chain.addHops(line) }
        self = chain.hop
        if family == .x { readCompanions(lines, place: chain.placesFromRight) }
    }

    /// The fields beside `X-Forwarded-For`: each a list of its own, appended to by the same proxies or set by one.
    private mutating func readCompanions(_ lines: UnsafeBufferPointer<ForwardedLine>, place: Int) {
        scheme = lines.element(.xForwardedProto, fromRight: place).flatMap(Scheme.init)
        host = lines.element(.xForwardedHost, fromRight: place).flatMap { $0.isHostAndPort ? $0 : nil }
        port = lines.element(.xForwardedPort, fromRight: place)?.portNumber.flatMap { $0 == 0 ? nil : $0 }
        prefix = lines.element(.xForwardedPrefix, fromRight: place)?.asPathPrefix
    }
}

extension UnsafeBufferPointer where Element == ForwardedLine {
    /// The list element of a field as many places from the right as `place` says, over all its lines; the leftmost
    /// where the list is shorter, which is how a value stays that only the outermost proxy set.
    fileprivate func element(_ field: ForwardedField, fromRight place: Int) -> UnsafeRawBufferPointer? {
        var found: UnsafeRawBufferPointer?
        var seen = 0
        for line in reversed() where line.field == field {
            var elements = ElementsFromRight(line.value)
            while seen <= place, let element = elements.next() {
                found = element
                seen += 1
            }
        }
        return found
    }
}
