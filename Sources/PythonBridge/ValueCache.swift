import CPython
import Glibc

/// The last str made for each of a few places (the path, `User-Agent`, …): clients repeat themselves, and comparing
/// bytes is cheaper than making a str. One per worker, used under the interpreter lock.
struct ValueCache {
    private struct Entry {
        var bytes: UnsafeMutableRawPointer
        var count = -1
        var object: Object?
    }

    /// Longer values are seldom repeated and cost more to keep.
    private static let longest = 256
    private let entries: UnsafeMutablePointer<Entry>

    init(places: Int) {
        entries = .allocate(capacity: places)
        for place in 0..<places {
            entries[place] = Entry(bytes: .allocate(byteCount: Self.longest, alignment: 16))
        }
    }

    /// Owned, or nil with the error set.
    @inline(__always)
    func string(_ bytes: UnsafeRawBufferPointer, place: Int) -> Object? {
        let entry = entries + place
        if entry.pointee.count == bytes.count, let object = entry.pointee.object,
            isEqual(entry.pointee.bytes, bytes)
        {
            cpy_retain(object)
            return object
        }
        return replace(entry, bytes)
    }

    @inline(never)
    private func replace(_ entry: UnsafeMutablePointer<Entry>, _ bytes: UnsafeRawBufferPointer) -> Object? {
        guard let made = newString(bytes) else { return nil }
        guard bytes.count <= Self.longest else { return made }
        if let old = entry.pointee.object { cpy_release(old) }
        if let source = bytes.baseAddress { entry.pointee.bytes.copyMemory(from: source, byteCount: bytes.count) }
        entry.pointee.count = bytes.count
        entry.pointee.object = made
        cpy_retain(made)
        return made
    }
}

/// Whether the memory at `kept` begins with `bytes`.
@inline(__always)
func isEqual(_ kept: UnsafeMutableRawPointer, _ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let start = bytes.baseAddress else { return true }
    return memcmp(kept, start, bytes.count) == 0
}
