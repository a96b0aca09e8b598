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

    /// Whether the last str of this place was made of these bytes.
    @inline(__always)
    func holds(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
        entries[place].count == bytes.count && isEqual(entries[place].bytes, bytes)
    }

    /// Owned, or nil with the error set.
    @inline(__always)
    func string(_ bytes: UnsafeRawBufferPointer, place: Int) -> Object? {
        if holds(bytes, at: place), let object = entries[place].object {
            cpy_retain(object)
            return object
        }
        return replace(entries + place, bytes)
    }

    @inline(never)
    private func replace(_ entry: UnsafeMutablePointer<Entry>, _ bytes: UnsafeRawBufferPointer) -> Object? {
        guard let made = newString(bytes) else { return nil }
        if let old = entry.pointee.object { cpy_release(old) }
        entry.pointee.object = nil
        entry.pointee.count = -1
        guard bytes.count <= Self.longest else { return made }
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
