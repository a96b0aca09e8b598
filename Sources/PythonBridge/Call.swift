import CPython
import Exchange

/// What one request thread knows about the request it runs. One per thread, reused; Python objects of ours point to it
/// and compare `serial`, so that a `start_response` kept by an application cannot touch a later request.
struct Call {
    enum Head: Equatable {
        case missing
        /// Built at the start of the response ring, not yet seen by the server: PEP 3333 lets it be replaced.
        case prepared(count: Int)
        case sent
    }

    /// Changes with every request, and when one ends.
    var serial: UInt64 = 0
    var writer: BlockWriter
    var lane = 0
    var slot = 0
    var generation: UInt64 = 0
    var head = Head.missing
    /// A streamed body, and how much of it was read.
    var body: BodyStream?
    var consumed: UInt64 = 0
    /// The callables of this thread, owned.
    var start: Object?
    var write: Object?
    let worker: Unmanaged<Worker>

    init(worker: Worker) {
        self.worker = Unmanaged.passUnretained(worker)
        writer = BlockWriter(slot: worker.lanes[0].slot(0))
    }
}

typealias CallPointer = UnsafeMutablePointer<Call>

/// How far a piece of a response has come.
enum Progress {
    case ok
    /// The client has gone: no more is wanted, `close()` is due.
    case cancelled
}

extension Call {
    /// Publishes the prepared head. `knownLength` is the body's, where all of it follows at once.
    mutating func sendHead(knownLength: UInt64) {
        guard case .prepared(let count) = head else { return }
        (writer.firstPayload + headKnownLengthOffset).storeBytes(of: knownLength, as: UInt64.self)
        writer.commitFirst(.head, length: count)
        head = .sent
    }

    /// Copies body bytes into the ring; sleeps (without the interpreter lock) while it is full.
    mutating func send(_ bytes: UnsafeRawBufferPointer) -> Progress {
        var rest = bytes
        while !rest.isEmpty {
            if writer.slot.isCancelled { return .cancelled }
            let room = (writer.room - blockHeaderBytes) & ~7
            guard room >= min(rest.count, smallestPiece) else {
                publish()
                let writer = writer
                Lock.released { writer.waitForRoom() }
                continue
            }
            let count = min(room, rest.count)
            writer.append(.body, UnsafeRawBufferPointer(rebasing: rest[..<count]))
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return .ok
    }

    /// Ends the response with a `failed` block. A head that was only prepared is forgotten: the server answers instead.
    mutating func fail(_ code: UnsafeRawBufferPointer) {
        while writer.room < blockHeaderBytes + 8, !writer.slot.isCancelled {
            publish()
            let writer = writer
            Lock.released { writer.waitForRoom() }
        }
        if writer.room >= blockHeaderBytes + 8 { writer.append(.failed, code) }
    }

    /// Makes what was written visible to the server, now.
    func publish() {
        writer.publish()
        worker._withUnsafeGuaranteedRef { $0.lanes[lane].notify(slot: slot) }
    }
}

/// A block is not cut smaller than this while the ring is merely full for the moment.
private let smallestPiece = 32 * 1024
private let headKnownLengthOffset = MemoryLayout<HeadRecord>.offset(of: \HeadRecord.knownLength) ?? 8
