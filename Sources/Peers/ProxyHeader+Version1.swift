extension ProxyHeader {
    /// The human-readable header of section 2.1: `PROXY TCP4 192.0.2.1 192.0.2.2 56324 443` and CR LF.
    enum Version1 {
        static let signature: StaticString = "PROXY "

        /// With CR LF; section 2.1 counts it out ("worst case") for the longest TCP6 and UNKNOWN lines.
        private static let longestLine = 107

        static func read(_ bytes: UnsafeRawBufferPointer) -> ProxyHeader {
            let visible = bytes.part(0..<min(bytes.count, longestLine))
            guard let feed = visible.firstIndex(of: UInt8(ascii: "\n")) else {
                return bytes.count >= longestLine ? .failed(.tooLong) : .incomplete
            }
            guard feed > 0, bytes[feed - 1] == UInt8(ascii: "\r") else { return .failed(.malformedLine) }
            var line = WordCursor(line: bytes.part(signature.utf8CodeUnitCount..<feed - 1))
            return read(&line, length: feed + 1)
        }

        private static func read(_ line: inout WordCursor, length: Int) -> ProxyHeader {
            guard let transport = line.next() else { return .failed(.malformedLine) }
            // "For UNKNOWN, the rest of the line before the CRLF may be omitted by the sender, and the receiver must
            // ignore anything presented before the CRLF is found." (2.1)
            if transport.equals("UNKNOWN") { return .complete(length: length, ends: nil) }
            let isIPv6 = transport.equals("TCP6")
            guard isIPv6 || transport.equals("TCP4"),
                let source = address(line.next(), isIPv6: isIPv6),
                let destination = address(line.next(), isIPv6: isIPv6),
                let sourcePort = line.next()?.portNumber, let destinationPort = line.next()?.portNumber,
                line.isAtEnd
            else { return .failed(.malformedLine) }
            let ends = Ends(
                source: IPEndpoint(address: source, port: sourcePort),
                destination: IPEndpoint(address: destination, port: destinationPort))
            return .complete(length: length, ends: ends)
        }

        /// The family stated has to be the family of the text, whatever address that then is.
        private static func address(_ word: UnsafeRawBufferPointer?, isIPv6: Bool) -> IPAddress? {
            guard let word, word.contains(UInt8(ascii: ":")) == isIPv6 else { return nil }
            return IPAddress(bytes: word)
        }
    }
}

/// Words separated by exactly one space.
private struct WordCursor {
    private let line: UnsafeRawBufferPointer
    private var position = 0

    init(line: UnsafeRawBufferPointer) {
        self.line = line
    }

    var isAtEnd: Bool { position > line.count }

    mutating func next() -> UnsafeRawBufferPointer? {
        guard position <= line.count else { return nil }
        let start = position
        while position < line.count && line[position] != UInt8(ascii: " ") { position += 1 }
        let word = line.part(start..<position)
        position += 1
        return word
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func equals(_ other: StaticString) -> Bool {
        count == other.utf8CodeUnitCount && indices.allSatisfy { self[$0] == other.utf8Start[$0] }
    }
}
