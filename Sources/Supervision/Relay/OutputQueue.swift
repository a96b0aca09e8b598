/// What waits to be written to one of the keeper's outputs: bounded, in whole lines, with a count of what did not fit.
/// Pure.
///
/// Several workers share an output, so each says who it is: a piece of a very long line is only followed by the rest of
/// the same line, or by a newline.
struct OutputQueue {
    static let limit = 1 << 20
    /// Kept for the keeper's own lines, which are few and must not be lost to a chattering worker.
    static let reserve = 65_536

    struct Losses: Hashable {
        var lines: UInt64 = 0
        var bytes: UInt64 = 0
    }

    private var waiting: [UInt8] = []
    private var start = 0
    private var unfinishedBy: Int32?
    private var losses = Losses()

    var isEmpty: Bool { start == waiting.count }
    var count: Int { waiting.count - start }

    /// Takes as many whole lines as there is room for; the rest is counted and dropped. `writer`: a worker's pipe.
    mutating func append(_ lines: [UInt8], from writer: Int32) {
        guard !lines.isEmpty else { return }
        closeLine(unlessOf: writer)
        let fitting = wholeLines(of: lines, in: max(0, Self.limit - count))
        waiting.append(contentsOf: lines[..<fitting])
        if let last = waiting.last, fitting > 0 { unfinishedBy = last == newlineByte ? nil : writer }
        if fitting < lines.count { drop(lines[fitting...], from: writer) }
    }

    /// A line of the keeper's own.
    mutating func appendOwn(_ line: [UInt8]) {
        guard !line.isEmpty else { return }
        closeLine(unlessOf: nil)
        guard count + line.count <= Self.limit + Self.reserve else { return drop(line[...], from: nil) }
        waiting.append(contentsOf: line)
    }

    /// What one write should take: at most `size` bytes, ending with a line where one ends there, so that writes of
    /// several processes to one pipe do not tear each other's lines (pipe(7), PIPE_BUF).
    func next(_ size: Int) -> ArraySlice<UInt8> {
        let piece = waiting[start..<min(start + size, waiting.count)]
        guard let newline = piece.lastIndex(of: newlineByte) else { return piece }
        return piece[...newline]
    }

    mutating func remove(_ written: Int) {
        start += written
        if isEmpty {
            // The memory of a jam is given back.
            waiting.removeAll(keepingCapacity: waiting.count <= Self.reserve)
        } else if start >= Self.limit {
            waiting.removeSubrange(..<start)
        } else {
            return
        }
        start = 0
    }

    /// What was lost since the last time, once the queue is empty again: one report per jam, not one per line.
    mutating func takeLosses() -> Losses? {
        guard isEmpty, losses != Losses() else { return nil }
        defer { losses = Losses() }
        return losses
    }

    /// Everything that waits is lost: nobody reads any more.
    mutating func discard() {
        drop(waiting[start...], from: unfinishedBy)
        waiting = []
        start = 0
    }

    /// How many bytes to take: all, or the lines that fit into `room`.
    private func wholeLines(of lines: [UInt8], in room: Int) -> Int {
        if lines.count <= room { return lines.count }
        return lines.prefix(room).lastIndex(of: newlineByte).map { $0 + 1 } ?? 0
    }

    private mutating func closeLine(unlessOf writer: Int32?) {
        guard let unfinishedBy, unfinishedBy != writer else { return }
        waiting.append(newlineByte)
        self.unfinishedBy = nil
    }

    private mutating func drop(_ bytes: ArraySlice<UInt8>, from writer: Int32?) {
        if unfinishedBy == writer { closeLine(unlessOf: nil) }
        losses.bytes += UInt64(bytes.count)
        losses.lines += UInt64(bytes.count { $0 == newlineByte })
        if bytes.last != newlineByte { losses.lines += 1 }
    }
}
