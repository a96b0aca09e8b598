/// Makes whole lines of the pieces that a pipe delivers. Pure.
///
/// What comes out is what went in, byte for byte, except that a last line without its newline is given one. A line
/// longer than `longestLine` leaves in pieces, so that a process that never ends its line cannot hold memory.
struct LineAssembler {
    static let longestLine = 65_536

    private var pending: [UInt8] = []
    /// The last piece that left did not end its line.
    private var isInsideLine = false

    /// Takes what was read; returns what is ready to pass on: whole lines, or a piece of a very long one.
    mutating func append(_ bytes: some Collection<UInt8>) -> [UInt8] {
        pending.append(contentsOf: bytes)
        if let newline = pending.lastIndex(of: newlineByte) { return release(upTo: newline + 1) }
        return pending.count >= Self.longestLine ? release(upTo: pending.count) : []
    }

    /// The end of the stream: what is left, with a newline.
    mutating func finish() -> [UInt8] {
        guard isInsideLine || !pending.isEmpty else { return [] }
        pending.append(newlineByte)
        return release(upTo: pending.count)
    }

    private mutating func release(upTo end: Int) -> [UInt8] {
        let ready = Array(pending[..<end])
        pending.removeSubrange(..<end)
        isInsideLine = ready.last != newlineByte
        return ready
    }
}

let newlineByte = UInt8(ascii: "\n")
