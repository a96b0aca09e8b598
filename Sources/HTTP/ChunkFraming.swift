/// What stands round the data of a chunked response (RFC 9112 §7.1): a size line before each chunk, CRLF after it, and
/// the last chunk at the end.
package enum ChunkFraming {
    /// Room a size line needs: sixteen digits and CRLF.
    package static let longestSizeLine = 18

    /// After each chunk's data.
    package static let dataEnd: StaticString = "\r\n"

    /// After everything; trailers are not sent.
    package static let lastChunk: StaticString = "0\r\n\r\n"

    /// Writes the size line of a chunk of `count` bytes and answers its length, or nil where there is no room. `count`
    /// is never 0: that would be the last chunk.
    @inline(__always)
    package static func writeSize(_ count: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        precondition(count > 0, "an empty chunk ends the body")
        let digits = (67 &- count.leadingZeroBitCount) / 4
        guard let target = buffer.baseAddress, buffer.count >= digits &+ 2 else { return nil }
        var rest = UInt64(count)
        for offset in stride(from: digits &- 1, through: 0, by: -1) {
            let value = UInt8(truncatingIfNeeded: rest & 15)
            let digit = value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ (value &- 10)
            target.storeBytes(of: digit, toByteOffset: offset, as: UInt8.self)
            rest >>= 4
        }
        target.storeBytes(of: UInt8(ascii: "\r"), toByteOffset: digits, as: UInt8.self)
        target.storeBytes(of: UInt8(ascii: "\n"), toByteOffset: digits &+ 1, as: UInt8.self)
        return digits &+ 2
    }
}
