/// The members of a comma-separated list (RFC 9110 §5.6.1), without the white space round them; empty ones are passed
/// over.
struct ListMembers {
    private let bytes: Bytes
    private var position: Int
    private let end: Int

    @inline(__always)
    init(_ bytes: Bytes, _ value: Slice) {
        self.bytes = bytes
        position = Int(value.offset)
        end = Int(value.offset) &+ Int(value.count)
    }

    @inline(__always)
    mutating func next() -> Slice? {
        while position < end, isSeparator(bytes[position]) { position &+= 1 }
        guard position < end else { return nil }
        let start = position
        while position < end, bytes[position] != UInt8(ascii: ",") { position &+= 1 }
        var stop = position
        while ByteClass.isWhiteSpace(bytes[stop &- 1]) { stop &-= 1 }
        return Slice(from: start, to: stop)
    }

    @inline(__always)
    private func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ",") || ByteClass.isWhiteSpace(byte) }
}

/// A Content-Length value (RFC 9110 §8.6).
enum DecimalLength: Equatable {
    case value(UInt64)
    case invalid, list, padded
    /// More than a signed 64-bit number holds, which no file offset does either.
    case tooLarge

    init(_ bytes: Bytes, _ value: Slice) {
        let start = Int(value.offset)
        let end = start &+ Int(value.count)
        var length: UInt64 = 0
        var overflows = false
        for offset in start..<end {
            guard ByteClass.isDigit(bytes[offset]) else {
                self = bytes[offset] == UInt8(ascii: ",") && offset > start ? .list : .invalid
                return
            }
            overflows = overflows || length > (UInt64(Int64.max) &- 9) / 10
            length = length &* 10 &+ UInt64(bytes[offset] &- UInt8(ascii: "0"))
        }
        if start == end {
            self = .invalid
        } else if end &- start > 1 && bytes[start] == UInt8(ascii: "0") {
            self = .padded
        } else {
            self = overflows ? .tooLarge : .value(length)
        }
    }
}

extension Bytes {
    /// Whether the slice is `word`, given in small letters, in any case.
    @inline(__always)
    func equalsFolded(_ slice: Slice, _ word: StaticString) -> Bool {
        guard Int(slice.count) == word.utf8CodeUnitCount else { return false }
        for index in 0..<word.utf8CodeUnitCount {
            let byte = self[Int(slice.offset) &+ index]
            let isCapital = byte &- UInt8(ascii: "A") < 26
            guard (isCapital ? byte | 0x20 : byte) == word.utf8Start[index] else { return false }
        }
        return true
    }
}
