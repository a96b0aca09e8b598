// RFC 9112 §5: field-line = field-name ":" OWS field-value OWS

extension HeadReader {
    /// Answers where the next line begins.
    @inline(__always)
    func readField(
        _ line: Line, into head: inout RequestHead, _ semantics: inout HeadSemantics
    ) throws(HeadStop) -> Int {
        var hasUnderscore = false
        let colon = try readName(line, hasUnderscore: &hasUnderscore, isFirst: head.fields.isEmpty)
        let start = skipWhiteSpace(from: colon &+ 1, to: line.end)
        let stop = endOfValue(from: start, to: line.end)
        let next = try endLine(line, at: stop)
        let value = Slice(from: start, to: trimmed(from: start, to: stop))
        let known = KnownField(name: bytes, at: line.start, count: colon &- line.start)
        head.fields.append(
            Field(
                name: Slice(from: line.start, to: colon), value: value, known: known, hasUnderscore: hasUnderscore))
        if known != .other { try semantics.note(known, value, bytes) }
        return next
    }

    /// Answers the colon's offset.
    @inline(__always)
    private func readName(_ line: Line, hasUnderscore: inout Bool, isFirst: Bool) throws(HeadStop) -> Int {
        var offset = bytes.firstUnusualInName(from: line.start, to: line.end)
        while offset < line.end, bytes[offset] != UInt8(ascii: ":"), ByteClass.isToken(bytes[offset]) {
            if bytes[offset] == UInt8(ascii: "_") { hasUnderscore = true }
            offset = bytes.firstUnusualInName(from: offset &+ 1, to: line.end)
        }
        guard offset < line.end, bytes[offset] == UInt8(ascii: ":"), offset > line.start else {
            throw nameFault(line, at: offset, isFirst: isFirst)
        }
        return offset
    }

    @inline(never)
    private func nameFault(_ line: Line, at offset: Int, isFirst: Bool) -> HeadStop {
        guard offset < line.end else { return exhausted(line) }
        let byte = bytes[offset]
        switch byte {
        case UInt8(ascii: ":"): return .failed(.fieldNameEmpty)
        case UInt8(ascii: " "), UInt8(ascii: "\t"):
            guard offset == line.start else { return whiteSpaceFault(line, at: offset) }
            // RFC 9112 §2.2 for the first line, §5.2 for the others.
            return .failed(isFirst ? .whiteSpaceBeforeFirstField : .obsoleteFolding)
        case UInt8(ascii: "\n"): return .failed(.bareLF)
        case UInt8(ascii: "\r"):
            guard offset &+ 1 < line.end else { return exhausted(line) }
            return .failed(bytes[offset &+ 1] == UInt8(ascii: "\n") ? .colonMissing : .bareCR)
        default: return .failed(ByteClass.isControl(byte) ? .controlByte : .fieldNameInvalid)
        }
    }

    /// RFC 9112 §5.1: white space between a name and its colon is answered 400.
    private func whiteSpaceFault(_ line: Line, at start: Int) -> HeadStop {
        let offset = skipWhiteSpace(from: start, to: line.end)
        guard offset < line.end else { return exhausted(line) }
        return .failed(bytes[offset] == UInt8(ascii: ":") ? .whiteSpaceBeforeColon : .fieldNameInvalid)
    }

    @inline(__always)
    private func skipWhiteSpace(from start: Int, to end: Int) -> Int {
        var offset = start
        while offset < end, ByteClass.isWhiteSpace(bytes[offset]) { offset &+= 1 }
        return offset
    }

    /// The first control byte but HTAB, or `end`.
    @inline(__always)
    private func endOfValue(from start: Int, to end: Int) -> Int {
        var stop = bytes.firstControl(from: start, to: end)
        while stop < end, bytes[stop] == UInt8(ascii: "\t") {
            stop = bytes.firstControl(from: stop &+ 1, to: end)
        }
        return stop
    }

    @inline(__always)
    private func trimmed(from start: Int, to end: Int) -> Int {
        var stop = end
        while stop > start, ByteClass.isWhiteSpace(bytes[stop &- 1]) { stop &-= 1 }
        return stop
    }
}
