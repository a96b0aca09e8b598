/// What a response must know of its request.
package struct ResponseContext: Equatable, Sendable {
    package let version: HTTPVersion
    package let isHead: Bool
    /// The client allows another request and the server wants one: it is not draining, and the request's body was read
    /// or will be.
    package let wantsKeepAlive: Bool

    package init(version: HTTPVersion, isHead: Bool, wantsKeepAlive: Bool) {
        self.version = version
        self.isHead = isHead
        self.wantsKeepAlive = wantsKeepAlive
    }
}

/// How the content follows the head (RFC 9112 §6.3).
package enum ResponseFraming: Equatable, Sendable {
    /// No content may be sent, whatever the application yields.
    case none
    /// Exactly so many bytes; fewer must end in a cut connection, more must not be sent.
    case length(UInt64)
    case chunked
    /// The end of the connection is the end of the content.
    case untilClose
}

/// Why a response's head is not sent: the application's fault, or a buffer too small.
package enum ResponseError: UInt8, Error, Equatable, CaseIterable, Sendable {
    /// The buffer is full; nothing is wrong with the response.
    case overflow
    case statusOutOfRange, reasonInvalid
    case fieldNameEmpty, fieldNameInvalid, fieldValueInvalid
    /// A field of the connection, which belongs to the server (RFC 9110 §7.6.1, PEP 3333 "Other HTTP Features").
    case hopByHopField
    case contentLengthInvalid, contentLengthRepeated
}
