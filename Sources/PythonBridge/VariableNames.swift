import CPython
import Gateway

/// `Accept-Language` → the str `HTTP_ACCEPT_LANGUAGE`, remembered. The server numbers the well-known names, so those
/// cost one look; others go through a small table. Used under the interpreter lock.
struct VariableNames {
    private struct Entry {
        var bytes: UnsafeMutableRawPointer
        var count = 0
        var key: Object
    }

    private static let buckets = 512
    private static let longest = 128
    private let known: UnsafeMutablePointer<Object?>
    private let table: UnsafeMutablePointer<Entry?>

    init() {
        known = .allocate(capacity: 256)
        known.initialize(repeating: nil, count: 256)
        table = .allocate(capacity: Self.buckets)
        table.initialize(repeating: nil, count: Self.buckets)
    }

    /// Owned, or nil with the error set.
    @inline(__always)
    func variable(_ name: UnsafeRawBufferPointer, known number: UInt8) -> Object? {
        guard number != 0 else { return look(name) }
        if let key = known[Int(number)] {
            cpy_retain(key)
            return key
        }
        guard let key = look(name) else { return nil }
        cpy_retain(key)
        known[Int(number)] = key
        return key
    }

    private func look(_ name: UnsafeRawBufferPointer) -> Object? {
        var hash: UInt32 = 2_166_136_261
        for byte in name { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        let place = Int(hash) & (Self.buckets - 1)
        if let entry = table[place], entry.count == name.count, isEqual(entry.bytes, name) {
            cpy_retain(entry.key)
            return entry.key
        }
        guard let key = make(name) else { return nil }
        remember(name, key, place)
        return key
    }

    private func make(_ name: UnsafeRawBufferPointer) -> Object? {
        withUnsafeTemporaryAllocation(byteCount: name.count + 5, alignment: 1) { target in
            let place = EnvironRules.variable(name, into: target)
            return newString(UnsafeRawBufferPointer(rebasing: target[place]))
        }
    }

    /// The table forgets by overwriting, so a client that invents names costs no memory.
    private func remember(_ name: UnsafeRawBufferPointer, _ key: Object, _ place: Int) {
        guard name.count <= Self.longest, let source = name.baseAddress else { return }
        let bytes = table[place]?.bytes ?? .allocate(byteCount: Self.longest, alignment: 16)
        if let old = table[place]?.key { cpy_release(old) }
        bytes.copyMemory(from: source, byteCount: name.count)
        cpy_retain(key)
        table[place] = Entry(bytes: bytes, count: name.count, key: key)
    }
}
