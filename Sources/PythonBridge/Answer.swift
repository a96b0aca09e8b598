import CPython
import Exchange
import Glibc

/// Runs the application for one request, from `environ` to `close()`, on the calling thread (PEP 3333 "Specification
/// Details": called, iterated and closed on one thread).
struct Answer {
    let worker: Worker
    let call: CallPointer

    private var objects: Objects { worker.objects }

    /// Everything up to, but not including, the slot's step to `done`.
    func run(_ area: UnsafeMutableRawPointer) {
        let record = area.assumingMemoryBound(to: RequestRecord.self)
        guard let environ = worker.environ.make(record, area: area) else { return fail(nil, record, .raised) }
        defer { cpy_release(environ) }
        guard let input = RequestInput(record, area, call, worker) else { return fail(environ, record, .raised) }
        defer { input.end() }
        guard input.install(in: environ, record, objects), let start = objects.startCallable(call) else {
            return fail(environ, record, .raised)
        }
        defer { cpy_release(start) }
        guard let result = objects.vectorcall.call(objects.application, environ, start) else {
            return fail(environ, record, .raised)
        }
        defer { cpy_release(result) }
        finish(result, environ, record)
    }

    /// What can be wrong with an application that raised nothing.
    private enum Fault {
        case raised
        case neverStarted
        case wrongResult(Object)
        case wrongBlock(Object)
    }

    private enum Sent {
        case whole
        case cancelled
        case fault(Fault)
    }

    private func finish(_ result: Object, _ environ: Object, _ record: UnsafePointer<RequestRecord>) {
        let sent = send(result, record)
        if case .fault(let fault) = sent { fail(environ, record, fault) }
        // PEP 3333: close() is called whatever happened, also when the client has gone.
        if cpy_is_exact_list(result) == 0, cpy_is_exact_tuple(result) == 0, !close(result) {
            // Too late for a page.
            report(environ, record, "close() of the response failed").map { cpy_release($0) }
        }
    }

    // MARK: sending

    private func send(_ result: Object, _ record: UnsafePointer<RequestRecord>) -> Sent {
        if cpy_is_exact_list(result) != 0, PyList_Size(result) == 1, let block = PyList_GetItem(result, 0) {
            return sendOnly(block)
        }
        if cpy_is_exact_tuple(result) != 0, PyTuple_Size(result) == 1, let block = PyTuple_GetItem(result, 0) {
            return sendOnly(block)
        }
        guard result != cpy_none(), cpy_is_str(result) == 0, cpy_is_bytes(result) == 0 else {
            return .fault(.wrongResult(result))
        }
        if cpy_is_type(result, objects.fileWrapper) != 0, let sent = sendFile(result) { return sent }
        return sendBlocks(result)
    }

    /// The whole body is one block: its length is known before the head leaves.
    private func sendOnly(_ block: Object) -> Sent {
        guard cpy_is_bytes(block) != 0 else { return .fault(.wrongBlock(block)) }
        guard call.pointee.head != .missing else { return .fault(.neverStarted) }
        // While the ring is full the interpreter lock is free, and the application may empty its list.
        cpy_retain(block)
        defer { cpy_release(block) }
        let bytes = bytesOf(block)
        call.pointee.sendHead(knownLength: UInt64(bytes.count))
        return sent(call.pointee.send(bytes))
    }

    private func sendBlocks(_ result: Object) -> Sent {
        guard let iterator = PyObject_GetIter(result) else {
            guard PyErr_ExceptionMatches(cpy_type_error()) != 0 else { return .fault(.raised) }
            PyErr_Clear()
            return .fault(.wrongResult(result))
        }
        defer { cpy_release(iterator) }
        let isSized = PyObject_HasAttrString(result, "__len__") != 0 && PyObject_Size(result) == 1
        if PyErr_Occurred() != nil { PyErr_Clear() }
        while let block = PyIter_Next(iterator) {
            defer { cpy_release(block) }
            guard cpy_is_bytes(block) != 0 else { return .fault(.wrongBlock(block)) }
            let bytes = bytesOf(block)
            guard !bytes.isEmpty else { continue }
            guard call.pointee.head != .missing else { return .fault(.neverStarted) }
            call.pointee.sendHead(knownLength: isSized ? UInt64(bytes.count) : .max)
            let progress = call.pointee.send(bytes)
            guard case .ok = progress else { return sent(progress) }
            // PEP 3333 "Buffering and Streaming": a block leaves before the next is asked for.
            call.pointee.publish()
            if call.pointee.writer.slot.isCancelled { return .cancelled }
        }
        if PyErr_Occurred() != nil { return .fault(.raised) }
        guard call.pointee.head != .missing else { return .fault(.neverStarted) }
        call.pointee.sendHead(knownLength: 0)
        return .whole
    }

    private func sent(_ progress: Progress) -> Sent {
        switch progress {
        case .ok: .whole
        case .cancelled: .cancelled
        }
    }

    // MARK: wsgi.file_wrapper

    /// Hands a regular file to the server, which sends it with sendfile(2). Nil where it must be iterated instead.
    private func sendFile(_ wrapper: Object) -> Sent? {
        guard call.pointee.head != .missing, call.pointee.head != .sent else { return nil }
        guard let (descriptor, file) = region(wrapper) else { return nil }
        guard file.length > 0 else { return nil }
        let slot = call.pointee.slot
        let message = ChannelMessage(.file, slot: UInt32(slot), value: call.pointee.generation)
        guard message.send(on: worker.files[call.pointee.lane], descriptor: descriptor) else { return nil }
        call.pointee.sendHead(knownLength: file.length)
        withUnsafeBytes(of: file) { call.pointee.writer.append(.file, $0) }
        return .whole
    }

    private func region(_ wrapper: Object) -> (Int32, FileRecord)? {
        guard let method = PyObject_GetAttr(wrapper, objects.region) else {
            PyErr_Clear()
            return nil
        }
        defer { cpy_release(method) }
        guard let region = PyObject_CallNoArgs(method) else {
            PyErr_Clear()
            return nil
        }
        defer { cpy_release(region) }
        guard cpy_is_tuple(region) != 0, PyTuple_Size(region) == 3 else { return nil }
        let numbers = (0..<3).map { PyLong_AsLong(PyTuple_GetItem(region, $0)) }
        return (Int32(numbers[0]), FileRecord(offset: UInt64(numbers[1]), length: UInt64(numbers[2])))
    }

    // MARK: failing

    private func fail(_ environ: Object?, _ record: UnsafePointer<RequestRecord>, _ fault: Fault) {
        let page =
            switch fault {
            case .raised:
                report(environ, record, "the application failed")
            case .neverStarted:
                report(environ, record, "the application returned its body and never called start_response()")
            case .wrongResult(let object):
                report(environ, record, "the application must return an iterable of bytes; it returned ", object)
            case .wrongBlock(let object):
                report(environ, record, "each block of the body must be bytes; the application gave ", object)
            }
        defer { page.map { cpy_release($0) } }
        if let page, !record.pointee.isRelayed, sendPage(page) { return }
        var code: UInt8 = 1
        withUnsafeBytes(of: &code) { call.pointee.fail($0) }
    }

    /// What `plait._page` makes with `--dev`: status, headers and body, which take the place of the server's own answer
    /// while the head has not left. False: they do not.
    private func sendPage(_ page: Object) -> Bool {
        guard call.pointee.head != .sent, cpy_is_tuple(page) != 0, PyTuple_Size(page) == 3,
            let status = PyTuple_GetItem(page, 0), let headers = PyTuple_GetItem(page, 1),
            let body = PyTuple_GetItem(page, 2)
        else { return false }
        guard ResponseHead.prepare(call, status, headers) else {
            PyErr_Clear()
            call.pointee.head = .missing
            return false
        }
        if case .fault = sendOnly(body) { return false }
        return true
    }

    /// Writes sentence, request line and the current exception into the log; clears the exception. Returns what the
    /// client is to see of it (owned), nil for nothing.
    private func report(
        _ environ: Object?, _ record: UnsafePointer<RequestRecord>, _ sentence: StaticString, _ culprit: Object? = nil
    ) -> Object? {
        var parts: (Object?, Object?, Object?) = (nil, nil, nil)
        PyErr_Fetch(&parts.0, &parts.1, &parts.2)
        PyErr_NormalizeException(&parts.0, &parts.1, &parts.2)
        defer { for part in [parts.0, parts.1, parts.2] { part.map { cpy_release($0) } } }
        let values: [Object?] = [
            environ, PyLong_FromUnsignedLongLong(record.pointee.identifier),
            PyUnicode_FromString(UnsafeRawPointer(sentence.utf8Start).assumingMemoryBound(to: CChar.self)),
            culprit.flatMap(described), parts.1, parts.2,
        ]
        guard let arguments = PyTuple_New(values.count) else {
            PyErr_Clear()
            return nil
        }
        defer { cpy_release(arguments) }
        for (index, value) in values.enumerated() {
            let isOwned = (1...3).contains(index)
            let item: Object = value ?? cpy_none()
            if !isOwned || value == nil { cpy_retain(item) }
            PyTuple_SetItem(arguments, index, item)
        }
        let page = PyObject_CallObject(objects.report, arguments)
        if page == nil { PyErr_WriteUnraisable(objects.report) }
        return page
    }

    /// A tuple of one, so that None can be told from nothing. Owned.
    private func described(_ culprit: Object) -> Object? {
        guard let tuple = PyTuple_New(1) else { return nil }
        cpy_retain(culprit)
        PyTuple_SetItem(tuple, 0, culprit)
        return tuple
    }

    /// False with the error set.
    private func close(_ result: Object) -> Bool {
        guard let method = PyObject_GetAttr(result, objects.close) else {
            PyErr_Clear()
            return true
        }
        defer { cpy_release(method) }
        guard let done = PyObject_CallNoArgs(method) else { return false }
        cpy_release(done)
        return true
    }
}
