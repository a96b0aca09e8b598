/// Whose word about the client is believed: peers by address, and everybody who can open a Unix socket.
package struct TrustedPeers: Hashable, Sendable {
    package let blocks: [AddressBlock]

    /// Whether peers on Unix sockets are believed; the file mode of the socket decides who they are.
    package let unix: Bool

    /// Written `*`: every peer is believed. Right only where nobody but proxies can reach the port.
    package let everyone: Bool

    package init(blocks: [AddressBlock], unix: Bool, everyone: Bool) {
        self.blocks = blocks
        self.unix = unix
        self.everyone = everyone
    }

    package static let nobody = TrustedPeers(blocks: [], unix: false, everyone: false)

    /// Reads a list, separated by commas or blanks, of CIDR blocks, `unix` and `*`. An empty list trusts nobody.
    package init(_ text: String) throws(AddressError) {
        var blocks: [AddressBlock] = []
        var unix = false
        var everyone = false
        for word in text.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }) {
            switch word {
            case "*": everyone = true
            case "unix": unix = true
            default: blocks.append(try AddressBlock(String(word)))
            }
        }
        self.init(blocks: blocks, unix: unix, everyone: everyone)
    }

    /// Both together.
    package func union(_ other: TrustedPeers) -> TrustedPeers {
        TrustedPeers(blocks: blocks + other.blocks, unix: unix || other.unix, everyone: everyone || other.everyone)
    }

    /// - Parameter peer: nil for a peer on a Unix socket. Does not allocate.
    package func contains(_ peer: IPAddress?) -> Bool {
        if everyone { return true }
        guard let peer else { return unix }
        for block in blocks where block.contains(peer) { return true }
        return false
    }
}
