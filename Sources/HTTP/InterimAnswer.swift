/// Answers before the answer (RFC 9110 §15.2).
package enum InterimAnswer {
    /// Tells a client that waits for it to send the body (RFC 9110 §10.1.1); only for requests with `expectsContinue`,
    /// and only once the request is admitted.
    package static let `continue`: StaticString = "HTTP/1.1 100 Continue\r\n\r\n"
}
