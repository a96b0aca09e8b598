import CLinux
public import CPython
import Exchange

/// The module `plait._bridge`: the release it belongs to as `__version__`, and one function, `run(application, *, channel,
/// threads, multiprocess, root_path)`, which serves on the calling (main) thread until the server's end of `channel`
/// closes.
@_cdecl("PyInit__bridge")
public func initializeModule() -> UnsafeMutablePointer<PyObject>? {
    let methods = UnsafeMutablePointer<PyMethodDef>.allocate(capacity: 2)
    let function: PyCFunctionWithKeywords = { _, arguments, keywords in
        guard let arguments, let keywords else { return raise(cpy_type_error(), "run() takes keyword arguments") }
        return run(arguments, keywords)
    }
    methods[0] = PyMethodDef(
        ml_name: name("run"), ml_meth: unsafeBitCast(function, to: PyCFunction.self),
        ml_flags: METH_VARARGS | METH_KEYWORDS, ml_doc: nil)
    methods[1] = PyMethodDef(ml_name: nil, ml_meth: nil, ml_flags: 0, ml_doc: nil)
    let definition = UnsafeMutablePointer<PyModuleDef>.allocate(capacity: 1)
    cpy_definition(definition, name("_bridge"), methods)
    guard let module = cpy_module_create(definition) else { return nil }
    guard PyModule_AddStringConstant(module, name("__version__"), name(Release.version)) == 0 else {
        cpy_release(module)
        return nil
    }
    return module
}

private func name(_ text: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}

private func run(_ arguments: Object, _ keywords: Object) -> Object? {
    guard PyTuple_Size(arguments) == 1, let application = PyTuple_GetItem(arguments, 0),
        let settings = WorkerSettings(keywords)
    else {
        return PyErr_Occurred() == nil ? raise(cpy_type_error(), "run() takes the application and its settings") : nil
    }
    let attachment: Attachment
    switch Lock.released({ Attachment.receive(channel: settings.channel) }) {
    case .success(let received): attachment = received
    case .failure(.closed):
        cpy_retain(cpy_none())
        return cpy_none()
    case .failure(.segment(.version)):
        return raise(cpy_runtime_error(), "plait's extension and its server are of different versions")
    case .failure: return raise(cpy_runtime_error(), "the server handed over something else than shared memory")
    }
    guard let objects = Objects(application: application, settings: settings) else { return nil }
    let worker = Worker(settings: settings, objects: objects, attachment: attachment)
    return MainThread(worker: worker).serve()
        ? {
            cpy_retain(cpy_none()); return cpy_none()
        }() : nil
}

extension WorkerSettings {
    /// Nil with the error set.
    fileprivate init?(_ keywords: Object) {
        guard let channel = PyDict_GetItemString(keywords, "channel"),
            let threads = PyDict_GetItemString(keywords, "threads"),
            let multiprocess = PyDict_GetItemString(keywords, "multiprocess"),
            let root = PyDict_GetItemString(keywords, "root_path"), let encoded = PyUnicode_EncodeFSDefault(root)
        else { return nil }
        defer { cpy_release(encoded) }
        self.init(
            channel: Int32(PyLong_AsLong(channel)), threads: max(1, PyLong_AsLong(threads)),
            isMultiprocess: PyObject_IsTrue(multiprocess) == 1, rootPath: Array(bytesOf(encoded)))
        if PyErr_Occurred() != nil { return nil }
    }
}
