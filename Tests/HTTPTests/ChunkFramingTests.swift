import HTTP
import Testing

@Suite struct ChunkFramingTests {
    private func sizeLine(_ count: Int, room: Int = ChunkFraming.longestSizeLine) -> String? {
        var buffer = [UInt8](repeating: 0, count: room)
        let written = buffer.withUnsafeMutableBytes { ChunkFraming.writeSize(count, into: $0) }
        return written.map { String(decoding: buffer[..<$0], as: UTF8.self) }
    }

    /// RFC 9112 §7.1
    @Test(arguments: [1, 9, 10, 15, 16, 255, 256, 4096, 65_535, 65_536, 1 << 30, Int.max])
    func sizesAreHexadecimal(_ count: Int) {
        #expect(sizeLine(count) == String(count, radix: 16) + "\r\n")
    }

    @Test func aBufferTooSmallIsTold() {
        #expect(sizeLine(16, room: 4) == "10\r\n")
        #expect(sizeLine(16, room: 3) == nil)
    }

    /// What is written is read back by the decoder.
    @Test func roundTrip() {
        var text = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let pieces = ["a", String(repeating: "b", count: 300), "\r\n0\r\n\r\n"]
        for piece in pieces { text += (sizeLine(piece.utf8.count) ?? "") + piece + "\(ChunkFraming.dataEnd)" }
        text += "\(ChunkFraming.lastChunk)"
        let receiver = Receiver.whole(Array(text.utf8))
        #expect(receiver.messages.first?.body == Array(pieces.joined().utf8))
        #expect(receiver.isBetweenMessages)
    }
}
