import CPython

/// The thread law of this target: every function that takes or returns an `Object` is called by a thread that holds the
/// interpreter lock (the GIL). `Lock.released` is the one place that lets go of it.
typealias Object = UnsafeMutablePointer<PyObject>

enum Lock {
    /// Runs `body` without the interpreter lock: for everything that may sleep.
    @inline(__always)
    static func released<Result>(_ body: () -> Result) -> Result {
        let state = PyEval_SaveThread()
        let result = body()
        PyEval_RestoreThread(state)
        return result
    }
}

/// Owned, or nil with a Python error set.
func newString(_ bytes: UnsafeRawBufferPointer) -> Object? {
    PyUnicode_DecodeLatin1(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, nil)
}

/// An interned str that lives as long as the process. Traps if memory runs out while the module is set up.
func constant(_ text: StaticString) -> Object {
    text.withUTF8Buffer { buffer in
        buffer.withMemoryRebound(to: CChar.self) { characters in
            guard let made = PyUnicode_InternFromString(characters.baseAddress) else { fatalError("out of memory") }
            return made
        }
    }
}

/// `object.name()`; owned, or nil with the error set.
func callMethod(_ object: Object, _ name: StaticString) -> Object? {
    let text = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    guard let method = PyObject_GetAttrString(object, text) else { return nil }
    defer { cpy_release(method) }
    return PyObject_CallNoArgs(method)
}

/// `callable(argument)`; owned, or nil with the error set.
func callWithOne(_ callable: Object, _ argument: Object) -> Object? {
    guard let arguments = PyTuple_New(1) else { return nil }
    defer { cpy_release(arguments) }
    cpy_retain(argument)
    PyTuple_SetItem(arguments, 0, argument)
    return PyObject_CallObject(callable, arguments)
}

/// The bytes of a str whose characters are all latin-1 (PEP 3333 "Unicode Issues"), for the time of `body`.
/// Nil with a Python error set where it is not.
@inline(__always)
func withLatin1<Result>(_ text: Object, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    var count = 0
    guard let utf8 = PyUnicode_AsUTF8AndSize(text, &count) else { return nil }
    if count == PyUnicode_GetLength(text) {
        return body(UnsafeRawBufferPointer(start: utf8, count: count))
    }
    guard let encoded = PyUnicode_AsLatin1String(text) else {
        PyErr_Clear()
        _ = raise(cpy_value_error(), "status and headers are latin-1: a character beyond U+00FF cannot be sent")
        return nil
    }
    defer { cpy_release(encoded) }
    return body(bytesOf(encoded))
}

/// The contents of a bytes object, valid while it lives.
@inline(__always)
func bytesOf(_ object: Object) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: PyBytes_AsString(object), count: PyBytes_Size(object))
}

/// Raises `kind` with a fixed sentence; nil, so that callers can return it.
func raise(_ kind: Object, _ sentence: StaticString) -> Object? {
    sentence.withUTF8Buffer { buffer in
        buffer.withMemoryRebound(to: CChar.self) { PyErr_SetString(kind, $0.baseAddress) }
    }
    return nil
}
