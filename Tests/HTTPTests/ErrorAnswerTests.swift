import HTTP
import Testing

@Suite struct ErrorAnswerTests {
    private func text(_ answer: ErrorAnswer, capacity: Int = ErrorAnswer.longest) -> String? {
        var buffer = [UInt8](repeating: 0, count: capacity)
        let date = Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)
        let count = date.withUnsafeBytes { date in
            Array("plait".utf8).withUnsafeBytes { server in
                buffer.withUnsafeMutableBytes { answer.write(date: date, server: server, into: $0) }
            }
        }
        return count.map { String(decoding: buffer[..<$0], as: UTF8.self) }
    }

    @Test func isShortTypedAndCloses() {
        #expect(
            text(ErrorAnswer(.hostMissing)) == """
                HTTP/1.1 400 Bad Request\r
                Content-Type: text/plain; charset=utf-8\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Server: plait\r
                Content-Length: 33\r
                Connection: close\r
                \r
                400 Bad Request: Host is missing

                """)
    }

    /// RFC 9110 §10.2.3
    @Test func saysWhenToTryAgain() throws {
        let answer = try #require(text(ErrorAnswer(status: 503, retryAfter: 120, closes: false)))
        #expect(answer.contains("\r\nRetry-After: 120\r\n"))
        #expect(!answer.contains("Connection:"))
        #expect(answer.hasSuffix("\r\n\r\n503 Service Unavailable\n"))
        #expect(text(ErrorAnswer(status: 503, retryAfter: .max))?.contains("Retry-After: 4294967295\r\n") == true)
    }

    /// RFC 9110 §9.3.2: HEAD is told the length, and gets no body.
    @Test func headGetsNoBody() throws {
        let answer = try #require(text(ErrorAnswer(status: 404, isHead: true)))
        #expect(answer.hasSuffix("\r\n\r\n"))
        #expect(answer.contains("Content-Length: 14\r\n"))
    }

    /// The declared length is the body's, for every error and every status.
    @Test func lengthIsRight() throws {
        for answer in RequestError.allCases.map(ErrorAnswer.init) + (100...599).map({ ErrorAnswer(status: $0) }) {
            guard answer.status >= 206, answer.status != 304 else { continue }
            let written = try #require(text(answer))
            let end = try #require(written.range(of: "\r\n\r\n"))
            #expect(written.contains("\r\nContent-Length: \(written[end.upperBound...].utf8.count)\r\n"))
        }
    }

    @Test func aBufferTooSmallIsTold() throws {
        let whole = try #require(text(ErrorAnswer(.hostMissing)))
        for capacity in 0..<400 {
            let answer = text(ErrorAnswer(.hostMissing), capacity: capacity)
            #expect(answer == nil || answer == whole)
        }
    }

    /// RFC 9110 §15: codes without an entry are known by their class.
    @Test(
        arguments: [
            (200, "OK"), (206, "Partial Content"), (299, "Successful"), (308, "Permanent Redirect"),
            (418, "Client Error"),
            (429, "Too Many Requests"), (431, "Request Header Fields Too Large"), (504, "Gateway Timeout"),
            (599, "Server Error"), (150, "Informational"), (399, "Redirection"),
        ] as [(UInt16, String)])
    func phrasesAreTheRegistrys(_ status: UInt16, _ phrase: String) {
        #expect("\(ReasonPhrase.of(status))" == phrase)
    }
}

extension String {
    /// The first occurrence of `part`.
    fileprivate func range(of part: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].unicodeScalars.starts(with: part.unicodeScalars) {
                return start..<unicodeScalars.index(start, offsetBy: part.unicodeScalars.count)
            }
            start = unicodeScalars.index(after: start)
        }
        return nil
    }
}
