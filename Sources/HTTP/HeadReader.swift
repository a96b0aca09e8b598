/// One attempt to read a head, from its first byte to its end or the first fault.
///
/// Each line has a window, `lineStart ..< end`, which the line limit, the head limit or the bytes received close, and no
/// scan leaves it. A scan that finds nothing in it asks `exhausted` which of the three it was.
struct HeadReader {
    let bytes: Bytes
    let limits: HeadLimits
    var position = 0
    var lineStart = 0
    /// Where the present line's window ends.
    var end = 0
    /// Counted from the request line, so an empty line before it is free.
    var headStart = 0
    var semantics = HeadSemantics()

    @inline(__always)
    init(_ bytes: Bytes, limits: HeadLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    @inline(__always)
    mutating func read(into head: inout RequestHead) throws(HeadStop) {
        head.fields.removeAll(keepingCapacity: true)
        try skipEmptyLine()
        try readRequestLine(into: &head)
        while try !readEmptyLine() {
            guard head.fields.count < limits.fields else { throw .failed(.tooManyFields) }
            try readField(into: &head)
        }
        head.byteCount = position
        try semantics.conclude(into: &head, bytes)
    }

    /// Opens the window of the line at `position`.
    @inline(__always)
    mutating func beginLine() {
        lineStart = position
        end = min(bytes.count, position &+ limits.lineBytes, headStart &+ limits.headBytes)
    }

    /// The window ended before what was looked for: more bytes may bring it, or a limit forbids it.
    @inline(never)
    func exhausted(isRequestLine: Bool = false) -> HeadStop {
        let headEnd = headStart &+ limits.headBytes
        let lineEnd = lineStart &+ limits.lineBytes
        guard bytes.count >= min(headEnd, lineEnd) else { return .incomplete }
        if isRequestLine { return .failed(.requestLineTooLong) }
        return .failed(lineEnd < headEnd ? .fieldLineTooLong : .headTooLarge)
    }

    /// Steps over CRLF; `offset` is at a control byte other than HTAB, or at the window's end.
    @inline(__always)
    mutating func endLine(at offset: Int, isRequestLine: Bool = false) throws(HeadStop) {
        if offset &+ 1 < end, bytes[offset] == UInt8(ascii: "\r"), bytes[offset &+ 1] == UInt8(ascii: "\n") {
            position = offset &+ 2
            return
        }
        throw lineEndFault(at: offset, isRequestLine: isRequestLine)
    }

    /// RFC 9112 §2.2 lets a recipient take a bare LF for a line's end and forbids to take a bare CR for one; both are
    /// refused, because two servers that differ here disagree where a request ends. Other control bytes: RFC 9110 §5.5.
    @inline(never)
    private func lineEndFault(at offset: Int, isRequestLine: Bool) -> HeadStop {
        guard offset < end else { return exhausted(isRequestLine: isRequestLine) }
        switch bytes[offset] {
        case UInt8(ascii: "\n"): return .failed(.bareLF)
        case UInt8(ascii: "\r"):
            return offset &+ 1 < end ? .failed(.bareCR) : exhausted(isRequestLine: isRequestLine)
        default: return .failed(.controlByte)
        }
    }
}

// MARK: Empty lines

extension HeadReader {
    /// One empty line before the request line is forgiven (RFC 9112 §2.2): old clients send one after a body.
    @inline(__always)
    mutating func skipEmptyLine() throws(HeadStop) {
        guard bytes[0] < 0x20 else { return }
        try skipEmptyLineOrRefuse()
    }

    @inline(never)
    private mutating func skipEmptyLineOrRefuse() throws(HeadStop) {
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
        position = 2
        headStart = 2
    }

    /// Steps over the empty line that ends the head, if it is one.
    @inline(__always)
    mutating func readEmptyLine() throws(HeadStop) -> Bool {
        beginLine()
        guard position < end else { throw exhausted() }
        guard bytes[position] == UInt8(ascii: "\r") else { return false }
        try endLine(at: position)
        return true
    }
}
