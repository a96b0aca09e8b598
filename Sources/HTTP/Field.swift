/// A stretch of the head's bytes. Offsets count from the first byte handed to the parser, so a slice stays right when
/// the buffer moves.
package struct Slice: Equatable, BitwiseCopyable, Sendable {
    package var offset: UInt32
    package var count: UInt32

    @inlinable @inline(__always)
    package init(offset: UInt32, count: UInt32) {
        self.offset = offset
        self.count = count
    }

    /// The slice of the bytes `from ..< to`; both are below 4 GiB because heads are limited.
    @inlinable @inline(__always)
    package init(from: Int, to: Int) {
        self.init(offset: UInt32(truncatingIfNeeded: from), count: UInt32(truncatingIfNeeded: to &- from))
    }

    package static let empty = Slice(offset: 0, count: 0)

    @inlinable @inline(__always)
    package var isEmpty: Bool { count == 0 }

    /// The bytes themselves, in the buffer that was parsed.
    @inlinable @inline(__always)
    package func bytes(in buffer: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer[Int(offset)..<Int(offset) + Int(count)])
    }
}

/// One field line of a head.
package struct Field: Equatable, BitwiseCopyable, Sendable {
    package var name: Slice
    /// Without the white space round it (RFC 9110 §5.5).
    package var value: Slice
    package var known: KnownField
    /// `X_Y` and `X-Y` are the same name in a CGI environment; whoever builds one drops these.
    package var hasUnderscore: Bool

    @inlinable @inline(__always)
    package init(name: Slice, value: Slice, known: KnownField, hasUnderscore: Bool) {
        self.name = name
        self.value = value
        self.known = known
        self.hasUnderscore = hasUnderscore
    }
}
