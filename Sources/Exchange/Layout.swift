/// Where everything lies in the shared segment of one worker.
///
///     header            one page: what the segment is, and where its worker sleeps
///     lane 0 … r-1      one per reactor: a control page and this reactor's slots
///       control page    cursors and entries of the two rings, "this reactor sleeps"
///       slot 0 … n-1    state and cursors, request area, response ring
///
/// A *lane* is the pair (reactor, worker): each ring in it has one producer and one consumer thread on the server's
/// side, and on the worker's side only threads that hold the interpreter lock. Pages are touched when they are used, so
/// a segment of many megabytes costs a worker that answers short requests a few dozen kilobytes.
///
/// Numbers are in the machine's byte order; both sides are built from this file and compare `version` at attach.
package enum Layout {
    package static let magic: UInt32 = 0x7061_6974
    package static let version: UInt32 = 1

    package static let page = 4096
    package static let headerBytes = page
    package static let laneControlBytes = page

    /// At most so many requests of one reactor wait or run in one worker.
    package static let slotsPerLane = 64
    /// Entries in either ring. An entry of a reclaimed slot stays until the worker has passed it, so there are more
    /// entries than slots.
    package static let ringEntries = 128

    package static let slotControlBytes = 128
    /// Record, head bytes and a small or streamed body.
    package static let requestAreaBytes = 512 * 1024 - slotControlBytes
    package static let responseRingBytes = 256 * 1024
    package static let slotBytes = slotControlBytes + requestAreaBytes + responseRingBytes

    package static let laneBytes = laneControlBytes + slotsPerLane * slotBytes

    package static func segmentBytes(reactors: Int) -> Int { headerBytes + reactors * laneBytes }

    /// Offsets in the header. Words that different sides write lie on cache lines of their own.
    package enum Header {
        package static let magic = 0
        package static let version = 4
        package static let reactors = 8
        package static let slotsPerLane = 12
        package static let slotBytes = 16
        /// The worker's futex word: it changes with every wake-up.
        package static let wake = 64
        /// 1 while the worker sleeps, or is about to.
        package static let workerSleeps = 128
        /// UInt32, worker: nanoseconds that a call keeps it from the next; 0 before the first.
        package static let callTime = 192
    }

    /// Offsets in a lane's control page.
    package enum Lane {
        package static let submittedTail = 0  // server
        package static let submittedHead = 64  // worker
        package static let completedTail = 128  // worker
        package static let completedHead = 192  // server
        /// 1 while the reactor sleeps, or is about to.
        package static let reactorSleeps = 256
        package static let submittedEntries = 1024  // UInt64 × ringEntries
        package static let completedEntries = 2048  // UInt32 × ringEntries
    }

    /// Offsets in a slot.
    package enum Slot {
        // One cache line for all that a request without streams touches: it travels to the worker and back, no other.
        /// generation << 8 | state
        package static let state = 0
        package static let responseTail = 8  // UInt64, worker: response bytes published
        package static let responseHead = 16  // UInt64, server: response bytes it is done with
        package static let available = 24  // UInt64, server: body bytes written so far (streamed body)
        package static let cancel = 32  // UInt32, server: the client is gone
        package static let complete = 36  // UInt32, server: no more body will come
        package static let notified = 40  // UInt32: 1 while an entry for this slot stands in the completed ring
        package static let waitsForSpace = 44  // UInt32, worker: a thread sleeps on `spaceSignal`
        package static let waitsForBody = 48  // UInt32, worker: a thread sleeps on `bodySignal`
        // Streams only.
        package static let consumed = 64  // UInt64, worker: body bytes read
        package static let bodySignal = 72  // UInt32 futex: body came, ended, or was cancelled
        package static let spaceSignal = 76  // UInt32 futex: the ring has room again, or was cancelled
        package static let requestArea = slotControlBytes
        package static let responseRing = slotControlBytes + requestAreaBytes
    }
}
