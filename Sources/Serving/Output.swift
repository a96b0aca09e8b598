import HTTP

/// Where a reactor puts together what it sends next: heads, framing and small pieces of a body, so that one system call
/// carries them all. Empty between connections.
struct Output {
    /// A head of the exchange's largest size fits, rendered.
    static let capacity = 160 << 10
    /// Body pieces up to this are copied beside the head; larger ones are sent from where they are.
    static let copied = 16 << 10

    let base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
    var count = 0

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
    var room: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: base + count, count: Self.capacity - count)
    }

    /// The connection it was for has gone.
    mutating func clear() { count = 0 }

    @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count <= Self.capacity - count else { return }
        (base + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func appendChunkSize(_ size: Int) { count += ChunkFraming.writeSize(size, into: room) ?? 0 }
}
