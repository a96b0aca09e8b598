import CPython
import Exchange
import Gateway

/// Turns what `start_response` was given into the head block, checking all that PEP 3333 asks for. Each function sets a
/// Python error where it returns false.
enum ResponseHead {
    /// PEP 3333: a second call is an error unless it brings `exc_info`; with the head gone that is raised again.
    static func mayStart(_ call: CallPointer, _ information: Object?) -> Bool {
        guard let information, information != cpy_none() else {
            if call.pointee.head == .missing { return true }
            _ = raise(cpy_assertion_error(), "start_response() was called a second time without exc_info")
            return false
        }
        guard cpy_is_tuple(information) != 0, PyTuple_Size(information) == 3 else { return refuseInformation() }
        let parts = (0..<3).map { PyTuple_GetItem(information, $0).flatMap { $0 == cpy_none() ? nil : $0 } }
        if let kind = parts[0], cpy_is_exception_class(kind) == 0 { return refuseInformation() }
        guard call.pointee.head == .sent else { return true }
        raiseAgain(parts)
        return false
    }

    private static func refuseInformation() -> Bool {
        _ = raise(cpy_type_error(), "exc_info must be the tuple that sys.exc_info() returns")
        return false
    }

    /// Outside of an `except` block `sys.exc_info()` is three times None: there is nothing to raise again then.
    private static func raiseAgain(_ parts: [Object?]) {
        guard parts[0] != nil else {
            _ = raise(cpy_assertion_error(), "start_response() was called after the head was sent, without an error")
            return
        }
        for part in parts { part.map { cpy_retain($0) } }
        PyErr_Restore(parts[0], parts[1], parts[2])
    }

    /// Builds the head at the start of the response ring.
    ///
    /// An earlier head is given up first: where this one is refused half-way, neither may be sent.
    static func prepare(_ call: CallPointer, _ status: Object, _ headers: Object) -> Bool {
        call.pointee.head = .missing
        guard cpy_is_str(status) != 0 else {
            _ = raise(cpy_type_error(), "the status must be a str such as '200 OK'")
            return false
        }
        guard cpy_is_list(headers) != 0 else {
            _ = raise(cpy_type_error(), "the headers must be a list of (name, value) tuples")
            return false
        }
        var builder = HeadBuilder(base: call.pointee.writer.firstPayload)
        guard builder.add(status: status) else { return false }
        for index in 0..<PyList_Size(headers) {
            guard let pair = PyList_GetItem(headers, index), builder.add(field: pair) else { return false }
        }
        call.pointee.head = .prepared(count: builder.seal())
        return true
    }
}

/// Writes a `HeadRecord`, the reason and the fields into memory of `blockHeadLimit` bytes.
private struct HeadBuilder {
    private let base: UnsafeMutableRawPointer
    private var count = MemoryLayout<HeadRecord>.size
    private var hasLength = false
    private var record = HeadRecord(status: 0, reasonCount: 0, fieldCount: 0, knownLength: .max)

    init(base: UnsafeMutableRawPointer) { self.base = base }

    mutating func seal() -> Int {
        base.storeBytes(of: record, as: HeadRecord.self)
        return count
    }

    mutating func add(status: Object) -> Bool {
        let accepted = withLatin1(status) { bytes -> Bool in
            do throws(ResponseRules.StatusFault) {
                let (code, reason) = try ResponseRules.status(bytes)
                guard reason.count <= 1024 else { throw .form }
                record.status = code
                record.reasonCount = UInt16(reason.count)
                append(reason)
                return true
            } catch {
                switch error {
                case .interim:
                    _ = raise(cpy_value_error(), "a 1xx status is the server's to send, not the application's")
                case .form:
                    _ = raise(cpy_value_error(), "the status must be three digits, a space and a reason: '200 OK'")
                }
                return false
            }
        }
        return accepted ?? false
    }

    mutating func add(field pair: Object) -> Bool {
        guard cpy_is_tuple(pair) != 0, PyTuple_Size(pair) == 2, let name = PyTuple_GetItem(pair, 0),
            let value = PyTuple_GetItem(pair, 1), cpy_is_str(name) != 0, cpy_is_str(value) != 0
        else {
            _ = raise(cpy_type_error(), "each header must be a tuple of two str: (name, value)")
            return false
        }
        let lengths = base + count
        count += 6
        guard let nameCount = withLatin1(name, { add(name: $0) }), nameCount >= 0,
            let valueCount = withLatin1(value, { add(value: $0) }), valueCount >= 0
        else { return false }
        guard mayBeLength(lengths + 6, nameCount, valueCount) else { return false }
        lengths.storeBytes(of: UInt16(nameCount), as: UInt16.self)
        lengths.storeBytes(of: UInt32(valueCount), toByteOffset: 2, as: UInt32.self)
        record.fieldCount += 1
        return true
    }

    /// A declared length is one number, once (RFC 9110 §8.6).
    private mutating func mayBeLength(_ start: UnsafeMutableRawPointer, _ nameCount: Int, _ valueCount: Int) -> Bool {
        guard ResponseRules.isContentLengthName(UnsafeRawBufferPointer(start: start, count: nameCount)) else {
            return true
        }
        let value = UnsafeRawBufferPointer(start: start + nameCount, count: valueCount)
        guard !hasLength, ResponseRules.isContentLength(value) else {
            _ = raise(cpy_value_error(), "Content-Length must be one decimal number, given once")
            return false
        }
        hasLength = true
        return true
    }

    /// -1 with a Python error set where the name may not be sent.
    private mutating func add(name: UnsafeRawBufferPointer) -> Int {
        guard ResponseRules.isFieldName(name), name.count <= 1024 else {
            _ = raise(cpy_value_error(), "a header name must be a token: letters, digits and !#$%&'*+-.^_`|~")
            return -1
        }
        guard !ResponseRules.isHopByHop(name) else {
            _ = raise(cpy_assertion_error(), "hop-by-hop headers (Connection, Transfer-Encoding, …) are the server's")
            return -1
        }
        return fits(name) ? append(name) : -1
    }

    private mutating func add(value: UnsafeRawBufferPointer) -> Int {
        guard ResponseRules.isFieldValue(value) else {
            _ = raise(cpy_value_error(), "a header value must not contain control characters such as line ends")
            return -1
        }
        return fits(value) ? append(value) : -1
    }

    private func fits(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if count + bytes.count + 16 <= blockHeadLimit { return true }
        _ = raise(cpy_value_error(), "the headers are larger than 96 KiB together")
        return false
    }

    @discardableResult
    private mutating func append(_ bytes: UnsafeRawBufferPointer) -> Int {
        if let source = bytes.baseAddress { (base + count).copyMemory(from: source, byteCount: bytes.count) }
        count += bytes.count
        return bytes.count
    }
}
