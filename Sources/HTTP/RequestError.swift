/// Why a request is refused: one case per rule. After any of them the connection is closed, because where the next
/// request begins can no longer be known.
package enum RequestError: UInt8, Error, Equatable, CaseIterable, Sendable {
    // Something else than HTTP/1.1.
    case tlsClientHello, http2Preface

    // The request line (RFC 9112 §3).
    case leadingEmptyLines, methodInvalid, methodTooLong, targetEmpty, targetByteInvalid, targetFragment
    case requestLineTooLong, versionMissing, versionInvalid, versionUnsupported

    // The target's form (RFC 9112 §3.2).
    case targetFormInvalid, targetSchemeUnsupported, targetAuthorityInvalid, asteriskWithoutOptions, connectUnsupported

    // Lines and fields (RFC 9112 §2.2 and §5, RFC 9110 §5).
    case bareLF, bareCR, controlByte, obsoleteFolding, whiteSpaceBeforeFirstField
    case fieldNameEmpty, fieldNameInvalid, whiteSpaceBeforeColon, colonMissing
    case fieldLineTooLong, tooManyFields, headTooLarge

    // Host and Expect (RFC 9110 §7.2, §10.1.1).
    case hostMissing, hostRepeated, hostInvalid, expectationUnknown

    // Framing (RFC 9112 §6).
    case contentLengthInvalid, contentLengthPadded, contentLengthRepeated, contentLengthTooLarge
    case contentLengthWithTransferEncoding
    case transferEncodingInvalid, transferEncodingRepeated, transferEncodingWithHTTP10
    case transferCodingUnsupported, chunkedNotFinal

    // The chunked coding (RFC 9112 §7.1).
    case chunkSizeMissing, chunkSizeInvalid, chunkSizeTooLarge, chunkExtensionInvalid, chunkExtensionsTooLong
    case chunkLineEndInvalid, chunkDataEndInvalid
    case trailerInvalid, trailersTooLarge, tooManyTrailers
}

extension RequestError {
    /// The status code of the answer.
    package var status: UInt16 {
        switch self {
        case .requestLineTooLong: 414
        case .fieldLineTooLong, .tooManyFields, .headTooLarge, .trailersTooLarge, .tooManyTrailers: 431
        case .contentLengthTooLarge, .chunkSizeTooLarge: 413
        case .expectationUnknown: 417
        case .methodTooLong, .connectUnsupported, .transferCodingUnsupported: 501
        case .versionUnsupported, .http2Preface: 505
        default: 400
        }
    }
}
