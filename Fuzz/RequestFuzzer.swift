// The fuzz target of the HTTP/1.1 codec: what a client may send, cut as a network may cut it. `Fuzz/run` builds it with
// the codec and with the tests' `Receiver`.
//
// A crash means: memory read out of bounds (address sanitizer, and the codec's own asserts), a trap, or one of the
// `claim`s below.

import HTTP

@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    checkHead(input)
    checkChunks(input)
    checkCuts(Array(input), HeadLimits(), ChunkLimits())
    // Limits so small that every input meets them.
    let small = HeadLimits(lineBytes: 24, headBytes: 64, fields: 2)
    checkCuts(Array(input), small, ChunkLimits(extensionBytes: 4, trailerBytes: 12, trailerFields: 1))
    return 0
}

/// What is handed out lies within what was given.
private func checkHead(_ input: UnsafeRawBufferPointer) {
    var parser = RequestParser(limits: HeadLimits())
    var head = RequestHead()
    guard parser.parse(input, into: &head) == .complete else { return }
    claim(head.byteCount > 0 && head.byteCount <= input.count, "byteCount")
    claim(head.fields.count <= HeadLimits().fields, "fields")
    claim(!head.path.isEmpty && !head.method.isEmpty && !head.target.isEmpty, "empty slices")
    let slices = [head.method, head.target, head.path, head.query, head.authority]
    for slice in slices + head.fields.flatMap({ [$0.name, $0.value] }) {
        claim(Int(slice.offset) + Int(slice.count) <= head.byteCount, "slice")
    }
    // The head alone is the same head: nothing behind it was looked at.
    let alone = UnsafeRawBufferPointer(rebasing: input[..<head.byteCount])
    var again = RequestHead()
    claim(parser.parse(alone, into: &again) == .complete, "head alone")
    claim(Message(again, alone) == Message(head, input), "head alone differs")
}

/// The decoder uses up no more than it was given, and goes on until it says that it does not.
private func checkChunks(_ input: UnsafeRawBufferPointer) {
    var decoder = ChunkedDecoder(limits: ChunkLimits())
    var offset = 0
    while true {
        let rest = UnsafeRawBufferPointer(rebasing: input[offset...])
        switch decoder.next(rest) {
        case .needMore(let consumed):
            claim(consumed == rest.count, "needMore leaves bytes")
            return
        case .data(let skip, let count):
            claim(skip >= 0 && count > 0 && skip + count <= rest.count, "data")
            offset += skip + count
        case .end(let consumed):
            claim(consumed > 0 && consumed <= rest.count, "end")
            return
        case .failed: return
        }
    }
}

/// The outcome depends on the bytes, not on how they came.
private func checkCuts(_ input: [UInt8], _ limits: HeadLimits, _ chunkLimits: ChunkLimits) {
    func receive(in pieces: (Int) -> Int) -> Receiver {
        var receiver = Receiver(limits: limits, chunkLimits: chunkLimits)
        var offset = 0
        while offset < input.count {
            let end = min(input.count, offset + max(1, pieces(offset)))
            receiver.receive(input[offset..<end])
            offset = end
        }
        return receiver
    }
    let whole = receive { _ in input.count }
    var seed = UInt64(truncatingIfNeeded: input.count) &* 0x9e37_79b9_7f4a_7c15
    let cut = receive { offset in
        seed = seed &* 6_364_136_223_846_793_005 &+ UInt64(input[offset]) &+ 1
        return Int(seed >> 33) % 29
    }
    check(cut, against: whole)
    if input.count <= 512 { check(receive { _ in 1 }, against: whole) }
}

/// A connection that has not decided yet may still wait for the end of a head whose fault the whole shows already: it
/// is looked at again when the bytes have doubled. What it has decided must be the same.
private func check(_ cut: Receiver, against whole: Receiver) {
    claim(cut.messages == whole.messages, "messages differ")
    claim(cut.error == whole.error || cut.error == nil && !whole.failedInBody, "errors differ")
}

private func claim(_ condition: Bool, _ what: StaticString) {
    guard !condition else { return }
    fatalError("broken claim: \(what)")
}
