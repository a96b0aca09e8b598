import CPython
import Exchange

/// The Python objects that a worker keeps for its whole life: constant strings, our types, the helpers of `plait._wsgi`,
/// and the `environ` every request starts from. All owned.
final class Objects {
    let application: Object
    let close = constant("close")
    let requestMethod = constant("REQUEST_METHOD")
    let pathInfo = constant("PATH_INFO")
    let queryString = constant("QUERY_STRING")
    let rawURI = constant("RAW_URI")
    let serverProtocol = constant("SERVER_PROTOCOL")
    let serverName = constant("SERVER_NAME")
    let serverPort = constant("SERVER_PORT")
    let remoteAddress = constant("REMOTE_ADDR")
    let remotePort = constant("REMOTE_PORT")
    let contentLength = constant("CONTENT_LENGTH")
    let urlScheme = constant("wsgi.url_scheme")
    let https = constant("HTTPS")
    let on = constant("on")
    let httpsScheme = constant("https")
    let input = constant("wsgi.input")
    let http10 = constant("HTTP/1.0")
    let http2 = constant("HTTP/2")
    let region = constant("region")

    /// `io.BytesIO`: the input of bodies that are in memory.
    let memoryInput: Object
    /// `plait._wsgi.file_input(descriptor)`: a buffered reader that owns the descriptor.
    let fileInput: Object
    /// `plait._wsgi.StreamInput(source)`.
    let streamInput: Object
    /// `plait._wsgi.FileWrapper`, whose instances `Answer` looks into.
    let fileWrapper: Object
    /// `plait._wsgi.report(environ, identifier, sentence, culprit, error, trace)`: writes one failure into the log, and
    /// returns what the client is to see of it, or None.
    let report: Object
    let sourceType: Object
    /// `wsgi.input` of every request without a body: it holds nothing, so one serves all.
    let emptyInput: Object
    let vectorcall = Vectorcall()

    private let startType: Object
    private let writeType: Object
    private let template: Object

    /// Nil with the Python error set.
    init?(application: Object, settings: WorkerSettings) {
        guard let io = PyImport_ImportModule("io"), let wsgi = PyImport_ImportModule("plait._wsgi"),
            let memory = PyObject_GetAttrString(io, "BytesIO"),
            let file = PyObject_GetAttrString(wsgi, "file_input"),
            let stream = PyObject_GetAttrString(wsgi, "StreamInput"),
            let wrapper = PyObject_GetAttrString(wsgi, "FileWrapper"),
            let report = PyObject_GetAttrString(wsgi, "report"),
            let base = PyObject_GetAttrString(wsgi, "base_environ"),
            let types = StartResponse.makeTypes(), let source = BodySource.makeType(),
            let emptyInput = EmptyInput.make(),
            let rootPath = settings.rootPath.withUnsafeBytes(newString),
            let flags = PyTuple_New(3)
        else { return nil }
        PyTuple_SetItem(flags, 0, rootPath)
        PyTuple_SetItem(flags, 1, PyBool_FromLong(settings.threads > 1 ? 1 : 0))
        PyTuple_SetItem(flags, 2, PyBool_FromLong(settings.isMultiprocess ? 1 : 0))
        guard let template = PyObject_CallObject(base, flags) else { return nil }
        cpy_release(flags)
        cpy_retain(application)
        self.application = application
        memoryInput = memory
        fileInput = file
        streamInput = stream
        fileWrapper = wrapper
        self.report = report
        self.template = template
        self.emptyInput = emptyInput
        guard PyDict_SetItem(template, input, emptyInput) == 0 else { return nil }
        if settings.threads > 1 {
            guard let done = callMethod(wsgi, "shorten_switch_interval") else { return nil }
            cpy_release(done)
        }
        sourceType = source
        (startType, writeType) = types
    }

    /// A copy of the template, which has room for a usual request's keys.
    @inline(__always) func newEnviron() -> Object? { PyDict_Copy(template) }

    /// Changes what every `environ` from now on starts with. False with the error set.
    @inline(__always) func setTemplate(_ key: Object, _ value: Object) -> Bool {
        PyDict_SetItem(template, key, value) == 0
    }

    /// The thread's own callable, made anew where the application still holds the last one. Owned.
    func startCallable(_ call: CallPointer) -> Object? { callable(startType, &call.pointee.start, call) }
    func writeCallable(_ call: CallPointer) -> Object? { callable(writeType, &call.pointee.write, call) }

    @inline(__always)
    private func callable(_ type: Object, _ kept: inout Object?, _ call: CallPointer) -> Object? {
        var object = kept
        if object == nil || cpy_is_alone(object) == 0 {
            if let object { cpy_release(object) }
            object = cpy_new(type)
            kept = object
        }
        guard let object else { return nil }
        cpy_fields(object).assumingMemoryBound(to: StartResponse.Target.self).pointee =
            StartResponse.Target(call: call, serial: call.pointee.serial)
        cpy_retain(object)
        return object
    }
}

/// What `_bridge.run` is told.
struct WorkerSettings {
    let channel: Int32
    let threads: Int
    let isMultiprocess: Bool
    /// Its bytes as they stood on the command line, "/" for none.
    let rootPath: [UInt8]
}
