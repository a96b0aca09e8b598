import HTTP

/// A request as the tests see it: bytes instead of slices.
struct Message: Equatable {
    var method: [UInt8] = []
    var methodKind = HTTP.Method.other
    var target: [UInt8] = []
    var path: [UInt8] = []
    var query: [UInt8] = []
    var authority: [UInt8] = []
    var version = HTTPVersion.http11
    var fields: [[UInt8]] = []
    var known: [KnownField] = []
    var framing = BodyLength.none
    var keepAlive = true
    var expectsContinue = false
    var isOptionsStar = false
    var body: [UInt8] = []

    init(_ head: RequestHead, _ bytes: UnsafeRawBufferPointer) {
        func copy(_ slice: Slice) -> [UInt8] { Array(slice.bytes(in: bytes)) }
        method = copy(head.method)
        methodKind = head.methodKind
        target = copy(head.target)
        path = copy(head.path)
        query = copy(head.query)
        authority = copy(head.authority)
        version = head.version
        fields = head.fields.map { copy($0.name) + [UInt8(ascii: "=")] + copy($0.value) }
        known = head.fields.map(\.known)
        framing = head.body
        keepAlive = head.keepAlive
        expectsContinue = head.expectsContinue
        isOptionsStar = head.isOptionsStar
    }
}

/// The receiving half of a connection: takes bytes in any pieces, hands out messages.
struct Receiver {
    private enum State {
        case head
        case length(UInt64)
        case chunked(ChunkedDecoder)
        case failed
    }

    private(set) var messages: [Message] = []
    private(set) var error: RequestError?
    /// Whether the fault showed in a body.
    private(set) var failedInBody = false
    private var pending: [UInt8] = []
    private var state = State.head
    private var parser: RequestParser
    private var head = RequestHead()
    private let chunkLimits: ChunkLimits

    init(limits: HeadLimits = HeadLimits(), chunkLimits: ChunkLimits = ChunkLimits()) {
        parser = RequestParser(limits: limits)
        self.chunkLimits = chunkLimits
    }

    /// No byte is left over and no message is half read.
    var isBetweenMessages: Bool {
        if case .head = state { return pending.isEmpty }
        return false
    }

    mutating func receive(_ bytes: some Sequence<UInt8>) {
        pending += bytes
        while advance() {}
    }

    /// Answers whether another step may be possible.
    private mutating func advance() -> Bool {
        switch state {
        case .head: return readHead()
        case .length(let remaining): return readLength(remaining)
        case .chunked(let decoder): return readChunk(decoder)
        case .failed: return false
        }
    }

    private mutating func readHead() -> Bool {
        let progress = pending.withUnsafeBytes { bytes in
            let progress = parser.parse(bytes, into: &head)
            if progress == .complete { messages.append(Message(head, bytes)) }
            return progress
        }
        switch progress {
        case .incomplete: return false
        case .failed(let error): return fail(error)
        case .complete:
            pending.removeFirst(head.byteCount)
            switch head.body {
            case .none: state = .head
            case .length(let length): state = length == 0 ? .head : .length(length)
            case .chunked: state = .chunked(ChunkedDecoder(limits: chunkLimits))
            }
            return true
        }
    }

    private mutating func readLength(_ remaining: UInt64) -> Bool {
        let count = Int(min(UInt64(pending.count), remaining))
        messages[messages.count - 1].body += pending[..<count]
        pending.removeFirst(count)
        state = UInt64(count) == remaining ? .head : .length(remaining - UInt64(count))
        return UInt64(count) == remaining
    }

    private mutating func readChunk(_ present: ChunkedDecoder) -> Bool {
        var decoder = present
        let step = pending.withUnsafeBytes { decoder.next($0) }
        state = .chunked(decoder)
        switch step {
        case .needMore(let consumed):
            pending.removeFirst(consumed)
            return false
        case .data(let skip, let count):
            messages[messages.count - 1].body += pending[skip..<skip + count]
            pending.removeFirst(skip + count)
            return true
        case .end(let consumed):
            pending.removeFirst(consumed)
            state = .head
            return true
        case .failed(let error):
            failedInBody = true
            return fail(error)
        }
    }

    private mutating func fail(_ error: RequestError) -> Bool {
        self.error = error
        state = .failed
        return false
    }
}

extension Receiver {
    static func whole(_ bytes: [UInt8]) -> Receiver {
        var receiver = Receiver()
        receiver.receive(bytes)
        return receiver
    }

    static func byteByByte(_ bytes: [UInt8]) -> Receiver {
        var receiver = Receiver()
        for byte in bytes { receiver.receive(CollectionOfOne(byte)) }
        return receiver
    }

    static func cut(_ bytes: [UInt8], at offset: Int) -> Receiver {
        var receiver = Receiver()
        receiver.receive(bytes[..<offset])
        receiver.receive(bytes[offset...])
        return receiver
    }

    /// Every offset of a small input; of a large one those near its ends and some between.
    static func cuts(of bytes: [UInt8]) -> [Int] {
        guard bytes.count > 1500 else { return Array(0...bytes.count) }
        let between = stride(from: 100, to: bytes.count - 100, by: bytes.count / 37)
        return Array(0...100) + Array(between) + Array((bytes.count - 100)...bytes.count)
    }
}

/// A head alone, whole.
func parse(_ text: String, limits: HeadLimits = HeadLimits()) -> (progress: HeadProgress, head: RequestHead) {
    var parser = RequestParser(limits: limits)
    var head = RequestHead()
    let progress = Array(text.utf8).withUnsafeBytes { parser.parse($0, into: &head) }
    return (progress, head)
}
