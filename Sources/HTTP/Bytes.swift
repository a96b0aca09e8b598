/// The codec's window on memory: the one place where it reads bytes.
///
/// Every offset is the caller's promise (`0 ..< count`, and for `word(at:)` seven bytes more); debug builds and the fuzz
/// target check it, release builds do not. Scans work on eight bytes at a time with plain integers, which costs about one
/// instruction a byte on every processor. They are exact for the lowest match: a borrow can only raise a false flag
/// above a true one, and words are read little-endian.
struct Bytes {
    let base: UnsafeRawPointer
    let count: Int

    @inline(__always)
    init(base: UnsafeRawPointer, count: Int) {
        self.base = base
        self.count = count
    }

    @inline(__always)
    subscript(offset: Int) -> UInt8 {
        assert(offset >= 0 && offset < count)
        return base.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// Eight bytes, the first in the lowest.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        assert(offset >= 0 && offset &+ 8 <= count)
        return UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Up to seven bytes, zeros above; reads no byte beyond the buffer.
    @inline(__always)
    func word(at offset: Int, count length: Int) -> UInt64 {
        if offset &+ 8 <= count { return word(at: offset) & (1 &<< UInt64(truncatingIfNeeded: length &* 8) &- 1) }
        return tailWord(at: offset, count: length)
    }

    @inline(never)
    private func tailWord(at offset: Int, count length: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<length { word |= UInt64(self[offset &+ index]) &<< UInt64(index &* 8) }
        return word
    }
}

// MARK: Scans. Each answers the offset of the first byte of its kind in `start ..< end`, or `end`.

extension Bytes {
    /// A control byte: below 0x20, HTAB among them, or DEL.
    @inline(__always)
    func firstControl(from start: Int, to end: Int) -> Int {
        first(from: start, to: end, in: { below(0x20, $0) | equal(0x7f, $0) }, is: { $0 < 0x20 || $0 == 0x7f })
    }

    /// A byte that cannot stand in a target's query: control, space or `#`.
    @inline(__always)
    func firstQueryEnd(from start: Int, to end: Int) -> Int {
        first(
            from: start, to: end,
            in: { below(0x21, $0) | equal(0x7f, $0) | equal(UInt8(ascii: "#"), $0) },
            is: { $0 < 0x21 || $0 == 0x7f || $0 == UInt8(ascii: "#") })
    }

    /// A byte that cannot stand in a target's path: as in a query, and `?`.
    @inline(__always)
    func firstPathEnd(from start: Int, to end: Int) -> Int {
        first(
            from: start, to: end,
            in: {
                below(0x21, $0) | equal(0x7f, $0) | equal(UInt8(ascii: "#"), $0) | equal(UInt8(ascii: "?"), $0)
            },
            is: { $0 < 0x21 || $0 == 0x7f || $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "?") })
    }

    /// A byte other than a letter, a digit or a hyphen, of which nearly all field names and methods consist.
    @inline(__always)
    func firstUnusualInName(from start: Int, to end: Int) -> Int {
        first(from: start, to: end, in: { ~nameBytes($0) & highBits }, is: { nameBytes(UInt64($0)) & 0x80 == 0 })
    }

    /// A byte that is not of a token (RFC 9110 §5.6.2).
    @inline(__always)
    func firstOutsideToken(from start: Int, to end: Int) -> Int {
        var offset = firstUnusualInName(from: start, to: end)
        while offset < end && ByteClass.isToken(self[offset]) {
            offset = firstUnusualInName(from: offset &+ 1, to: end)
        }
        return offset
    }

    @inline(__always)
    private func first(
        from start: Int, to end: Int, in flags: (UInt64) -> UInt64, is matches: (UInt8) -> Bool
    ) -> Int {
        var offset = start
        while offset &+ 8 <= end {
            let found = flags(word(at: offset))
            if found != 0 { return offset &+ found.trailingZeroBitCount &>> 3 }
            offset &+= 8
        }
        while offset < end && !matches(self[offset]) { offset &+= 1 }
        return offset
    }
}

// MARK: Words of eight bytes. Each function answers a word whose bytes have the top bit set where the claim holds.

@inline(__always) private var lowBits: UInt64 { 0x0101_0101_0101_0101 }
@inline(__always) private var highBits: UInt64 { 0x8080_8080_8080_8080 }

/// Bytes below `bound`, which is at most 0x80. Exact for the lowest one.
@inline(__always)
private func below(_ bound: UInt8, _ word: UInt64) -> UInt64 {
    (word &- lowBits &* UInt64(bound)) & ~word & highBits
}

/// Bytes equal to `byte`. Exact for the lowest one.
@inline(__always)
private func equal(_ byte: UInt8, _ word: UInt64) -> UInt64 {
    below(1, word ^ lowBits &* UInt64(byte))
}

/// Letters, digits and hyphens; exact for all eight, because no sum carries into the next byte.
@inline(__always)
private func nameBytes(_ word: UInt64) -> UInt64 {
    let low = word & ~highBits
    let letters = inRange(UInt8(ascii: "a"), UInt8(ascii: "z"), low | lowBits &* 0x20)
    let digits = inRange(UInt8(ascii: "0"), UInt8(ascii: "9"), low)
    let hyphens = inRange(UInt8(ascii: "-"), UInt8(ascii: "-"), low)
    return (letters | digits | hyphens) & ~word & highBits
}

/// Bytes in `first ... last`, of a word of seven-bit bytes.
@inline(__always)
private func inRange(_ first: UInt8, _ last: UInt8, _ word: UInt64) -> UInt64 {
    (word &+ lowBits &* UInt64(0x80 &- first)) & ~(word &+ lowBits &* UInt64(0x7f &- last))
}

/// Bit 5 of the lowest `count` bytes: what tells small letters from capitals.
@inline(__always)
func caseBits(_ count: Int) -> UInt64 {
    count >= 8 ? lowBits &* 0x20 : (lowBits &* 0x20) & ((1 &<< UInt64(truncatingIfNeeded: count &* 8)) &- 1)
}

/// Up to eight ASCII characters as a word, the first in the lowest byte; a constant once optimised.
@inline(__always)
func packed(_ text: StaticString) -> UInt64 {
    var word: UInt64 = 0
    for index in 0..<text.utf8CodeUnitCount {
        word |= UInt64(text.utf8Start[index]) &<< UInt64(truncatingIfNeeded: index &* 8)
    }
    return word
}
