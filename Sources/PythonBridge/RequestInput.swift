import CPython
import Exchange
import Glibc

/// `wsgi.input` of one request, made from wherever its body is. Python's own classes read memory and files.
struct RequestInput {
    private let object: Object
    private let call: CallPointer
    private let place: BodyPlace

    /// Nil with the error set; nothing is left open then.
    init?(
        _ record: UnsafePointer<RequestRecord>, _ area: UnsafeMutableRawPointer, _ call: CallPointer, _ worker: Worker
    ) {
        self.call = call
        place = BodyPlace(rawValue: record.pointee.bodyPlace) ?? .none
        let made: Object? =
            switch place {
            case .none: Self.empty(worker.objects)
            case .inline: Self.memory(record.pointee.body.bytes(in: area), worker)
            case .descriptor: Self.file(call, worker)
            case .stream: Self.stream(record.pointee.body, call, worker)
            }
        guard let made else { return nil }
        object = made
    }

    /// False with the error set.
    func install(in environ: Object, _ record: UnsafePointer<RequestRecord>, _ objects: Objects) -> Bool {
        // The template has the input without a body already.
        guard place != .none else { return true }
        return setLength(record.pointee.bodyLength, in: environ, objects)
            && PyDict_SetItem(environ, objects.input, object) == 0
    }

    /// `CONTENT_LENGTH`: also right for a chunked upload, once it is whole.
    private func setLength(_ length: UInt64, in environ: Object, _ objects: Objects) -> Bool {
        guard length != .max else { return true }
        guard let digits = PyUnicode_FromString(String(length)) else { return false }
        defer { cpy_release(digits) }
        return PyDict_SetItem(environ, objects.contentLength, digits) == 0
    }

    /// The request has ended; a file is closed even if the application keeps `environ`.
    func end() {
        call.pointee.body = nil
        if place == .descriptor {
            if let done = callMethod(object, "close") { cpy_release(done) } else { PyErr_Clear() }
        }
        cpy_release(object)
    }

    private static func empty(_ objects: Objects) -> Object {
        cpy_retain(objects.emptyInput)
        return objects.emptyInput
    }

    private static func memory(_ bytes: UnsafeRawBufferPointer, _ worker: Worker) -> Object? {
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard let copy = PyBytes_FromStringAndSize(start, bytes.count) else { return nil }
        defer { cpy_release(copy) }
        return callWithOne(worker.objects.memoryInput, copy)
    }

    private static func file(_ call: CallPointer, _ worker: Worker) -> Object? {
        guard let descriptor = worker.takeDescriptor(call) else {
            return raise(cpy_runtime_error(), "the request body did not arrive with its request")
        }
        defer { close(descriptor) }
        guard let number = PyLong_FromLong(Int(descriptor)) else { return nil }
        defer { cpy_release(number) }
        return callWithOne(worker.objects.fileInput, number)
    }

    private static func stream(_ place: AreaSlice, _ call: CallPointer, _ worker: Worker) -> Object? {
        guard let source = cpy_new(worker.objects.sourceType) else { return nil }
        defer { cpy_release(source) }
        cpy_fields(source).assumingMemoryBound(to: StartResponse.Target.self).pointee =
            StartResponse.Target(call: call, serial: call.pointee.serial)
        guard let made = callWithOne(worker.objects.streamInput, source) else { return nil }
        call.pointee.body = BodyStream(slot: call.pointee.writer.slot, place: place)
        call.pointee.consumed = 0
        return made
    }
}
