import HTTP
import Peers
import Reactor

/// One client's connection. Owned by one reactor for its life; an idle one holds no buffer.
struct Connection {
    enum Phase: UInt8 {
        case closed
        /// A PROXY header must come first.
        case proxyHeader
        /// Between requests, or in a request's head.
        case head
        /// A body is being read before its request goes to a worker.
        case body
        /// In the pool's queue.
        case waiting
        /// A worker has it; blocks become an answer as they come.
        case running
        /// The worker is done; the rest of the answer still has to leave.
        case flushing
        /// Nothing more will be sent; what the client still sends is thrown away, so that the answer is not lost to a
        /// reset (RFC 9112 §9.6).
        case lingering
    }

    var descriptor: Int32 = -1
    var index: UInt32 = 0
    var generation: UInt32 = 0
    var phase = Phase.closed
    var canRead = false
    /// The end of what the client sends has arrived here (EPOLLRDHUP), behind bytes that may not have been read yet.
    var isEnding = false
    /// The client has sent its last byte, and it has been read.
    var hasEnded = false
    var closesAfterAnswer = false
    var listener: UInt8 = 0
    var peerPort: UInt16 = 0
    /// Nil bits for a Unix socket's peer: see `hasAddress`.
    var peer = IPAddress(high: 0, low: 0)
    var hasAddress = false
    /// Whether the address counts against the limit for each address.
    var isCounted = false

    /// Received bytes: `start ..< end` of the buffer. While a request runs, its head stays at `start`.
    var input: Buffer?
    var start: Int32 = 0
    var end: Int32 = 0
    /// Bytes at `start` that belong to the head of the request in hand.
    var headCount: Int32 = 0
    var scanned: Int32 = 0

    /// Bytes that could not be sent at once: `pendingStart ..< pendingEnd`.
    var pending: Buffer?
    var pendingStart: Int32 = 0
    var pendingEnd: Int32 = 0

    /// When `Timeouts` acts, in monotonic nanoseconds; `.max` for never.
    var deadline = Int64.max
    var request: UnsafeMutablePointer<Request>?

    var token: UInt64 { Token.connection(index, generation).raw }
    var received: Int { Int(end - start) }
    var hasPending: Bool { pendingEnd > pendingStart }

    var inputBytes: UnsafeRawBufferPointer {
        guard let input else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: input.base + Int(start), count: received)
    }

    var headBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: inputBytes[..<Int(headCount)]) }
}

typealias ConnectionPointer = UnsafeMutablePointer<Connection>
