package import Peers

/// A socket to accept from, as the keeper hands it over, with what is known of its endpoint.
package struct ListeningSocket: Sendable {
    package enum Family: Sendable { case internet, unix }

    package let descriptor: Int32
    package let family: Family
    /// `SERVER_NAME` and `SERVER_PORT` where the client names no host.
    package let serverName: [UInt8]
    package let serverPort: UInt16
    /// Peers that must begin with a PROXY header; nil where none is expected.
    package let proxies: TrustedPeers?

    package init(
        descriptor: Int32, family: Family, serverName: [UInt8], serverPort: UInt16, proxies: TrustedPeers?
    ) {
        self.descriptor = descriptor
        self.family = family
        self.serverName = serverName
        self.serverPort = serverPort
        self.proxies = proxies
    }

    /// The same socket by another descriptor.
    func on(_ descriptor: Int32) -> ListeningSocket {
        ListeningSocket(
            descriptor: descriptor, family: family, serverName: serverName, serverPort: serverPort, proxies: proxies)
    }
}
