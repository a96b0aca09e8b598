import Exchange
import HTTP
import Peers

/// Writes a request into the request area of a slot: the record, the fields that may reach the application, the head's
/// bytes as they came, the texts of the socket; a small body follows. Offsets only; no field is copied twice.
struct RequestFiller {
    let area: UnsafeMutableRawPointer
    private var used = MemoryLayout<RequestRecord>.size
    private(set) var record = RequestRecord()

    init(area: UnsafeMutableRawPointer) { self.area = area }

    /// What the connection adds to what the client wrote.
    struct Origin {
        var peer: IPAddress?
        var peerPort: UInt16
        /// Lives as long as the listener.
        var serverName: UnsafeRawBufferPointer
        var serverPort: UInt16
        var hop: ForwardedHop?
        var family: ForwardedFamily
        var identifier: UInt64
    }

    /// `bytes` are the head's, from its first byte; `request` was read from them.
    mutating func add(_ request: UnsafePointer<RequestHead>, bytes: UnsafeRawBufferPointer, origin: Origin) {
        let fields = (area + used).assumingMemoryBound(to: FieldRecord.self)
        let base = used + request.pointee.fields.count * MemoryLayout<FieldRecord>.stride
        record.fields = AreaSlice(offset: used, count: 0)
        var count = 0
        for index in request.pointee.fields.indices {
            let field = request.pointee.fields[index]
            guard mayPass(field, in: bytes, origin) else {
                if field.known.rawValue >= KnownField.forwarded.rawValue { record.isRelayed = true }
                continue
            }
            fields[count] = FieldRecord(
                nameOffset: base + Int(field.name.offset), nameCount: Int(field.name.count),
                valueOffset: base + Int(field.value.offset), valueCount: Int(field.value.count),
                known: field.known.rawValue)
            count += 1
        }
        record.fieldCount = UInt32(count)
        if let source = bytes.baseAddress { (area + base).copyMemory(from: source, byteCount: bytes.count) }
        used = base + bytes.count
        func slice(_ slice: Slice) -> AreaSlice {
            AreaSlice(offset: base + Int(slice.offset), count: Int(slice.count))
        }
        record.method = slice(request.pointee.method)
        record.target = slice(request.pointee.target)
        record.path = slice(request.pointee.path)
        record.query = slice(request.pointee.query)
        record.version = request.pointee.version == .http10 ? 10 : 11
        record.identifier = origin.identifier
        addNames(slice(hostOnly(request.pointee.authority, in: bytes)), origin)
        addClient(origin)
    }

    /// Places the whole body, or a ring for it, behind the head, and seals the record.
    mutating func seal(body: UnsafeRawBufferPointer, place: BodyPlace, length: UInt64) {
        let at = (used + 63) & ~63
        if let source = body.baseAddress, place == .inline {
            (area + at).copyMemory(from: source, byteCount: body.count)
        }
        let count = place == .stream ? (Layout.requestAreaBytes - at) & ~63 : body.count
        record.body = AreaSlice(offset: at, count: count)
        record.bodyPlace = place.rawValue
        record.bodyLength = length
        area.storeBytes(of: record, as: RequestRecord.self)
    }

    /// Room for an inline body; smaller ones need no descriptor.
    var room: Int { Layout.requestAreaBytes - used - 64 }

    // MARK: parts

    /// `Proxy` would become `HTTP_PROXY` (CVE-2016-5385); names with `_` cannot be told from names with `-` in
    /// `environ`; the connection's own fields end here (RFC 9110 §7.6.1); of forwarded fields the believed family stays.
    @inline(__always)
    private func mayPass(_ field: Field, in bytes: UnsafeRawBufferPointer, _ origin: Origin) -> Bool {
        if field.hasUnderscore { return false }
        switch field.known {
        case .other, .host, .cookie, .userAgent, .referer, .authorization, .contentType, .contentLength, .date,
            .server:
            return true
        case .proxy, .transferEncoding, .connection, .keepAlive, .proxyConnection, .expect, .te, .trailer, .upgrade:
            return false
        case .forwarded: return origin.hop != nil && origin.family == .rfc7239
        default: return origin.hop != nil && origin.family == .x
        }
    }

    private mutating func addNames(_ host: AreaSlice, _ origin: Origin) {
        record.serverName = host.count > 0 ? host : append(origin.serverName)
        record.serverPort = appendDecimal(origin.serverPort)
    }

    private mutating func addClient(_ origin: Origin) {
        record.isSecure = origin.hop?.scheme == .https
        let client = origin.hop?.client ?? origin.peer
        record.remotePort = origin.hop?.client == nil ? origin.peerPort : origin.hop?.clientPort ?? 0
        guard let client else { return }
        let target = UnsafeMutableRawBufferPointer(start: area + used, count: IPAddress.longestText)
        let count = client.write(into: target)
        record.remoteAddress = AreaSlice(offset: used, count: count)
        used += count
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) -> AreaSlice {
        if let source = bytes.baseAddress { (area + used).copyMemory(from: source, byteCount: bytes.count) }
        defer { used += bytes.count }
        return AreaSlice(offset: used, count: bytes.count)
    }

    private mutating func appendDecimal(_ number: UInt16) -> AreaSlice {
        let start = used
        var divisor: UInt16 = 10_000
        while divisor > 1, number < divisor { divisor /= 10 }
        while divisor > 0 {
            (area + used).storeBytes(of: UInt8(ascii: "0") + UInt8(number / divisor % 10), as: UInt8.self)
            used += 1
            divisor /= 10
        }
        return AreaSlice(offset: start, count: used - start)
    }

    /// The host of `host:port` or `[v6]:port`.
    private func hostOnly(_ authority: Slice, in bytes: UnsafeRawBufferPointer) -> Slice {
        let text = authority.bytes(in: bytes)
        if text.first == UInt8(ascii: "["), let close = text.firstIndex(of: UInt8(ascii: "]")) {
            return Slice(offset: authority.offset + 1, count: UInt32(close - 1))
        }
        let end = text.firstIndex(of: UInt8(ascii: ":")) ?? text.count
        return Slice(offset: authority.offset, count: UInt32(end))
    }
}
