import CPython
import Exchange

/// The callable behind `wsgi.input` of a streamed body: `source(most)` gives the next bytes, at most so many, `b""` at
/// the end; it sleeps, without the interpreter lock, while none have come. OSError when the client has gone.
enum BodySource {
    static func makeType() -> Object? {
        callableType("plait.BodySource", fields: MemoryLayout<StartResponse.Target>.size, call: read)
    }

    private static let read: CallableFunction = { me, arguments, _ in
        guard let me, let arguments else { return nil }
        let target = cpy_fields(me).assumingMemoryBound(to: StartResponse.Target.self).pointee
        let call = target.call
        guard target.serial == call.pointee.serial, let stream = call.pointee.body else {
            return raise(cpy_value_error(), "wsgi.input was read after its request had ended")
        }
        guard PyTuple_Size(arguments) == 1, let number = PyTuple_GetItem(arguments, 0) else {
            return raise(cpy_type_error(), "a body source takes the number of bytes wanted")
        }
        let most = PyLong_AsSsize_t(number)
        guard most >= 0 else { return PyErr_Occurred() == nil ? PyBytes_FromStringAndSize(nil, 0) : nil }
        while true {
            switch stream.readiness(consumed: call.pointee.consumed) {
            case .bytes(let ready): return take(call, stream, min(ready, most))
            case .end: return PyBytes_FromStringAndSize(nil, 0)
            case .cancelled: return raise(cpy_os_error(), "the client went away before the request body was complete")
            case .nothingYet:
                let consumed = call.pointee.consumed
                Lock.released { stream.wait(consumed: consumed) }
            }
        }
    }

    private static func take(_ call: CallPointer, _ stream: BodyStream, _ count: Int) -> Object? {
        guard let bytes = PyBytes_FromStringAndSize(nil, count), let target = PyBytes_AsString(bytes) else {
            return nil
        }
        stream.read(into: target, count: count, consumed: call.pointee.consumed)
        call.pointee.consumed &+= UInt64(count)
        // The server has stopped reading from the client when the ring was full; it may have room now.
        call.pointee.worker._withUnsafeGuaranteedRef { $0.lanes[call.pointee.lane].notify(slot: call.pointee.slot) }
        return bytes
    }
}
