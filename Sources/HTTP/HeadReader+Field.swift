// RFC 9112 §5: field-line = field-name ":" OWS field-value OWS

extension HeadReader {
    @inline(__always)
    mutating func readField(into head: inout RequestHead) throws(HeadStop) {
        let nameStart = position
        var hasUnderscore = false
        let colon = try readName(from: nameStart, hasUnderscore: &hasUnderscore, isFirst: head.fields.isEmpty)
        let value = try readValue(from: colon &+ 1)
        let known = KnownField(name: bytes, at: nameStart, count: colon &- nameStart)
        head.fields.append(
            Field(
                name: Slice(from: nameStart, to: colon), value: value, known: known, hasUnderscore: hasUnderscore))
        if known != .other { try semantics.note(known, value, bytes) }
    }

    /// Answers the colon's offset.
    @inline(__always)
    private func readName(
        from start: Int, hasUnderscore: inout Bool, isFirst: Bool
    ) throws(HeadStop) -> Int {
        var offset = bytes.firstUnusualInName(from: start, to: end)
        while offset < end, bytes[offset] != UInt8(ascii: ":"), ByteClass.isToken(bytes[offset]) {
            if bytes[offset] == UInt8(ascii: "_") { hasUnderscore = true }
            offset = bytes.firstUnusualInName(from: offset &+ 1, to: end)
        }
        guard offset < end, bytes[offset] == UInt8(ascii: ":"), offset > start else {
            throw nameFault(at: offset, from: start, isFirst: isFirst)
        }
        return offset
    }

    @inline(never)
    private func nameFault(at offset: Int, from start: Int, isFirst: Bool) -> HeadStop {
        guard offset < end else { return exhausted() }
        let byte = bytes[offset]
        switch byte {
        case UInt8(ascii: ":"): return .failed(.fieldNameEmpty)
        case UInt8(ascii: " "), UInt8(ascii: "\t"):
            guard offset == start else { return whiteSpaceFault(at: offset) }
            // RFC 9112 §2.2 for the first line, §5.2 for the others.
            return .failed(isFirst ? .whiteSpaceBeforeFirstField : .obsoleteFolding)
        case UInt8(ascii: "\n"): return .failed(.bareLF)
        case UInt8(ascii: "\r"):
            guard offset &+ 1 < end else { return exhausted() }
            return .failed(bytes[offset &+ 1] == UInt8(ascii: "\n") ? .colonMissing : .bareCR)
        default: return .failed(ByteClass.isControl(byte) ? .controlByte : .fieldNameInvalid)
        }
    }

    /// RFC 9112 §5.1: white space between a name and its colon is answered 400.
    private func whiteSpaceFault(at start: Int) -> HeadStop {
        var offset = start
        while offset < end, ByteClass.isWhiteSpace(bytes[offset]) { offset &+= 1 }
        guard offset < end else { return exhausted() }
        return .failed(bytes[offset] == UInt8(ascii: ":") ? .whiteSpaceBeforeColon : .fieldNameInvalid)
    }

    /// The value without the white space round it; steps over the line's end.
    @inline(__always)
    private mutating func readValue(from colonEnd: Int) throws(HeadStop) -> Slice {
        var start = colonEnd
        if start < end, bytes[start] == UInt8(ascii: " ") { start &+= 1 }
        while start < end, ByteClass.isWhiteSpace(bytes[start]) { start &+= 1 }
        var stop = bytes.firstControl(from: start, to: end)
        while stop < end, bytes[stop] == UInt8(ascii: "\t") {
            stop = bytes.firstControl(from: stop &+ 1, to: end)
        }
        try endLine(at: stop)
        while stop > start, ByteClass.isWhiteSpace(bytes[stop &- 1]) { stop &-= 1 }
        return Slice(from: start, to: stop)
    }
}
