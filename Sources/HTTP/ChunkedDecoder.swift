/// How much beside data a chunked body may carry, in all.
package struct ChunkLimits: Equatable, Sendable {
    /// Bytes of chunk extensions (RFC 9112 §7.1.1: a limit ought to be).
    package let extensionBytes: UInt32
    /// Bytes of the trailer section.
    package let trailerBytes: UInt32
    /// Trailer fields.
    package let trailerFields: UInt16

    package init(extensionBytes: UInt32 = 16 << 10, trailerBytes: UInt32 = 16 << 10, trailerFields: UInt16 = 64) {
        self.extensionBytes = extensionBytes
        self.trailerBytes = trailerBytes
        self.trailerFields = trailerFields
    }
}

/// What to do next with a chunked body.
package enum ChunkStep: Equatable, Sendable {
    /// All bytes are used up and no data is left among them.
    case needMore(consumed: Int)
    /// `skip` bytes of framing, then `count` bytes of the body; both are used up. Call again with what follows.
    case data(skip: Int, count: Int)
    /// The body has ended; what follows is the next request.
    case end(consumed: Int)
    case failed(RequestError)
}

/// Takes the chunked coding off (RFC 9112 §7.1), one step a call, without holding bytes back.
///
/// A machine of one byte a turn for the framing; data goes by in one step, however much of it there is. Extensions and
/// trailers are read strictly, counted and dropped: merging trailers into the head is how fields are forged
/// (RFC 9110 §6.5.1).
package struct ChunkedDecoder: Sendable {
    private enum State: UInt8 {
        case sizeStart, size, sizeEndSpace, chunkExtension, sizeLF
        case data, dataCR, dataLF
        case trailerStart, trailerName, trailerValue, trailerLF, lastLF
        case ended
    }

    /// Of the present chunk: its size while that is read, then what is left of it.
    private var remaining: UInt64 = 0
    private var extensionBudget: UInt32
    private var trailerBudget: UInt32
    private var fieldBudget: UInt16
    private var digits: UInt8 = 0
    private var state = State.sizeStart

    package init(limits: ChunkLimits) {
        extensionBudget = limits.extensionBytes
        trailerBudget = limits.trailerBytes
        fieldBudget = limits.trailerFields
    }

    /// Looks at the bytes not used up by the steps before. After `end` or `failed` it is done with.
    package mutating func next(_ bytes: UnsafeRawBufferPointer) -> ChunkStep {
        var offset = 0
        while offset < bytes.count {
            if state == .data {
                let count = Int(min(remaining, UInt64(bytes.count &- offset)))
                remaining &-= UInt64(count)
                if remaining == 0 { state = .dataCR }
                return .data(skip: offset, count: count)
            }
            if let error = take(bytes[offset]) { return .failed(error) }
            offset &+= 1
            if state == .ended { return .end(consumed: offset) }
        }
        return .needMore(consumed: offset)
    }

    /// One byte of framing.
    private mutating func take(_ byte: UInt8) -> RequestError? {
        switch state {
        case .sizeStart, .size, .sizeEndSpace, .chunkExtension, .sizeLF: takeSizeLine(byte)
        case .dataCR: expect(UInt8(ascii: "\r"), byte, then: .dataLF, else: .chunkDataEndInvalid)
        case .dataLF: expect(UInt8(ascii: "\n"), byte, then: .sizeStart, else: .chunkDataEndInvalid)
        case .trailerStart, .trailerName, .trailerValue, .trailerLF, .lastLF: takeTrailer(byte)
        case .data, .ended: nil
        }
    }

    private mutating func expect(
        _ expected: UInt8, _ byte: UInt8, then next: State, else error: RequestError
    ) -> RequestError? {
        guard byte == expected else { return error }
        state = next
        return nil
    }
}

// MARK: chunk-size [ chunk-ext ] CRLF

extension ChunkedDecoder {
    private mutating func takeSizeLine(_ byte: UInt8) -> RequestError? {
        switch state {
        case .sizeStart:
            guard let value = ByteClass.hexValue(byte) else { return .chunkSizeMissing }
            (remaining, digits, state) = (UInt64(value), 1, .size)
            return nil
        case .size:
            if let value = ByteClass.hexValue(byte) { return takeDigit(value) }
            return endOfSize(byte, else: .chunkSizeInvalid)
        case .sizeEndSpace: return takeSpace(byte)
        case .chunkExtension: return takeExtension(byte)
        default: return takeSizeLF(byte)
        }
    }

    /// Sixteen digits at most, and no more than a signed 64-bit number: RFC 9112 §7.1 asks to guard against overflow.
    private mutating func takeDigit(_ value: UInt8) -> RequestError? {
        guard digits < 16, remaining <= UInt64(Int64.max) >> 4 else { return .chunkSizeTooLarge }
        remaining = remaining << 4 | UInt64(value)
        digits += 1
        return nil
    }

    private mutating func endOfSize(_ byte: UInt8, else error: RequestError) -> RequestError? {
        switch byte {
        case UInt8(ascii: "\r"): state = .sizeLF
        case UInt8(ascii: ";"): state = .chunkExtension
        case UInt8(ascii: " "), UInt8(ascii: "\t"): state = .sizeEndSpace
        default: return error
        }
        return nil
    }

    /// BWS, which only a `;` may follow.
    private mutating func takeSpace(_ byte: UInt8) -> RequestError? {
        guard spendExtension() else { return .chunkExtensionsTooLong }
        guard byte != UInt8(ascii: "\r") else { return .chunkSizeInvalid }
        return endOfSize(byte, else: .chunkSizeInvalid)
    }

    /// Whatever a field value may hold: names and values mean nothing here, and what ends the line is not among them.
    private mutating func takeExtension(_ byte: UInt8) -> RequestError? {
        if byte == UInt8(ascii: "\r") {
            state = .sizeLF
            return nil
        }
        guard spendExtension() else { return .chunkExtensionsTooLong }
        return ByteClass.isControl(byte) ? .chunkExtensionInvalid : nil
    }

    private mutating func spendExtension() -> Bool {
        guard extensionBudget > 0 else { return false }
        extensionBudget -= 1
        return true
    }

    private mutating func takeSizeLF(_ byte: UInt8) -> RequestError? {
        expect(UInt8(ascii: "\n"), byte, then: remaining == 0 ? .trailerStart : .data, else: .chunkLineEndInvalid)
    }
}

// MARK: trailer-section CRLF

extension ChunkedDecoder {
    private mutating func takeTrailer(_ byte: UInt8) -> RequestError? {
        guard trailerBudget > 0 else { return .trailersTooLarge }
        trailerBudget -= 1
        switch state {
        case .trailerStart: return beginTrailer(byte)
        case .trailerName: return takeTrailerName(byte)
        case .trailerValue: return takeTrailerValue(byte)
        case .trailerLF: return expect(UInt8(ascii: "\n"), byte, then: .trailerStart, else: .bareCR)
        default: return expect(UInt8(ascii: "\n"), byte, then: .ended, else: .bareCR)
        }
    }

    private mutating func beginTrailer(_ byte: UInt8) -> RequestError? {
        if byte == UInt8(ascii: "\r") {
            state = .lastLF
            return nil
        }
        guard byte != UInt8(ascii: "\n") else { return .bareLF }
        guard ByteClass.isToken(byte) else { return .trailerInvalid }
        guard fieldBudget > 0 else { return .tooManyTrailers }
        fieldBudget -= 1
        state = .trailerName
        return nil
    }

    private mutating func takeTrailerName(_ byte: UInt8) -> RequestError? {
        if byte == UInt8(ascii: ":") {
            state = .trailerValue
            return nil
        }
        return ByteClass.isToken(byte) ? nil : .trailerInvalid
    }

    private mutating func takeTrailerValue(_ byte: UInt8) -> RequestError? {
        if byte == UInt8(ascii: "\r") {
            state = .trailerLF
            return nil
        }
        if byte == UInt8(ascii: "\n") { return .bareLF }
        return ByteClass.isControl(byte) ? .trailerInvalid : nil
    }
}
