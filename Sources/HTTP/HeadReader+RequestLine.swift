// RFC 9112 §3: request-line = method SP request-target SP HTTP-version. One space each: §3 allows to be lenient,
// which is how requests are smuggled.

extension HeadReader {
    /// Longer ones are of no method anybody implements (RFC 9112 §3: SHOULD be answered 501).
    private var longestMethod: Int { 64 }

    /// Answers where the first field line begins.
    @inline(__always)
    func readRequestLine(_ line: Line, into head: inout RequestHead) throws(HeadStop) -> Int {
        let target = try readMethod(line, into: &head)
        let version = try readTarget(line, at: target, into: &head)
        let next = try readVersion(line, at: version, into: &head)
        head.authority = .empty
        head.isOptionsStar = false
        let isOriginForm = bytes[target] == UInt8(ascii: "/")
        if !isOriginForm || head.methodKind == .connect { try readTargetForm(into: &head) }
        return next
    }

    @inline(__always)
    private func readMethod(_ line: Line, into head: inout RequestHead) throws(HeadStop) -> Int {
        let bound = min(line.end, line.start &+ longestMethod &+ 1)
        let stop = bytes.firstOutsideToken(from: line.start, to: bound)
        guard stop < bound, stop > line.start, bytes[stop] == UInt8(ascii: " ") else {
            throw methodFault(line, at: stop, bound: bound)
        }
        let length = stop &- line.start
        head.method = Slice(from: line.start, to: stop)
        head.methodKind =
            length < 8 ? Method(word: bytes.word(at: line.start, count: length), length: length) : .other
        return stop &+ 1
    }

    @inline(never)
    private func methodFault(_ line: Line, at stop: Int, bound: Int) -> HeadStop {
        guard stop == bound else { return .failed(.methodInvalid) }
        return bound == line.end ? exhausted(line) : .failed(.methodTooLong)
    }

    /// Bytes of obs-text (0x80 and above) are no URI, yet clients send raw UTF-8; they go through unchanged, as Apache
    /// in its strict mode, nginx and nghttp2 let them.
    @inline(__always)
    private func readTarget(_ line: Line, at start: Int, into head: inout RequestHead) throws(HeadStop) -> Int {
        var stop = bytes.firstPathEnd(from: start, to: line.end)
        head.path = Slice(from: start, to: stop)
        head.query = .empty
        if stop < line.end, bytes[stop] == UInt8(ascii: "?") {
            let queryStart = stop &+ 1
            stop = bytes.firstQueryEnd(from: queryStart, to: line.end)
            head.query = Slice(from: queryStart, to: stop)
        }
        guard stop < line.end, bytes[stop] == UInt8(ascii: " "), stop > start else {
            throw targetFault(line, at: stop, from: start)
        }
        head.target = Slice(from: start, to: stop)
        return stop &+ 1
    }

    @inline(never)
    private func targetFault(_ line: Line, at stop: Int, from start: Int) -> HeadStop {
        guard stop < line.end else { return exhausted(line) }
        switch bytes[stop] {
        case UInt8(ascii: " "): return .failed(.targetEmpty)
        case UInt8(ascii: "#"): return .failed(.targetFragment)
        case UInt8(ascii: "\n"): return .failed(.bareLF)
        case UInt8(ascii: "\r"):
            guard stop &+ 1 < line.end else { return exhausted(line) }
            guard bytes[stop &+ 1] == UInt8(ascii: "\n") else { return .failed(.bareCR) }
            return .failed(stop == start ? .targetEmpty : .versionMissing)
        default: return .failed(.targetByteInvalid)
        }
    }

    @inline(__always)
    private func readVersion(_ line: Line, at start: Int, into head: inout RequestHead) throws(HeadStop) -> Int {
        if start &+ 10 <= line.end, bytes.pair(at: start &+ 8) == 0x0a0d {
            let word = bytes.word(at: start)
            let is11 = word == packed("HTTP/1.1")
            head.version = is11 ? .http11 : .http10
            if is11 || word == packed("HTTP/1.0") { return start &+ 10 }
        }
        throw versionFault(line, at: start, head.method)
    }

    /// Answers 505 for a version in the right form (RFC 9110 §15.6.6), 400 for anything else.
    @inline(never)
    private func versionFault(_ line: Line, at start: Int, _ method: Slice) -> HeadStop {
        let stop = bytes.firstControl(from: start, to: line.end)
        do throws(HeadStop) {
            _ = try endLine(line, at: stop)
        } catch {
            return error
        }
        guard stop &- start == 8 else { return .failed(stop == start ? .versionMissing : .versionInvalid) }
        let word = bytes.word(at: start)
        let form = packed("HTTP/") | UInt64(UInt8(ascii: ".")) << 48
        let digits = ByteClass.isDigit(bytes[start &+ 5]) && ByteClass.isDigit(bytes[start &+ 7])
        guard word & 0x00ff_00ff_ffff_ffff == form, digits else { return .failed(.versionInvalid) }
        let isPreface =
            word == packed("HTTP/2.0") && method.count == 3
            && bytes.word(at: Int(method.offset), count: 3) == packed("PRI")
        return .failed(isPreface ? .http2Preface : .versionUnsupported)
    }
}
