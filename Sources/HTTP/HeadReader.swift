/// One attempt to read a head, from its first byte to its end or the first fault.
///
/// Each line has a window that the line limit, the head limit or the bytes received close, and no scan leaves it. A
/// scan that finds nothing in it asks `exhausted` which of the three it was.
///
/// The reader itself never changes: positions are passed and answered, so that they stay in registers. As fields of a
/// mutable struct they were stored and read back at once, which was the hottest spot of the profile.
struct HeadReader {
    let bytes: Bytes
    let limits: HeadLimits

    /// `start ..< end` is where the line may lie, given the bytes received.
    struct Line {
        let start: Int
        let end: Int
        /// Where the head must have ended.
        let headEnd: Int
        let isRequestLine: Bool
    }

    @inline(__always)
    init(_ bytes: Bytes, limits: HeadLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    @inline(__always)
    func read(into head: inout RequestHead) throws(HeadStop) {
        head.fields.removeAll(keepingCapacity: true)
        let start = try skipEmptyLine()
        // An empty line before the request line does not count.
        let headEnd = start &+ limits.headBytes
        var position = try readRequestLine(line(at: start, headEnd: headEnd, isRequestLine: true), into: &head)
        var semantics = HeadSemantics()
        while true {
            let line = line(at: position, headEnd: headEnd)
            guard line.start < line.end else { throw exhausted(line) }
            if bytes[line.start] == UInt8(ascii: "\r") {
                head.byteCount = try endLine(line, at: line.start)
                break
            }
            guard head.fields.count < limits.fields else { throw .failed(.tooManyFields) }
            position = try readField(line, into: &head, &semantics)
        }
        try semantics.conclude(into: &head, bytes)
    }

    @inline(__always)
    private func line(at start: Int, headEnd: Int, isRequestLine: Bool = false) -> Line {
        Line(
            start: start, end: min(bytes.count, start &+ limits.lineBytes, headEnd), headEnd: headEnd,
            isRequestLine: isRequestLine)
    }

    /// The window ended before what was looked for: more bytes may bring it, or a limit forbids it.
    @inline(never)
    func exhausted(_ line: Line) -> HeadStop {
        let lineEnd = line.start &+ limits.lineBytes
        guard bytes.count >= min(line.headEnd, lineEnd) else { return .incomplete }
        if line.isRequestLine { return .failed(.requestLineTooLong) }
        return .failed(lineEnd < line.headEnd ? .fieldLineTooLong : .headTooLarge)
    }

    /// Steps over CRLF and answers what follows; `offset` is at a control byte other than HTAB, or at the window's end.
    @inline(__always)
    func endLine(_ line: Line, at offset: Int) throws(HeadStop) -> Int {
        if offset &+ 1 < line.end, bytes.pair(at: offset) == 0x0a0d { return offset &+ 2 }
        throw lineEndFault(line, at: offset)
    }

    /// RFC 9112 §2.2 lets a recipient take a bare LF for a line's end and forbids to take a bare CR for one; both are
    /// refused, because two servers that differ here disagree where a request ends. Other control bytes: RFC 9110 §5.5.
    @inline(never)
    private func lineEndFault(_ line: Line, at offset: Int) -> HeadStop {
        guard offset < line.end else { return exhausted(line) }
        switch bytes[offset] {
        case UInt8(ascii: "\n"): return .failed(.bareLF)
        case UInt8(ascii: "\r"): return offset &+ 1 < line.end ? .failed(.bareCR) : exhausted(line)
        default: return .failed(.controlByte)
        }
    }
}

// MARK: The empty line before

extension HeadReader {
    /// One empty line before the request line is forgiven (RFC 9112 §2.2): old clients send one after a body.
    @inline(__always)
    private func skipEmptyLine() throws(HeadStop) -> Int {
        guard bytes[0] < 0x20 else { return 0 }
        return try skipEmptyLineOrRefuse()
    }

    @inline(never)
    private func skipEmptyLineOrRefuse() throws(HeadStop) -> Int {
        switch bytes[0] {
        case UInt8(ascii: "\r"): break
        case UInt8(ascii: "\n"): throw .failed(.bareLF)
        case 0x16: throw .failed(.tlsClientHello)
        default: throw .failed(.methodInvalid)
        }
        guard bytes.count >= 2 else { throw .incomplete }
        guard bytes[1] == UInt8(ascii: "\n") else { throw .failed(.bareCR) }
        guard bytes.count >= 3 else { throw .incomplete }
        if bytes[2] == UInt8(ascii: "\r") || bytes[2] == UInt8(ascii: "\n") { throw .failed(.leadingEmptyLines) }
        return 2
    }
}
