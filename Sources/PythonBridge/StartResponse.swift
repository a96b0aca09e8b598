import CPython
import Exchange
import Gateway

/// The `start_response` and `write` callables (PEP 3333 "The start_response() Callable"). Each object holds a `Target`;
/// both are made once per request thread and made anew only if an application has kept the last one.
enum StartResponse {
    /// The fields behind the Python object's header.
    struct Target {
        var call: CallPointer
        var serial: UInt64
    }

    /// Owned type objects, or nil with the error set.
    static func makeTypes() -> (start: Object, write: Object)? {
        guard let start = callableType("plait.StartResponse", fields: MemoryLayout<Target>.size, call: start),
            let write = callableType("plait.Write", fields: MemoryLayout<Target>.size, call: write)
        else { return nil }
        return (start, write)
    }

    private static let start: CallableFunction = { me, arguments, keywords in
        guard let me, let arguments else { return nil }
        let target = cpy_fields(me).assumingMemoryBound(to: Target.self).pointee
        guard target.serial == target.call.pointee.serial else {
            return raise(cpy_runtime_error(), "start_response() was called after its request had ended")
        }
        let count = PyTuple_Size(arguments)
        guard count == 2 || count == 3, let status = PyTuple_GetItem(arguments, 0),
            let headers = PyTuple_GetItem(arguments, 1)
        else {
            return raise(cpy_type_error(), "start_response() takes a status, a list of headers, and exc_info if any")
        }
        var information = count == 3 ? PyTuple_GetItem(arguments, 2) : nil
        if let keywords { information = PyDict_GetItemString(keywords, "exc_info") ?? information }
        guard ResponseHead.mayStart(target.call, information), ResponseHead.prepare(target.call, status, headers) else {
            return nil
        }
        return target.call.pointee.worker._withUnsafeGuaranteedRef { $0.objects.writeCallable(target.call) }
    }

    /// PEP 3333 "The write() Callable": what it is given leaves before it returns.
    private static let write: CallableFunction = { me, arguments, _ in
        guard let me, let arguments else { return nil }
        let target = cpy_fields(me).assumingMemoryBound(to: Target.self).pointee
        guard target.serial == target.call.pointee.serial else {
            return raise(cpy_runtime_error(), "write() was called after its request had ended")
        }
        guard PyTuple_Size(arguments) == 1, let data = PyTuple_GetItem(arguments, 0), cpy_is_bytes(data) != 0 else {
            return raise(cpy_type_error(), "write() takes one bytes object")
        }
        let bytes = bytesOf(data)
        if !bytes.isEmpty {
            target.call.pointee.sendHead(knownLength: .max)
            // A client that has gone is not the application's fault; it learns of it when it ends.
            _ = target.call.pointee.send(bytes)
            target.call.pointee.publish()
        }
        cpy_retain(cpy_none())
        return cpy_none()
    }
}

typealias CallableFunction = @convention(c) (Object?, Object?, Object?) -> Object?

/// A heap type whose instances can be called and hold `fields` bytes of plain data. Owned, or nil with the error set.
func callableType(_ name: StaticString, fields: Int, call: CallableFunction) -> Object? {
    let slot = PyType_Slot(slot: Py_tp_call, pfunc: unsafeBitCast(call, to: UnsafeMutableRawPointer.self))
    return heapType(name, fields: fields, slots: [slot])
}

/// A heap type with `fields` bytes of plain data in each instance, which only `cpy_new` makes. Owned, or nil with the error set.
func heapType(_ name: StaticString, fields: Int, slots given: [PyType_Slot]) -> Object? {
    let release: @convention(c) (Object?) -> Void = { cpy_free($0) }
    var slots = given
    slots.append(PyType_Slot(slot: Py_tp_dealloc, pfunc: unsafeBitCast(release, to: UnsafeMutableRawPointer.self)))
    slots.append(PyType_Slot(slot: 0, pfunc: nil))
    return slots.withUnsafeMutableBufferPointer { slots in
        var specification = PyType_Spec(
            name: UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self),
            basicsize: cpy_fields_size(Int32(fields)), itemsize: 0,
            flags: UInt32(CPY_CLOSED_TYPE), slots: slots.baseAddress)
        return PyType_FromSpec(&specification)
    }
}
