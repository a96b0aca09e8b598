import Exchange
import Glibc

/// Bytes that both sides know: each run of them is found by its start, so what arrives is compared whole and not by a
/// sum.
struct Pattern: @unchecked Sendable {  // written once, before any thread reads
    static let bytes = 1 << 20
    private let base: UnsafeMutableRawPointer

    static let shared = Pattern()

    private init() {
        base = .allocate(byteCount: Self.bytes, alignment: 64)
        var generator = SeededGenerator(seed: 1)
        for word in 0..<Self.bytes / 8 {
            base.storeBytes(of: generator.next(), toByteOffset: word * 8, as: UInt64.self)
        }
    }

    /// `count` bytes; which ones depends on `key`.
    func run(key: UInt64, count: Int) -> UnsafeRawBufferPointer {
        let starts = UInt64(Self.bytes - count + 1)
        return UnsafeRawBufferPointer(start: base + Int(key &* 0x9E37_79B9_7F4A_7C15 % starts), count: count)
    }
}

func same(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    guard let first = left.baseAddress, let second = right.baseAddress else { return true }
    return memcmp(first, second, left.count) == 0
}

extension BlockReader {
    /// The open block, copied out.
    func copy() -> [UInt8] {
        let (first, second) = payload()
        return Array(first) + Array(second)
    }
}
