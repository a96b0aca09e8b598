/// A run of bytes in a slot's request area, counted from the area's start.
package struct AreaSlice {
    package var offset: UInt32
    package var count: UInt32
    @inlinable package init(offset: Int, count: Int) {
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.count = UInt32(truncatingIfNeeded: count)
    }
    @inlinable package func bytes(in area: UnsafeMutableRawPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: area + Int(offset), count: Int(count))
    }
}

/// Where the body of a request is.
package enum BodyPlace: UInt8 {
    case none = 0
    /// Whole, in the request area at `body`.
    case inline
    /// Whole, in a file whose descriptor was sent beside the slot, from its start, `bodyLength` bytes.
    case descriptor
    /// On its way: a ring in the request area at `body`, filled up to `available`, ended by `complete`.
    case stream
}

/// The head of one request, flat: it stands at the start of the request area, then the fields, then the bytes they
/// point into. HTTP/1 and HTTP/2 fill the same record; nothing is rendered as text and parsed again.
package struct RequestRecord {
    package var method: AreaSlice
    /// As sent (`RAW_URI`).
    package var target: AreaSlice
    /// Still percent-encoded.
    package var path: AreaSlice
    package var query: AreaSlice
    /// Host without port, as the client named it, else the local address.
    package var serverName: AreaSlice
    package var serverPort: AreaSlice
    /// Empty for Unix sockets.
    package var remoteAddress: AreaSlice
    package var fields: AreaSlice
    package var body: AreaSlice
    /// `UInt64.max` while it is not known (a streamed chunked body).
    package var bodyLength: UInt64
    /// Distinguishes requests in logs; counts up in each server.
    package var identifier: UInt64
    package var fieldCount: UInt32
    package var remotePort: UInt16
    /// 10 or 11 for HTTP/1, 20 for HTTP/2.
    package var version: UInt8
    package var isSecure: Bool
    package var bodyPlace: UInt8
    /// A forwarded field was left out, not being believed: whoever the address belongs to passes on for somebody else.
    package var isRelayed: Bool

    @inlinable package init() {
        let empty = AreaSlice(offset: 0, count: 0)
        method = empty
        target = empty
        path = empty
        query = empty
        serverName = empty
        serverPort = empty
        remoteAddress = empty
        fields = empty
        body = empty
        bodyLength = 0
        identifier = 0
        fieldCount = 0
        remotePort = 0
        version = 11
        isSecure = false
        bodyPlace = BodyPlace.none.rawValue
        isRelayed = false
    }
}

/// One header field in the request area.
package struct FieldRecord {
    package var nameOffset: UInt32
    package var valueOffset: UInt32
    package var valueCount: UInt32
    package var nameCount: UInt16
    /// The server's number of a well-known name, 0 for others: equal numbers mean equal names, so the worker keeps one
    /// `environ` key for each.
    package var known: UInt8
    package var reserved: UInt8 = 0

    @inlinable package init(nameOffset: Int, nameCount: Int, valueOffset: Int, valueCount: Int, known: UInt8) {
        self.nameOffset = UInt32(truncatingIfNeeded: nameOffset)
        self.nameCount = UInt16(truncatingIfNeeded: nameCount)
        self.valueOffset = UInt32(truncatingIfNeeded: valueOffset)
        self.valueCount = UInt32(truncatingIfNeeded: valueCount)
        self.known = known
    }
}
