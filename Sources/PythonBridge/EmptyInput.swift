import CPython

/// `wsgi.input` of a request without a body: at its end from the start, and without any state.
enum EmptyInput {
    /// The one object; owned, or nil with the error set.
    static func make() -> Object? {
        let bytes: PyCFunction = { _, _ in PyBytes_FromStringAndSize(nil, 0) }
        let list: PyCFunction = { _, _ in PyList_New(0) }
        let nothing: PyCFunction = { _, _ in
            cpy_retain(cpy_none())
            return cpy_none()
        }
        guard
            let type = makeType([
                ("read", bytes), ("read1", bytes), ("readline", bytes), ("readlines", list), ("close", nothing),
            ])
        else { return nil }
        return cpy_new(type)
    }

    private static func makeType(_ functions: [(StaticString, PyCFunction)]) -> Object? {
        let methods = UnsafeMutablePointer<PyMethodDef>.allocate(capacity: functions.count + 1)
        for (index, (name, function)) in functions.enumerated() {
            let text = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
            methods[index] = PyMethodDef(ml_name: text, ml_meth: function, ml_flags: METH_VARARGS, ml_doc: nil)
        }
        methods[functions.count] = PyMethodDef(ml_name: nil, ml_meth: nil, ml_flags: 0, ml_doc: nil)
        let iterate: @convention(c) (Object?) -> Object? = { me in
            me.map { cpy_retain($0) }
            return me
        }
        let next: @convention(c) (Object?) -> Object? = { _ in nil }
        return heapType(
            "plait.EmptyInput", fields: 0,
            slots: [
                PyType_Slot(slot: Py_tp_methods, pfunc: UnsafeMutableRawPointer(methods)),
                PyType_Slot(slot: Py_tp_iter, pfunc: unsafeBitCast(iterate, to: UnsafeMutableRawPointer.self)),
                PyType_Slot(slot: Py_tp_iternext, pfunc: unsafeBitCast(next, to: UnsafeMutableRawPointer.self)),
            ])
    }
}
