extension RequestError {
    /// One sentence for the client and for logs, the same for every request that breaks the rule.
    package var summary: StaticString {
        switch self {
        case .tlsClientHello: "this port speaks plain HTTP, not TLS"
        case .http2Preface: "this connection speaks HTTP/1.1, not HTTP/2"
        case .leadingEmptyLines: "more than one empty line before the request"
        case .methodInvalid: "the method is not a token"
        case .methodTooLong: "the method is too long"
        case .targetEmpty: "the request target is missing"
        case .targetByteInvalid: "the request target holds a control byte"
        case .targetFragment: "the request target holds a fragment"
        case .requestLineTooLong: "the request line is too long"
        case .versionMissing: "the HTTP version is missing"
        case .versionInvalid: "the HTTP version is malformed"
        case .versionUnsupported: "only HTTP/1.0 and HTTP/1.1 are spoken here"
        case .targetFormInvalid: "the request target is neither a path nor a URI"
        case .targetSchemeUnsupported: "the request target's scheme is neither http nor https"
        case .targetAuthorityInvalid: "the request target's authority is malformed"
        case .asteriskWithoutOptions: "the target * belongs to OPTIONS"
        case .connectUnsupported: "CONNECT is not implemented"
        default: fieldSummary
        }
    }

    private var fieldSummary: StaticString {
        switch self {
        case .bareLF: "a line ends in LF without CR"
        case .bareCR: "a CR stands without LF"
        case .controlByte: "a field holds a control byte"
        case .obsoleteFolding: "a field is folded over lines"
        case .whiteSpaceBeforeFirstField: "white space before the first field"
        case .fieldNameEmpty: "a field name is empty"
        case .fieldNameInvalid: "a field name is not a token"
        case .whiteSpaceBeforeColon: "white space between a field name and its colon"
        case .colonMissing: "a field line has no colon"
        case .fieldLineTooLong: "a field line is too long"
        case .tooManyFields: "too many fields"
        case .headTooLarge: "the head is too large"
        case .hostMissing: "Host is missing"
        case .hostRepeated: "Host is given more than once"
        case .hostInvalid: "Host is malformed"
        case .expectationUnknown: "only 100-continue can be expected"
        default: bodySummary
        }
    }

    private var bodySummary: StaticString {
        switch self {
        case .contentLengthInvalid: "Content-Length is not a number"
        case .contentLengthPadded: "Content-Length has leading zeros"
        case .contentLengthRepeated: "Content-Length is given more than once"
        case .contentLengthTooLarge: "Content-Length is too large"
        case .contentLengthWithTransferEncoding: "Content-Length and Transfer-Encoding exclude each other"
        case .transferEncodingInvalid: "Transfer-Encoding is malformed"
        case .transferEncodingRepeated: "Transfer-Encoding is given more than once"
        case .transferEncodingWithHTTP10: "HTTP/1.0 has no Transfer-Encoding"
        case .transferCodingUnsupported: "no transfer coding but chunked is implemented"
        case .chunkedNotFinal: "the last transfer coding is not chunked"
        case .chunkSizeMissing: "a chunk size is missing"
        case .chunkSizeInvalid: "a chunk size is malformed"
        case .chunkSizeTooLarge: "a chunk size is too large"
        case .chunkExtensionInvalid: "a chunk extension holds a control byte"
        case .chunkExtensionsTooLong: "the chunk extensions are too long"
        case .chunkLineEndInvalid: "a chunk size line does not end in CRLF"
        case .chunkDataEndInvalid: "a chunk's data does not end in CRLF"
        case .trailerInvalid: "a trailer field is malformed"
        case .trailersTooLarge: "the trailer section is too large"
        case .tooManyTrailers: "too many trailer fields"
        default: "the request is malformed"
        }
    }
}
