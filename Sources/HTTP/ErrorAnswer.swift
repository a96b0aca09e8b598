/// The server's own short answer: a status, its phrase as plain text, and the end of the connection.
///
/// Nothing of the request is in it, so nothing can be reflected. `detail` is one of the server's own sentences.
package struct ErrorAnswer: Sendable {
    package var status: UInt16
    package var detail: StaticString?
    /// Seconds after which to try again (RFC 9110 §10.2.3).
    package var retryAfter: UInt32?
    /// HEAD gets the head alone.
    package var isHead: Bool
    /// False only where the request was read whole and the connection goes on.
    package var closes: Bool
    /// The request's version: a 1.0 connection goes on only if told so.
    package var version: HTTPVersion

    package init(
        status: UInt16, detail: StaticString? = nil, retryAfter: UInt32? = nil, isHead: Bool = false,
        closes: Bool = true, version: HTTPVersion = .http11
    ) {
        self.status = status
        self.detail = detail
        self.retryAfter = retryAfter
        self.isHead = isHead
        self.closes = closes
        self.version = version
    }

    /// The answer to a request the codec refuses.
    package init(_ error: RequestError) {
        self.init(status: error.status, detail: error.summary)
    }

    /// Room every answer finds enough, with a `server` of up to 64 bytes.
    package static let longest = 512

    /// Writes head and body; answers their length, or nil where there is no room.
    package func write(
        date: UnsafeRawBufferPointer, server: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer
    ) -> Int? {
        let context = ResponseContext(version: version, isHead: false, wantsKeepAlive: !closes)
        var writer = ResponseWriter(into: buffer, context: context)
        let phrase = ReasonPhrase.of(status)
        do throws(ResponseError) {
            try writer.writeStatus(status, reason: bytes(phrase))
            try writer.append(name: bytes("Content-Type"), value: bytes("text/plain; charset=utf-8"))
            try appendRetryAfter(to: &writer)
            _ = try writer.finish(knownLength: UInt64(bodyCount(phrase)), date: date, server: server)
        } catch {
            return nil
        }
        guard !isHead else { return writer.count }
        return writeBody(phrase, into: buffer, at: writer.count)
    }

    private func appendRetryAfter(to writer: inout ResponseWriter) throws(ResponseError) {
        guard let retryAfter else { return }
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        let result: Result<Void, ResponseError> = withUnsafeMutableBytes(of: &digits) { digits in
            guard let target = digits.baseAddress else { return .failure(.overflow) }
            let count = Decimal.write(UInt64(retryAfter), to: target)
            do throws(ResponseError) {
                try writer.append(
                    name: bytes("Retry-After"), value: UnsafeRawBufferPointer(start: target, count: count))
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// How many bytes of body `write` writes.
    package var bodyLength: Int { isHead ? 0 : bodyCount(ReasonPhrase.of(status)) }

    /// `400 Bad Request: detail` and a line end.
    private func bodyCount(_ phrase: StaticString) -> Int {
        4 + phrase.utf8CodeUnitCount + (detail.map { 2 + $0.utf8CodeUnitCount } ?? 0) + 1
    }

    private func writeBody(_ phrase: StaticString, into buffer: UnsafeMutableRawBufferPointer, at start: Int) -> Int? {
        guard let base = buffer.baseAddress, buffer.count - start >= bodyCount(phrase) else { return nil }
        var position = start
        func put(_ text: StaticString) {
            (base + position).copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
            position += text.utf8CodeUnitCount
        }
        position += Decimal.write(UInt64(status), to: base + position)
        put(" ")
        put(phrase)
        if let detail {
            put(": ")
            put(detail)
        }
        put("\n")
        return position
    }

    private func bytes(_ text: StaticString) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }
}
