// RFC 9112 §3: request-line = method SP request-target SP HTTP-version. One space each: §3 allows to be lenient, which is
// how requests are smuggled.

extension HeadReader {
    /// Longer ones are of no method anybody implements (RFC 9112 §3: SHOULD be answered 501).
    private var longestMethod: Int { 64 }

    @inline(__always)
    mutating func readRequestLine(into head: inout RequestHead) throws(HeadStop) {
        beginLine()
        try readMethod(into: &head)
        try readTarget(into: &head)
        try readVersion(into: &head)
        head.authority = .empty
        head.isOptionsStar = false
        let isOriginForm = bytes[Int(head.target.offset)] == UInt8(ascii: "/")
        if !isOriginForm || head.methodKind == .connect { try readTargetForm(into: &head) }
    }

    @inline(__always)
    private mutating func readMethod(into head: inout RequestHead) throws(HeadStop) {
        let start = position
        let bound = min(end, start &+ longestMethod &+ 1)
        let stop = bytes.firstOutsideToken(from: start, to: bound)
        guard stop < bound, stop > start, bytes[stop] == UInt8(ascii: " ") else {
            throw methodFault(at: stop, bound: bound)
        }
        head.method = Slice(from: start, to: stop)
        let length = stop &- start
        head.methodKind =
            length < 8 ? Method(word: bytes.word(at: start, count: length), length: length) : .other
        position = stop &+ 1
    }

    @inline(never)
    private func methodFault(at stop: Int, bound: Int) -> HeadStop {
        guard stop == bound else { return .failed(.methodInvalid) }
        return bound == end ? exhausted(isRequestLine: true) : .failed(.methodTooLong)
    }

    /// Bytes of obs-text (0x80 and above) are no URI, yet clients send raw UTF-8; they go through unchanged, as Apache
    /// in its strict mode, nginx and nghttp2 let them.
    @inline(__always)
    private mutating func readTarget(into head: inout RequestHead) throws(HeadStop) {
        let start = position
        var stop = bytes.firstPathEnd(from: start, to: end)
        head.path = Slice(from: start, to: stop)
        head.query = .empty
        if stop < end, bytes[stop] == UInt8(ascii: "?") {
            let queryStart = stop &+ 1
            stop = bytes.firstQueryEnd(from: queryStart, to: end)
            head.query = Slice(from: queryStart, to: stop)
        }
        guard stop < end, bytes[stop] == UInt8(ascii: " "), stop > start else { throw targetFault(at: stop, from: start) }
        head.target = Slice(from: start, to: stop)
        position = stop &+ 1
    }

    @inline(never)
    private func targetFault(at stop: Int, from start: Int) -> HeadStop {
        guard stop < end else { return exhausted(isRequestLine: true) }
        switch bytes[stop] {
        case UInt8(ascii: " "): return .failed(.targetEmpty)
        case UInt8(ascii: "#"): return .failed(.targetFragment)
        case UInt8(ascii: "\n"): return .failed(.bareLF)
        case UInt8(ascii: "\r"):
            guard stop &+ 1 < end else { return exhausted(isRequestLine: true) }
            guard bytes[stop &+ 1] == UInt8(ascii: "\n") else { return .failed(.bareCR) }
            return .failed(stop == start ? .targetEmpty : .versionMissing)
        default: return .failed(.targetByteInvalid)
        }
    }

    @inline(__always)
    private mutating func readVersion(into head: inout RequestHead) throws(HeadStop) {
        let start = position
        if start &+ 10 <= end {
            let word = bytes.word(at: start)
            let isLineEnd = bytes[start &+ 8] == UInt8(ascii: "\r") && bytes[start &+ 9] == UInt8(ascii: "\n")
            let is11 = word == packed("HTTP/1.1")
            if isLineEnd && (is11 || word == packed("HTTP/1.0")) {
                head.version = is11 ? .http11 : .http10
                position = start &+ 10
                return
            }
        }
        throw versionFault(from: start, head.method)
    }

    /// Answers 505 for a version in the right form (RFC 9110 §15.6.6), 400 for anything else.
    @inline(never)
    private func versionFault(from start: Int, _ method: Slice) -> HeadStop {
        var line = self
        let stop = bytes.firstControl(from: start, to: end)
        do throws(HeadStop) {
            try line.endLine(at: stop, isRequestLine: true)
        } catch {
            return error
        }
        guard stop &- start == 8 else { return .failed(stop == start ? .versionMissing : .versionInvalid) }
        let word = bytes.word(at: start)
        let form = packed("HTTP/") | UInt64(UInt8(ascii: ".")) << 48
        let digits = ByteClass.isDigit(bytes[start &+ 5]) && ByteClass.isDigit(bytes[start &+ 7])
        guard word & 0x00ff_00ff_ffff_ffff == form, digits else { return .failed(.versionInvalid) }
        let isPreface = word == packed("HTTP/2.0") && method.count == 3
            && bytes.word(at: Int(method.offset), count: 3) == packed("PRI")
        return .failed(isPreface ? .http2Preface : .versionUnsupported)
    }
}
