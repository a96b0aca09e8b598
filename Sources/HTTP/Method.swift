/// Request methods the server itself looks at. Names are case-sensitive (RFC 9110 §9.1); any other token is `other` and
/// the application's to judge.
package enum Method: UInt8, BitwiseCopyable, Sendable {
    case get, head, post, put, delete, options, patch, trace, connect, other

    /// The method named by the `length` bytes packed into `word`, zeros above.
    @inline(__always)
    init(word: UInt64, length: Int) {
        switch length {
        case 3: self = word == packed("GET") ? .get : word == packed("PUT") ? .put : .other
        case 4: self = word == packed("POST") ? .post : word == packed("HEAD") ? .head : .other
        case 5: self = word == packed("PATCH") ? .patch : word == packed("TRACE") ? .trace : .other
        case 6: self = word == packed("DELETE") ? .delete : .other
        case 7: self = word == packed("OPTIONS") ? .options : word == packed("CONNECT") ? .connect : .other
        default: self = .other
        }
    }
}
