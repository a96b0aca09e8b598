import Exchange
import HTTP
import Reactor

/// A request in hand: from its head to the last byte of its answer. Lives beside its connection only for that time.
struct Request {
    // What was asked. Slices count from the head's first byte.
    var identifier: UInt64 = 0
    var method = Slice.empty
    var target = Slice.empty
    var referer = Slice.empty
    var userAgent = Slice.empty
    var version = HTTPVersion.http11
    var isHead = false
    var wantsKeepAlive = false
    /// A health probe: the access log leaves it out.
    var isUnlogged = false
    /// Monotonic nanoseconds of the turn in which its head was complete.
    var since: Int64 = 0

    // The body.
    var body = BodyProgress()

    // The worker.
    /// Which `WorkerLink` runs it; nil while none does.
    var link: UInt32?
    /// The pool's number of the worker that had it last.
    var worker: UInt32 = 0
    var slot: UInt8 = 0
    var generation: UInt64 = 0
    /// Ring position of the slot's entry, for reclaiming.
    var position: UInt32 = 0
    var reader: BlockReader?
    /// Where in the request area a streamed body's ring lies.
    var streamPlace = AreaSlice(offset: 0, count: 0)

    // The answer.
    var status: UInt16 = 0
    var framing = ResponseFraming.none
    /// Body bytes the head promised and that have not come yet.
    var promised: UInt64 = 0
    var sentBody: UInt64 = 0
    /// More came than the head promised.
    var isTooLong = false
    var hasHead = false
    /// The size line of the open chunk has been written, its data not yet all.
    var isChunkOpen = false
    /// A file that follows: descriptor, and what is left of it.
    var file: FileRegion?
    /// Bytes of a slow answer beyond the pending buffer.
    var spill = Spool()
    var spillSent: UInt64 = 0
    /// Taken from the budget of `--max-spool`.
    var spooled: UInt64 = 0
}

typealias RequestPointer = UnsafeMutablePointer<Request>

/// A part of an open file that is to be sent.
struct FileRegion {
    var descriptor: Int32
    var offset: UInt64
    var remaining: UInt64
    /// Whether the descriptor is closed when the region has been sent.
    var isOwned: Bool
}

/// How far the body of a request has been read.
struct BodyProgress {
    enum Mode: UInt8 { case none, collect, stream }

    var mode = Mode.none
    var isChunked = false
    var decoder = ChunkedDecoder(limits: ChunkLimits())
    /// Of a body with a declared length: bytes still to come.
    var remaining: UInt64 = 0
    /// Bytes taken so far.
    var taken: UInt64 = 0
    var limit: UInt64 = 0
    var isComplete = true
    /// Collected: in `buffer` first, then in `spool`.
    var buffer: Buffer?
    var spool = Spool()
    var expectsContinue = false
}
