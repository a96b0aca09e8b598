import Glibc
import HTTP
import Testing

@Suite struct HTTPDateTests {
    private func text(_ seconds: Int64) -> String {
        var bytes = [UInt8](repeating: 0, count: HTTPDate.byteCount)
        bytes.withUnsafeMutableBytes { buffer in
            if let target = buffer.baseAddress { HTTPDate.write(seconds, to: target) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// RFC 9110 §5.6.7, its own example among them.
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"), (Int64.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (Int64.min, "Sat, 01 Jan 0000 00:00:00 GMT"),
    ])
    func isWrittenInIMFFixdate(_ seconds: Int64, _ expected: String) {
        #expect(text(seconds) == expected)
    }

    /// The C library's calendar, at a prime stride through five centuries.
    @Test func agreesWithTheCLibrary() {
        for seconds in stride(from: Int64(-5_000_000_000), to: 12_000_000_000, by: 7_654_321) {
            var time = time_t(seconds)
            var parts = tm()
            gmtime_r(&time, &parts)
            var buffer = [CChar](repeating: 0, count: 64)
            strftime(&buffer, buffer.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            let expected = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            #expect(text(seconds) == String(decoding: expected, as: UTF8.self))
        }
    }
}
