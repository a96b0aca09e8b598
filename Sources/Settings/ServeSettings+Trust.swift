package import Peers

extension ServeSettings {
    /// Whose word about the client is believed.
    package struct Trust: Sendable, Equatable {
        package let rootPath: RootPath
        package let peers: TrustedPeers
        package let forwarded: ForwardedFamily

        package init(rootPath: RootPath, peers: TrustedPeers, forwarded: ForwardedFamily) {
            self.rootPath = rootPath
            self.peers = peers
            self.forwarded = forwarded
        }
    }
}
