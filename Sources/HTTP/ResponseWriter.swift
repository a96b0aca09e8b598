/// Renders a response head into memory the caller owns.
///
/// Call `writeStatus` once, `append` for each of the application's fields, `finish` once. After any error the bytes
/// written so far are worth nothing.
///
/// Every name and value is copied first and judged in the copy: bytes that another process changes meanwhile cannot
/// pass the check and then be others. Content-Length is not written where the application put it but by `finish`,
/// which alone decides how the content is delimited.
package struct ResponseWriter {
    private let start: UnsafeMutableRawPointer
    private let capacity: Int
    private let context: ResponseContext

    /// Bytes written so far.
    package private(set) var count = 0
    /// The connection ends after this response; valid after `finish`.
    package private(set) var closes = false
    package private(set) var status: UInt16 = 0
    /// The length the application declared.
    package private(set) var declaredLength: UInt64?
    private var hasDate = false
    private var hasServer = false

    /// The buffer stays the caller's and must outlive the writer.
    package init(into buffer: UnsafeMutableRawBufferPointer, context: ResponseContext) {
        // A buffer without memory has no room, so the address is never used.
        start = buffer.baseAddress ?? UnsafeMutableRawPointer(bitPattern: 1).unsafelyUnwrapped
        capacity = buffer.baseAddress == nil ? 0 : buffer.count
        self.context = context
    }
}

// MARK: API

extension ResponseWriter {
    /// `HTTP/1.1 200 OK`. The answer to a 1.0 request says 1.1 too: it is the version the server conforms to
    /// (RFC 9110 §6.2). The reason may be empty.
    package mutating func writeStatus(_ code: UInt16, reason: UnsafeRawBufferPointer) throws(ResponseError) {
        guard (100...599).contains(code) else { throw .statusOutOfRange }
        guard capacity &- count >= 15 &+ reason.count else { throw .overflow }
        status = code
        putWord("HTTP/1.1")
        put(UInt8(ascii: " "))
        put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: code / 100))
        put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: code / 10 % 10))
        put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: code % 10))
        put(UInt8(ascii: " "))
        let reasonStart = count
        copy(reason)
        // RFC 9112 §4: reason-phrase = 1*( HTAB / SP / VCHAR / obs-text )
        guard isFieldText(from: reasonStart) else { throw .reasonInvalid }
        putLineEnd()
    }

    /// One field of the application's.
    @inline(__always)
    package mutating func append(
        name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer
    ) throws(ResponseError) {
        guard capacity &- count >= 4 &+ name.count &+ value.count else { throw .overflow }
        let lineStart = count
        copy(name)
        let nameEnd = count
        guard nameEnd > lineStart else { throw .fieldNameEmpty }
        guard written.firstOutsideToken(from: lineStart, to: nameEnd) == nameEnd else { throw .fieldNameInvalid }
        put(UInt8(ascii: ":"))
        put(UInt8(ascii: " "))
        let valueStart = count
        copy(value)
        // RFC 9110 §5.5: CR, LF and NUL split responses; the other controls are refused with them.
        guard isFieldText(from: valueStart) else { throw .fieldValueInvalid }
        let known = KnownField(name: written, at: lineStart, count: nameEnd &- lineStart)
        let isOrdinary = known == .other || known == .contentType
        if isOrdinary, !startsWithProxy(lineStart, nameEnd) {
            putLineEnd()
        } else {
            try note(known, from: lineStart, value: Slice(from: valueStart, to: count))
        }
    }

    /// The end of the head. `knownLength` is the content's length where all of it is there already. `date` is an
    /// IMF-fixdate and `server` a product, both the server's own; either is left out where the application has given
    /// one or the buffer is empty.
    package mutating func finish(
        knownLength: UInt64?, date: UnsafeRawBufferPointer, server: UnsafeRawBufferPointer
    ) throws(ResponseError) -> ResponseFraming {
        guard capacity &- count >= 160 &+ date.count &+ server.count else { throw .overflow }
        if !hasDate, !date.isEmpty { putLine("Date: ", date) }
        if !hasServer, !server.isEmpty { putLine("Server: ", server) }
        let framing = writeFraming(knownLength)
        closes = !context.wantsKeepAlive || framing == .untilClose
        if closes {
            putText("Connection: close\r\n")
        } else if context.version == .http10 {
            putText("Connection: keep-alive\r\n")
        }
        putLineEnd()
        return framing
    }
}

// MARK: Decisions

extension ResponseWriter {
    /// A field the writer has something to do with; its line is written but for its end.
    private mutating func note(
        _ known: KnownField, from lineStart: Int, value: Slice
    ) throws(ResponseError) {
        switch known {
        case .contentLength:
            guard declaredLength == nil else { throw .contentLengthRepeated }
            guard case .value(let length) = DecimalLength(written, written.trimmed(value)) else {
                throw .contentLengthInvalid
            }
            declaredLength = length
            count = lineStart
            return
        case .connection, .keepAlive, .proxyConnection, .te, .trailer, .transferEncoding, .upgrade:
            throw .hopByHopField
        case .date: hasDate = true
        case .server: hasServer = true
        default:
            if startsWithProxy(lineStart, Int(value.offset) - 2) { throw .hopByHopField }
        }
        putLineEnd()
    }

    /// RFC 9112 §6.3 in its order, and RFC 9110 §8.6 for what a head without content may declare.
    private mutating func writeFraming(_ knownLength: UInt64?) -> ResponseFraming {
        switch status {
        case 100..<200, 204: return .none
        case 205:
            // RFC 9110 §15.3.6: no content, and the client must be told so.
            putLength(0)
            return .none
        case 304:
            if let declaredLength { putLength(declaredLength) }
            return .none
        default: break
        }
        // An application that yields nothing to HEAD tells nothing about the length of GET's answer.
        let length = declaredLength ?? (context.isHead && knownLength == 0 ? nil : knownLength)
        if let length { putLength(length) }
        if context.isHead { return .none }
        if let length { return .length(length) }
        guard context.version == .http11 else { return .untilClose }
        putText("Transfer-Encoding: chunked\r\n")
        return .chunked
    }

    /// `Proxy-…`: whatever comes after, it is between the client and a proxy.
    @inline(__always)
    private func startsWithProxy(_ start: Int, _ end: Int) -> Bool {
        end &- start > 6 && written.word(at: start, count: 6) | caseBits(6) == packed("proxy-")
    }

    /// Whether all from `start` on may stand in a field value.
    @inline(__always)
    private func isFieldText(from start: Int) -> Bool {
        var offset = written.firstControl(from: start, to: count)
        while offset < count, written[offset] == UInt8(ascii: "\t") {
            offset = written.firstControl(from: offset &+ 1, to: count)
        }
        return offset == count
    }
}

// MARK: Bytes. The callers have seen to the room.

extension ResponseWriter {
    @inline(__always)
    private var written: Bytes { Bytes(base: UnsafeRawPointer(start), count: count) }

    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    @inline(__always)
    private mutating func putLineEnd() {
        start.storeBytes(of: UInt16(littleEndian: 0x0a0d), toByteOffset: count, as: UInt16.self)
        count &+= 2
    }

    /// Exactly eight characters.
    @inline(__always)
    private mutating func putWord(_ text: StaticString) {
        start.storeBytes(of: packed(text).littleEndian, toByteOffset: count, as: UInt64.self)
        count &+= 8
    }

    @inline(__always)
    private mutating func copy(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        (start + count).copyMemory(from: source, byteCount: bytes.count)
        count &+= bytes.count
    }

    @inline(__always)
    private mutating func putText(_ text: StaticString) {
        copy(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    private mutating func putLine(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
        putText(name)
        copy(value)
        putLineEnd()
    }

    @inline(__always)
    private mutating func putLength(_ length: UInt64) {
        putText("Content-Length: ")
        count &+= Decimal.write(length, to: start + count)
        putLineEnd()
    }
}

extension Bytes {
    /// Without the white space round it.
    fileprivate func trimmed(_ slice: Slice) -> Slice {
        var start = Int(slice.offset)
        var end = start &+ Int(slice.count)
        while start < end, ByteClass.isWhiteSpace(self[start]) { start &+= 1 }
        while end > start, ByteClass.isWhiteSpace(self[end &- 1]) { end &-= 1 }
        return Slice(from: start, to: end)
    }
}
