import CPython
import Exchange
import Gateway

/// Builds `environ` from a request record (PEP 3333 "environ Variables"; RFC 3875 §4.1).
///
/// `CONTENT_TYPE`, `CONTENT_LENGTH` and the variables of the socket always exist; every CGI value is a str of latin-1
/// characters. The server has dropped what must not get here (`Proxy`, names with `_`, unbelieved forwarded fields).
struct Environ {
    private let objects: Objects
    private let rootPath: [UInt8]
    private let names = VariableNames()
    private let ports = PortNumbers()
    /// One place for each well-known field, then those of `Place`.
    private let values = ValueCache(places: 256 + Place.count)

    private enum Place {
        static let method = 256
        static let path = 257
        static let query = 258
        static let target = 259
        static let serverName = 260
        static let serverPort = 261
        static let remoteAddress = 262
        static let count = 7
    }

    init(objects: Objects, rootPath: [UInt8]) {
        self.objects = objects
        self.rootPath = rootPath == Array("/".utf8) ? [] : rootPath
    }

    /// Owned; `wsgi.input` is that of an empty body. Nil with the error set.
    ///
    /// What every request has goes into the template, and only where it differs from the last request's; the copy made
    /// of it then needs nothing but this request's header fields.
    ///
    /// The law: from the first line of `setCommon` until the template is copied nothing may let go of the interpreter
    /// lock, or another thread's request would stand in this `environ`. So only str are made and released there (no
    /// collector, no finalizer), only keys that exist are set again, and the copy is the kind that takes the table in
    /// one go before it makes an object that the collector knows (`base_environ` sees to that, a test to it).
    func make(_ record: UnsafePointer<RequestRecord>, area: UnsafeMutableRawPointer) -> Object? {
        guard setCommon(record, area), let environ = objects.newEnviron() else { return nil }
        guard setRemotePort(environ, record.pointee.remotePort), setVersionAndScheme(environ, record.pointee),
            setFields(environ, record, area)
        else {
            cpy_release(environ)
            return nil
        }
        return environ
    }

    private func setCommon(_ record: UnsafePointer<RequestRecord>, _ area: UnsafeMutableRawPointer) -> Bool {
        set(objects.requestMethod, record.pointee.method.bytes(in: area), Place.method)
            && set(objects.rawURI, record.pointee.target.bytes(in: area), Place.target)
            && set(objects.queryString, record.pointee.query.bytes(in: area), Place.query)
            && set(objects.serverName, record.pointee.serverName.bytes(in: area), Place.serverName)
            && set(objects.serverPort, record.pointee.serverPort.bytes(in: area), Place.serverPort)
            && set(objects.remoteAddress, record.pointee.remoteAddress.bytes(in: area), Place.remoteAddress)
            && setPath(record.pointee.path.bytes(in: area))
    }

    // MARK: one variable

    @inline(__always)
    private func set(_ key: Object, _ bytes: UnsafeRawBufferPointer, _ place: Int) -> Bool {
        if values.holds(bytes, at: place) { return true }
        guard let value = values.string(bytes, place: place) else { return false }
        defer { cpy_release(value) }
        return objects.setTemplate(key, value)
    }

    /// The path is decoded once; what lies below the root path is `PATH_INFO`.
    private func setPath(_ path: UnsafeRawBufferPointer) -> Bool {
        guard !rootPath.isEmpty || path.contains(UInt8(ascii: "%")) else {
            return set(objects.pathInfo, path, Place.path)
        }
        return withUnsafeTemporaryAllocation(byteCount: max(path.count, 1), alignment: 1) { target in
            let decoded = target[..<EnvironRules.percentDecode(path, into: target)]
            let script = EnvironRules.scriptNameCount(path: UnsafeRawBufferPointer(rebasing: decoded), root: rootPath)
            return set(objects.pathInfo, UnsafeRawBufferPointer(rebasing: decoded[script...]), Place.path)
        }
    }

    private func setRemotePort(_ environ: Object, _ port: UInt16) -> Bool {
        guard port != 0 else { return true }
        guard let text = ports.string(port) else { return false }
        return PyDict_SetItem(environ, objects.remotePort, text) == 0
    }

    private func setVersionAndScheme(_ environ: Object, _ request: RequestRecord) -> Bool {
        if request.version != 11 {
            let version = request.version == 10 ? objects.http10 : objects.http2
            guard PyDict_SetItem(environ, objects.serverProtocol, version) == 0 else { return false }
        }
        guard request.isSecure else { return true }
        return PyDict_SetItem(environ, objects.urlScheme, objects.httpsScheme) == 0
            && PyDict_SetItem(environ, objects.https, objects.on) == 0
    }

    // MARK: fields

    private func setFields(
        _ environ: Object, _ record: UnsafePointer<RequestRecord>, _ area: UnsafeMutableRawPointer
    ) -> Bool {
        let fields = (area + Int(record.pointee.fields.offset)).assumingMemoryBound(to: FieldRecord.self)
        for index in 0..<Int(record.pointee.fieldCount) {
            guard setField(environ, fields[index], area) else { return false }
        }
        return true
    }

    @inline(__always)
    private func setField(
        _ environ: Object, _ field: FieldRecord, _ area: UnsafeMutableRawPointer
    ) -> Bool {
        let name = UnsafeRawBufferPointer(start: area + Int(field.nameOffset), count: Int(field.nameCount))
        let bytes = UnsafeRawBufferPointer(start: area + Int(field.valueOffset), count: Int(field.valueCount))
        guard let key = names.variable(name, known: field.known) else { return false }
        defer { cpy_release(key) }
        guard let value = field.known != 0 ? values.string(bytes, place: Int(field.known)) : newString(bytes) else {
            return false
        }
        defer { cpy_release(value) }
        // An empty list adds nothing to a list; and `CONTENT_TYPE` is there from the start, empty.
        if let earlier = PyDict_GetItemWithError(environ, key), PyUnicode_GetLength(earlier) > 0 {
            return join(environ, key, earlier, value)
        }
        return PyErr_Occurred() == nil && PyDict_SetItem(environ, key, value) == 0
    }

    /// RFC 9110 §5.3: repeated fields are one list, joined by comma; Cookie is joined by semicolon (RFC 6265 §5.4).
    private func join(_ environ: Object, _ key: Object, _ earlier: Object, _ later: Object) -> Bool {
        let isCookie = PyUnicode_CompareWithASCIIString(key, "HTTP_COOKIE") == 0
        guard let comma = PyUnicode_FromString(isCookie ? "; " : ", ") else { return false }
        defer { cpy_release(comma) }
        guard let head = PyUnicode_Concat(earlier, comma) else { return false }
        defer { cpy_release(head) }
        guard let joined = PyUnicode_Concat(head, later) else { return false }
        defer { cpy_release(joined) }
        return PyDict_SetItem(environ, key, joined) == 0
    }
}
