import CPython
import Exchange
import Glibc

/// `wsgi.input` of one request, made from wherever its body is. Python's own classes read memory and files.
struct RequestInput {
    private let object: Object
    private let call: CallPointer
    private let ownsDescriptor: Bool
    private let isInstalled: Bool

    /// Nil with the error set.
    init?(
        _ record: UnsafePointer<RequestRecord>, _ area: UnsafeMutableRawPointer, _ call: CallPointer, _ worker: Worker
    ) {
        self.call = call
        let place = BodyPlace(rawValue: record.pointee.bodyPlace) ?? .none
        ownsDescriptor = place == .descriptor
        let made: Object? =
            switch place {
            case .none: worker.objects.emptyInput  // the template has it already
            case .inline: Self.memory(record.pointee.body.bytes(in: area), worker)
            case .descriptor: Self.file(call, worker)
            case .stream: Self.stream(record.pointee.body, call, worker)
            }
        guard let made else { return nil }
        if place == .none { cpy_retain(made) }
        object = made
        isInstalled = place == .none
        if record.pointee.bodyLength != .max, place != .none {
            guard let digits = PyUnicode_FromString(String(record.pointee.bodyLength)) else { return nil }
            length = digits
        }
    }

    /// `CONTENT_LENGTH`: also right for a chunked upload, once it is whole.
    private var length: Object?

    func install(in environ: Object, _ objects: Objects) -> Bool {
        if let length {
            defer { cpy_release(length) }
            guard PyDict_SetItem(environ, objects.contentLength, length) == 0 else { return false }
        }
        return isInstalled || PyDict_SetItem(environ, objects.input, object) == 0
    }

    /// The request has ended; a file is closed even if the application keeps `environ`.
    func end() {
        call.pointee.body = nil
        if ownsDescriptor {
            if let done = PyObject_CallMethodNoArgs(object, "close") { cpy_release(done) } else { PyErr_Clear() }
        }
        cpy_release(object)
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
        guard let number = PyLong_FromLong(Int(descriptor)) else { return nil }
        defer { cpy_release(number) }
        return callWithOne(worker.objects.fileInput, number)
    }

    private static func stream(_ place: AreaSlice, _ call: CallPointer, _ worker: Worker) -> Object? {
        guard let source = cpy_new(worker.objects.sourceType) else { return nil }
        defer { cpy_release(source) }
        cpy_fields(source).assumingMemoryBound(to: StartResponse.Target.self).pointee =
            StartResponse.Target(call: call, serial: call.pointee.serial)
        call.pointee.body = BodyStream(slot: call.pointee.writer.slot, place: place)
        call.pointee.consumed = 0
        return callWithOne(worker.objects.streamInput, source)
    }

    private static func callWithOne(_ callable: Object, _ argument: Object) -> Object? {
        guard let arguments = PyTuple_New(1) else { return nil }
        defer { cpy_release(arguments) }
        cpy_retain(argument)
        PyTuple_SetItem(arguments, 0, argument)
        return PyObject_CallObject(callable, arguments)
    }
}

/// `object.name()`; owned, or nil with the error set.
func PyObject_CallMethodNoArgs(_ object: Object, _ name: StaticString) -> Object? {
    guard
        let method = PyObject_GetAttrString(
            object, UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self))
    else { return nil }
    defer { cpy_release(method) }
    return PyObject_CallNoArgs(method)
}
