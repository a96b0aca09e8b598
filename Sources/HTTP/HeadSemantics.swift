/// What the fields of a head say together about its framing, its host and its connection: noted field by field, decided
/// at the end of the head.
struct HeadSemantics {
    private var host = Slice.empty
    private var hasHost = false
    private var contentLength: UInt64 = 0
    private var hasContentLength = false
    private var isChunked = false
    private var saysClose = false
    private var saysKeepAlive = false
    private var expectsContinue = false

    @inline(__always)
    init() {}

    @inline(__always)
    mutating func note(_ known: KnownField, _ value: Slice, _ bytes: Bytes) throws(HeadStop) {
        switch known {
        case .host: try noteHost(value, bytes)
        case .connection: noteConnection(value, bytes)
        case .contentLength: try noteContentLength(value, bytes)
        case .transferEncoding: try noteTransferEncoding(value, bytes)
        case .expect: try noteExpect(value, bytes)
        default: break
        }
    }

    @inline(__always)
    func conclude(into head: inout RequestHead, _ bytes: Bytes) throws(HeadStop) {
        // RFC 9112 §3.2: a 1.1 request without Host is answered 400, whatever its target's form.
        if !hasHost && head.version == .http11 { throw .failed(.hostMissing) }
        if head.authority.isEmpty { head.authority = host }
        head.keepAlive = !saysClose && (head.version == .http11 || saysKeepAlive)
        head.body = hasContentLength ? .length(contentLength) : .none
        if isChunked { try concludeChunked(into: &head) }
        // RFC 9110 §10.1.1: not from a 1.0 client, and not where no content follows.
        head.expectsContinue =
            expectsContinue && head.version == .http11 && (isChunked || hasContentLength && contentLength > 0)
    }

    @inline(never)
    private func concludeChunked(into head: inout RequestHead) throws(HeadStop) {
        // RFC 9112 §6.1: a 1.0 message with Transfer-Encoding has faulty framing.
        guard head.version == .http11 else { throw .failed(.transferEncodingWithHTTP10) }
        // RFC 9112 §6.3 case 3: both fields are an attempt to smuggle.
        guard !hasContentLength else { throw .failed(.contentLengthWithTransferEncoding) }
        head.body = .chunked
    }
}

// MARK: Field by field

extension HeadSemantics {
    /// RFC 9112 §3.2: one Host line, with a valid value. An empty one is what a client sends whose target has no
    /// authority; the caller falls back to the address the request came to (RFC 9112 §3.3).
    @inline(__always)
    private mutating func noteHost(_ value: Slice, _ bytes: Bytes) throws(HeadStop) {
        guard !hasHost else { throw .failed(.hostRepeated) }
        guard value.isEmpty || Authority.isValid(bytes, value) else { throw .failed(.hostInvalid) }
        hasHost = true
        host = value
    }

    /// RFC 9110 §7.6.1: a list of tokens in any case; only `close` and `keep-alive` mean something here.
    @inline(__always)
    private mutating func noteConnection(_ value: Slice, _ bytes: Bytes) {
        var members = ListMembers(bytes, value)
        while let member = members.next() {
            if bytes.equalsFolded(member, "close") { saysClose = true }
            if bytes.equalsFolded(member, "keep-alive") { saysKeepAlive = true }
        }
    }

    /// RFC 9110 §8.6: `1*DIGIT`, once. RFC 9112 §6.3 case 5 would allow equal values in a list; they come from faulty
    /// intermediaries and are refused. So are leading zeros, which some recipients read as octal.
    @inline(never)
    private mutating func noteContentLength(_ value: Slice, _ bytes: Bytes) throws(HeadStop) {
        guard !hasContentLength else { throw .failed(.contentLengthRepeated) }
        switch DecimalLength(bytes, value) {
        case .value(let length): contentLength = length
        case .invalid: throw .failed(.contentLengthInvalid)
        case .list: throw .failed(.contentLengthRepeated)
        case .padded: throw .failed(.contentLengthPadded)
        case .tooLarge: throw .failed(.contentLengthTooLarge)
        }
        hasContentLength = true
    }

    /// RFC 9112 §6.1: `chunked` and nothing else. Codings before it are not implemented (501); anything that does not
    /// end in one `chunked` leaves the length unknown (400, §6.3 case 4).
    @inline(never)
    private mutating func noteTransferEncoding(_ value: Slice, _ bytes: Bytes) throws(HeadStop) {
        guard !isChunked else { throw .failed(.transferEncodingRepeated) }
        isChunked = true
        if bytes.equalsFolded(value, "chunked") { return }
        throw .failed(transferEncodingFault(value, bytes))
    }

    private func transferEncodingFault(_ value: Slice, _ bytes: Bytes) -> RequestError {
        var members = ListMembers(bytes, value)
        var chunkedCount = 0
        var count = 0
        var endsInChunked = false
        while let member = members.next() {
            endsInChunked = bytes.equalsFolded(member, "chunked")
            chunkedCount += endsInChunked ? 1 : 0
            count += 1
        }
        if count == 0 || chunkedCount > 1 || count == 1 && endsInChunked { return .transferEncodingInvalid }
        return endsInChunked ? .transferCodingUnsupported : .chunkedNotFinal
    }

    /// RFC 9110 §10.1.1: 417 for any expectation but `100-continue`.
    @inline(never)
    private mutating func noteExpect(_ value: Slice, _ bytes: Bytes) throws(HeadStop) {
        guard bytes.equalsFolded(value, "100-continue") else { throw .failed(.expectationUnknown) }
        expectsContinue = true
    }
}
