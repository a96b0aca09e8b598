/// The two versions this codec speaks (RFC 9110 §2.5).
package enum HTTPVersion: UInt8, BitwiseCopyable, Sendable { case http10, http11 }

/// How a request's content is delimited (RFC 9112 §6.3).
package enum BodyLength: Equatable, BitwiseCopyable, Sendable {
    /// Neither Content-Length nor Transfer-Encoding: there is no body.
    case none
    /// Content-Length, which may be zero.
    case length(UInt64)
    case chunked
}

/// A parsed request head: slices into the bytes given to the parser, and what the codec decided about them.
///
/// One per reactor, filled again for every request: `fields` keeps its capacity. What it holds is meaningful only after
/// `HeadProgress.complete`; slices are meant for the buffer of that very call.
package struct RequestHead: Sendable {
    package var method = Slice.empty
    package var methodKind = Method.other
    /// The request-target as sent.
    package var target = Slice.empty
    /// The target's path, still percent-encoded, at least `/`; for `OPTIONS *` it is the asterisk.
    package var path = Slice.empty
    /// What follows the first `?` of the target, without it.
    package var query = Slice.empty
    /// The authority of an absolute-form target, else the Host field's value (RFC 9112 §3.2.2); empty where an HTTP/1.0
    /// request has no Host, or Host is empty.
    package var authority = Slice.empty
    package var version = HTTPVersion.http11
    package var fields: [Field] = []
    package var body = BodyLength.none
    /// The client allows another request after this one (RFC 9112 §9.3).
    package var keepAlive = true
    /// The client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
    package var expectsContinue = false
    /// An `OPTIONS` request for the server itself, not for a resource (RFC 9112 §3.2.4).
    package var isOptionsStar = false
    /// Bytes the head took, with the empty line before it, if any, and the one that ends it.
    package var byteCount = 0

    package init() {
        fields.reserveCapacity(128)
    }
}
