package import Peers

/// What happens while serving that people may want to read; the composition root makes sentences of it.
package enum ServingEvent: Sendable {
    case workerReady(id: UInt32, pythonVersion: UInt64)
    /// A worker that was retired has nothing in hand any more; told at least once.
    case workerRetired(id: UInt32)
    /// A worker broke the law of the exchange and must be ended.
    case workerCondemned(id: UInt32)
    /// A response was not what its head declared; the connection was closed.
    case lengthBroken(request: UInt64, declared: UInt64, isLonger: Bool)
    /// A response head that may not be sent: refused with 500.
    case headRefused(request: UInt64, reason: String)
    /// No descriptor was left for a connection; accepting pauses.
    case descriptorsExhausted
    case connectionLimit
    case spoolFailed(errno: Int32)
    /// Lines of the access log were lost: `errno` of the write, or 0 where a ring was full.
    case accessLinesDropped(Int, errno: Int32)
    /// The old file is written on.
    case accessLogNotReopened(errno: Int32)
    /// For the first time a header of this name was kept from the application; a peer of nil is one on a Unix socket.
    case forwardedFieldRemoved(name: String, peer: IPAddress?, reason: ForwardedFieldRemoval)
}

package enum ForwardedFieldRemoval: Sendable, Equatable {
    case untrustedPeer
    /// The peer is trusted, but headers of another family are believed, or none.
    case otherFamily(believed: ForwardedFamily)
}
