/// The codec's window on memory: the one place where it reads bytes.
///
/// Every offset is the caller's promise (`0 ..< count`, and for `word(at:)` seven bytes more); debug builds and the
/// fuzz target check it, release builds do not. Scans work on sixteen bytes at a time, and on words of eight for what
/// is left, which are exact for the lowest match: a borrow can only raise a false flag above a true one, and words
/// are read little-endian.
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

    /// Two bytes, the first in the lower.
    @inline(__always)
    func pair(at offset: Int) -> UInt16 {
        assert(offset >= 0 && offset &+ 2 <= count)
        return UInt16(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
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
        first(
            from: start, to: end,
            lanes: { ($0 .< all(0x20)) .| ($0 .== all(0x7f)) },
            word: { below(0x20, $0) | equal(0x7f, $0) })
    }

    /// A byte that cannot stand in a target's query: control, space or `#`.
    @inline(__always)
    func firstQueryEnd(from start: Int, to end: Int) -> Int {
        first(
            from: start, to: end,
            lanes: { ($0 .< all(0x21)) .| ($0 .== all(0x7f)) .| ($0 .== all(UInt8(ascii: "#"))) },
            word: { below(0x21, $0) | equal(0x7f, $0) | equal(UInt8(ascii: "#"), $0) })
    }

    /// A byte that cannot stand in a target's path: as in a query, and `?`.
    @inline(__always)
    func firstPathEnd(from start: Int, to end: Int) -> Int {
        first(
            from: start, to: end,
            lanes: {
                ($0 .< all(0x21)) .| ($0 .== all(0x7f)) .| ($0 .== all(UInt8(ascii: "#")))
                    .| ($0 .== all(UInt8(ascii: "?")))
            },
            word: {
                below(0x21, $0) | equal(0x7f, $0) | equal(UInt8(ascii: "#"), $0) | equal(UInt8(ascii: "?"), $0)
            })
    }

    /// A byte other than a letter, a digit or a hyphen, of which nearly all field names and methods consist.
    @inline(__always)
    func firstUnusualInName(from start: Int, to end: Int) -> Int {
        first(from: start, to: end, lanes: { .!nameLanes($0) }, word: { ~nameBytes($0) & highBits })
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

    /// Sixteen bytes at a time, then eight, then what is left. `lanes` and `word` tell the same of each byte, and both
    /// take a zero byte for one that is looked for: it stands in for what lies behind `end`.
    @inline(__always)
    private func first(
        from start: Int, to end: Int,
        lanes: (SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>>, word flags: (UInt64) -> UInt64
    ) -> Int {
        var offset = start
        while offset &+ 16 <= end {
            let found = unsafeBitCast(lanes(vector(at: offset)), to: SIMD2<UInt64>.self)
            if found[0] != 0 { return offset &+ found[0].trailingZeroBitCount &>> 3 }
            if found[1] != 0 { return offset &+ 8 &+ found[1].trailingZeroBitCount &>> 3 }
            offset &+= 16
        }
        if offset &+ 8 <= end {
            let found = flags(word(at: offset))
            if found != 0 { return offset &+ found.trailingZeroBitCount &>> 3 }
            offset &+= 8
        }
        guard offset < end else { return end }
        return offset &+ flags(lastWord(from: offset, to: end)).trailingZeroBitCount &>> 3
    }

    /// The one to seven bytes before `end`, zeros above.
    @inline(__always)
    private func lastWord(from offset: Int, to end: Int) -> UInt64 {
        let length = end &- offset
        guard end >= 8 else { return word(at: offset, count: length) }
        return word(at: end &- 8) &>> UInt64(truncatingIfNeeded: (8 &- length) &* 8)
    }

    @inline(__always)
    private func vector(at offset: Int) -> SIMD16<UInt8> {
        assert(offset >= 0 && offset &+ 16 <= count)
        return base.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
    }
}

/// Letters, digits and hyphens.
@inline(__always)
private func nameLanes(_ lanes: SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>> {
    let letters = (lanes | all(0x20)) &- all(UInt8(ascii: "a")) .< all(26)
    let digits = lanes &- all(UInt8(ascii: "0")) .< all(10)
    return letters .| digits .| (lanes .== all(UInt8(ascii: "-")))
}

/// Sixteen times the byte. Operators that take a scalar instead are not turned into vector instructions.
@inline(__always)
private func all(_ byte: UInt8) -> SIMD16<UInt8> { SIMD16(repeating: byte) }

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
