// RFC 9112 §3.2: the forms a request-target may take other than a path.

extension HeadReader {
    @inline(never)
    func readTargetForm(into head: inout RequestHead) throws(HeadStop) {
        // §3.2.3: authority-form belongs to CONNECT, and CONNECT to proxies (RFC 9110 §9.3.6).
        if head.methodKind == .connect { throw .failed(.connectUnsupported) }
        if head.target.count == 1, bytes[Int(head.target.offset)] == UInt8(ascii: "*") {
            // §3.2.4
            guard head.methodKind == .options else { throw .failed(.asteriskWithoutOptions) }
            head.isOptionsStar = true
            return
        }
        try readAbsoluteForm(into: &head)
    }

    /// §3.2.2: a server must accept absolute-form, and its authority replaces what Host says.
    private func readAbsoluteForm(into head: inout RequestHead) throws(HeadStop) {
        let start = Int(head.target.offset)
        let stop = start &+ Int(head.target.count)
        let authorityStart = try endOfScheme(from: start, to: stop)
        let authorityEnd = bytes.firstPathEnd(from: authorityStart, to: stop, orSlash: true)
        let authority = Slice(from: authorityStart, to: authorityEnd)
        // RFC 9110 §4.2.4: user information is an error; §4.2.1: an empty host is invalid.
        guard !authority.isEmpty, Authority.isValid(bytes, authority) else { throw .failed(.targetAuthorityInvalid) }
        head.authority = authority
        let pathEnd = Int(head.path.offset) &+ Int(head.path.count)
        if authorityEnd < pathEnd {
            head.path = Slice(from: authorityEnd, to: pathEnd)
        } else {
            // RFC 9110 §4.2.3: an empty path is "/"; the scheme's last slash stands in for it. With OPTIONS and no
            // query it means the server itself (§3.2.4).
            head.path = Slice(from: authorityStart &- 1, to: authorityStart)
            head.isOptionsStar = head.methodKind == .options && authorityEnd == stop
        }
    }

    /// Steps over `http://` or `https://`, in any case (RFC 3986 §3.1).
    private func endOfScheme(from start: Int, to stop: Int) throws(HeadStop) -> Int {
        var colon = start
        while colon < stop, ByteClass.isSchemeByte(bytes[colon]) { colon &+= 1 }
        let isURI = colon > start && colon &+ 3 <= stop && bytes.word(at: colon, count: 3) == packed("://")
        guard isURI else { throw .failed(.targetFormInvalid) }
        let length = colon &- start
        let scheme = length < 8 ? bytes.word(at: start, count: length) | caseBits(length) : 0
        guard scheme == packed("http") || scheme == packed("https") else { throw .failed(.targetSchemeUnsupported) }
        return colon &+ 3
    }
}

extension Bytes {
    /// Where an authority ends: at a slash or where a path would.
    fileprivate func firstPathEnd(from start: Int, to end: Int, orSlash: Bool) -> Int {
        let stop = firstPathEnd(from: start, to: end)
        var offset = start
        while offset < stop, self[offset] != UInt8(ascii: "/") { offset &+= 1 }
        return offset
    }
}

extension ByteClass {
    /// `scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`
    fileprivate static func isSchemeByte(_ byte: UInt8) -> Bool {
        let isLetter = (byte | 0x20) &- UInt8(ascii: "a") < 26
        return isLetter || isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }
}
