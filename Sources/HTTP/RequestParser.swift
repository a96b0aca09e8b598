/// What one look at the bytes of a head came to.
package enum HeadProgress: Equatable, Sendable {
    /// The head has not ended yet: call again with the same bytes and more.
    case incomplete
    /// `RequestHead` holds it; `byteCount` bytes are used up.
    case complete
    case failed(RequestError)
}

/// Reads request heads (RFC 9112 §2 to §6), the server's side.
///
/// The law: the outcome depends on the bytes alone, never on how they were cut. A head is read from its first byte to
/// the first fault or to its end, and a fault lies where it lies in every longer input. So an attempt on a part of a
/// head tells `incomplete` or what the whole would tell, and attempts may be spared.
///
/// They are: a connection's first bytes are read at once, since nearly every head comes whole. After that each new byte
/// is looked at once, for the end of the head or a bare line feed, and the head is read again only when one is there or
/// the bytes have doubled. A client that sends byte by byte costs time in proportion to the bytes.
///
/// `scanned` is all that is remembered between calls; one parser may serve many connections if each keeps its own.
package struct RequestParser: Sendable {
    package let limits: HeadLimits
    /// Bytes of this head that have been looked at; 0 before the first call and after a head is complete.
    package var scanned = 0

    package init(limits: HeadLimits) {
        self.limits = limits
    }

    /// Looks at everything received so far, from the head's first byte on. What follows the head is left alone.
    package mutating func parse(_ bytes: UnsafeRawBufferPointer, into head: inout RequestHead) -> HeadProgress {
        guard let base = bytes.baseAddress, bytes.count > 0 else { return .incomplete }
        let window = Bytes(base: base, count: bytes.count)
        guard scanned == 0 || mayDecide(window) else {
            scanned = bytes.count
            return .incomplete
        }
        let reader = HeadReader(window, limits: limits)
        do throws(HeadStop) {
            try reader.read(into: &head)
            scanned = 0
            return .complete
        } catch {
            return stopped(error, at: bytes.count)
        }
    }

    private mutating func stopped(_ stop: HeadStop, at count: Int) -> HeadProgress {
        switch stop {
        case .incomplete:
            scanned = count
            return .incomplete
        case .failed(let error):
            scanned = 0
            return .failed(error)
        }
    }

    /// Whether another attempt may tell more than `incomplete`.
    @inline(never)
    private func mayDecide(_ bytes: Bytes) -> Bool {
        let hasDoubled = scanned.leadingZeroBitCount != bytes.count.leadingZeroBitCount
        if hasDoubled || bytes.count >= limits.headBytes { return true }
        var offset = max(scanned, 1)
        while true {
            offset = bytes.firstControl(from: offset, to: bytes.count)
            guard offset < bytes.count else { return false }
            if bytes[offset] == UInt8(ascii: "\n"), bytes.isEmptyOrBareLine(endingAt: offset) { return true }
            offset += 1
        }
    }
}

extension Bytes {
    /// Whether the line feed at `offset` ends an empty line or stands without its carriage return.
    fileprivate func isEmptyOrBareLine(endingAt offset: Int) -> Bool {
        guard self[offset - 1] == UInt8(ascii: "\r") else { return true }
        return offset >= 2 && self[offset - 2] == UInt8(ascii: "\n")
    }
}

/// Why an attempt on a head ended before the head did.
enum HeadStop: Error {
    case incomplete
    case failed(RequestError)
}
