// Who the client is when proxies stand in between.
//
// A proxy appends the address it was called from; so the list reads from the client, on the left, to the proxy next to
// us. Everything left of the last trusted hop may have been written by anybody. The law: **the client is the rightmost
// address that is not trusted**; where the list holds only trusted addresses it is the leftmost of them; where the list
// turns unreadable or hidden (`unknown`), walking from the right, the last readable hop stands in for the client.

/// Walks the hops from left to right, keeping the one that is the client's if no other follows. Does not allocate.
struct ForwardedChain {
    private(set) var hop = ForwardedHop()

    /// How many hops stand to the right of the client's.
    private(set) var placesFromRight = 0

    /// Whether `hop` is one that did not say whom it is for, so that the next trusted hop stands in.
    private var hopIsHidden = false
    private var isEmpty = true

    private let trusted: TrustedPeers

    init(trusted: TrustedPeers) {
        self.trusted = trusted
    }

    mutating func addHops(_ line: ForwardedLine) {
        switch line.field {
        case .forwarded: addForwarded(line.value)
        case .xForwardedFor: addForwardedFor(line.value)
        case .xForwardedProto, .xForwardedHost, .xForwardedPort, .xForwardedPrefix: break
        }
    }

    private mutating func addForwardedFor(_ line: UnsafeRawBufferPointer) {
        var elements = ElementsFromLeft(line)
        while let element = elements.next() {
            var hop = ForwardedHop()
            hop.name(ForwardedNode(listed: element))
            append(hop, hidden: hop.client == nil)
        }
    }

    private mutating func addForwarded(_ line: UnsafeRawBufferPointer) {
        var elements = ForwardedElements(line)
        while let element = elements.next() {
            switch element {
            case .hop(let hop): append(hop, hidden: hop.client == nil)
            case .malformed: forgetLeft()
            }
        }
    }

    /// Takes the next hop to the right. An untrusted or hidden one is the client's, unless another such one follows; a
    /// trusted one leaves the client where it is.
    private mutating func append(_ next: ForwardedHop, hidden: Bool) {
        let isTrusted = next.client.map { trusted.contains($0) } ?? false
        guard isTrusted, !isEmpty else {
            hop = next
            hopIsHidden = hidden
            placesFromRight = 0
            isEmpty = false
            return
        }
        placesFromRight += 1
        if hopIsHidden {
            hop.client = next.client
            hop.clientPort = next.clientPort
            hopIsHidden = false
        }
    }

    /// What stands left of something malformed cannot be connected with what stands right of it.
    private mutating func forgetLeft() {
        hop = ForwardedHop()
        hopIsHidden = false
        placesFromRight = 0
        isEmpty = true
    }
}

extension ForwardedHop {
    /// Takes over whom the hop is for, if that can be read.
    mutating func name(_ node: ForwardedNode) {
        guard case .address(let address, let port) = node else { return }
        client = address
        clientPort = port
    }
}
