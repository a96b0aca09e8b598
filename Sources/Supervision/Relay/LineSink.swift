import CLinux
import Glibc

/// Writes a queue to one of the keeper's outputs and never waits for its reader.
///
/// The descriptor is shared with the parent process, so it must stay blocking: instead poll(2) is asked first, and then
/// at most PIPE_BUF bytes are written, which a pipe that polls writable always takes (pipe(7)).
final class LineSink {
    private static let pieceSize = 4096

    let descriptor: Int32
    private(set) var queue = OutputQueue()
    private var isClosed = false

    /// Borrows the descriptor.
    init(descriptor: Int32) { self.descriptor = descriptor }

    func append(_ lines: [UInt8], from writer: Int32) {
        if !isClosed { queue.append(lines, from: writer) }
    }

    func appendOwn(_ line: [UInt8]) {
        if !isClosed { queue.appendOwn(line) }
    }

    /// Of an output whose reader has gone, this reports once what was lost at that moment.
    func takeLosses() -> OutputQueue.Losses? { queue.takeLosses() }

    /// Writes what can be written now. True if something is left that waits for the reader.
    @discardableResult
    func flush() -> Bool {
        while !queue.isEmpty, isWritable(within: 0) { writePiece() }
        return !queue.isEmpty
    }

    /// Gives the reader at most this long to take everything: the last words of a process that ends.
    func flush(within limit: Duration) {
        let end = MonotonicClock.now() + limit
        while !queue.isEmpty, isWritable(within: Poller.milliseconds(end - MonotonicClock.now())) { writePiece() }
    }

    private func writePiece() {
        let piece = queue.next(Self.pieceSize)
        let written = piece.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if written >= 0 { return queue.remove(written) }
        if errno != EAGAIN && errno != EINTR { closeForGood() }
    }

    private func isWritable(within milliseconds: Int32) -> Bool {
        guard !isClosed else { return false }
        var one = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&one, 1, milliseconds) > 0 else { return false }
        if Int32(one.revents) & POLLNVAL != 0 || Int32(one.revents) & (POLLERR | POLLOUT) == POLLERR { closeForGood() }
        return Int32(one.revents) & POLLOUT != 0
    }

    private func closeForGood() {
        isClosed = true
        queue.discard()
    }
}
