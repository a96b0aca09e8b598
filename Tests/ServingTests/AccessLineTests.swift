import Glibc
import HTTP
import Peers
import Reactor
import Testing

@testable import Serving

@Suite struct AccessLineTests {
    /// 2026-11-22 20:00:00.123 UTC.
    private static let moment: Int64 = 1_795_377_600_123_456_789

    /// Both formats of one line. Fields nil are absent from the head.
    private func lines(
        method: [UInt8]? = Array("GET".utf8), target: [UInt8]? = Array("/a?b=c".utf8), referer: [UInt8]? = nil,
        userAgent: [UInt8]? = nil, _ change: (inout AccessLine) -> Void = { _ in }
    ) -> (combined: String, json: String) {
        var bytes: [UInt8] = []
        func keep(_ value: [UInt8]?) -> Slice {
            guard let value else { return .empty }
            bytes += value
            return Slice(from: bytes.count - value.count, to: bytes.count)
        }
        let slices = (keep(method), keep(target), keep(referer), keep(userAgent))
        return bytes.withUnsafeBytes { head in
            var line = AccessLine(client: IPAddress("192.0.2.7"), head: head)
            (line.method, line.target, line.referer, line.userAgent) = slices
            (line.status, line.bytes, line.identifier, line.nanoseconds) = (200, 1234, 42, 5_006_999)
            change(&line)
            return (text(line, .combined), text(line, .json))
        }
    }

    private func text(_ line: AccessLine, _ format: AccessLogFormat) -> String {
        var stamp = AccessStamp(format)
        stamp.show(nanoseconds: Self.moment)
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: AccessLine.longest, alignment: 1)
        defer { target.deallocate() }
        guard let base = target.baseAddress else { return "" }
        let count = line.write(as: format, stamp: stamp, to: base)
        return String(decoding: target[..<count], as: UTF8.self)
    }

    @Test func everyFieldHasItsPlace() {
        let lines = lines(referer: Array("http://example.org/".utf8), userAgent: Array("Mozilla/5.0 (X11)".utf8))
        #expect(
            lines.combined == """
                192.0.2.7 - - [22/Nov/2026:20:00:00 +0000] "GET /a?b=c HTTP/1.1" 200 1234 \
                "http://example.org/" "Mozilla/5.0 (X11)" 5.006

                """)
        #expect(
            lines.json == """
                {"time":"2026-11-22T20:00:00.123Z","client":"192.0.2.7","method":"GET","target":"/a?b=c",\
                "protocol":"HTTP/1.1","status":200,"bytes":1234,"milliseconds":5.006,"request":42,\
                "referer":"http://example.org/","user_agent":"Mozilla/5.0 (X11)"}

                """)
    }

    @Test func whatIsAbsentIsADash() {
        let lines = lines { ($0.bytes, $0.version) = (0, .http10) }
        #expect(lines.combined.hasSuffix("\"GET /a?b=c HTTP/1.0\" 200 - \"-\" \"-\" 5.006\n"))
        #expect(lines.json.contains("\"protocol\":\"HTTP/1.0\",\"status\":200,\"bytes\":0,"))
        #expect(lines.json.hasSuffix("\"referer\":\"-\",\"user_agent\":\"-\"}\n"))
    }

    /// As Apache logs 400 and 408.
    @Test func aRequestThatWasNotReadIsADash() {
        let lines = lines(method: nil, target: nil) { ($0.status, $0.bytes) = (408, 0) }
        #expect(lines.combined.contains("] \"-\" 408 - "))
        #expect(lines.json.contains("\"method\":\"-\",\"target\":\"-\",\"protocol\":\"-\",\"status\":408,"))
    }

    @Test func slicesBeyondTheHeadAreNotFollowed() {
        let lines = lines { $0.userAgent = Slice(from: 3, to: 4000) }
        #expect(lines.combined.hasSuffix("\"-\" \"-\" 5.006\n"))
    }

    @Test func clientsAreNamed() {
        #expect(lines { $0.client = nil }.combined.hasPrefix("unix: - - ["))
        #expect(lines { $0.client = IPAddress("2001:db8::1") }.json.contains("\"client\":\"2001:db8::1\""))
    }

    @Test(
        arguments: [
            (0, "0.000"), (-5, "0.000"), (999, "0.000"), (1000, "0.001"), (999_999_999, "999.999"),
            (3_600_000_000_000, "3600000.000"),
        ] as [(Int64, String)])
    func millisecondsHaveThreeDecimals(nanoseconds: Int64, text: String) {
        #expect(lines { $0.nanoseconds = nanoseconds }.combined.hasSuffix(" \(text)\n"))
    }

    @Test(arguments: [0, 9, 10, 99, 100, 65535, .max - 1, .max] as [UInt64])
    func numbersAreWrittenWhole(number: UInt64) {
        #expect(lines { $0.identifier = number }.json.contains("\"request\":\(number),"))
    }

    /// Every byte, at every place of a word.
    @Test(arguments: 0..<18)
    func everyByteIsEscapedByItsFormat(place: Int) {
        for byte in UInt8.min ... .max {
            let value = [UInt8](repeating: UInt8(ascii: "x"), count: place) + [byte] + Array("yyyyyyyyyyyyyyyy".utf8)
            let lines = lines(userAgent: value)
            let around = (String(repeating: "x", count: place), "yyyyyyyyyyyyyyyy")
            #expect(lines.combined.contains("\"\(around.0)\(Self.escape(byte, "\\x"))\(around.1)\""))
            #expect(lines.json.contains("\"\(around.0)\(Self.escape(byte, "\\u00"))\(around.1)\""))
        }
    }

    private static func escape(_ byte: UInt8, _ prefix: String) -> String {
        switch byte {
        case UInt8(ascii: "\""): return "\\\""
        case UInt8(ascii: "\\"): return "\\\\"
        case 0x20...0x7E: return String(UnicodeScalar(byte))
        default: return prefix + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }

    @Test func longFieldsAreCutAndMarked() {
        let long = [UInt8](repeating: 0xFF, count: AccessLine.longestField + 1)
        let lines = lines(method: long, target: long, referer: long, userAgent: long)
        let cut = String(repeating: "\\u00ff", count: AccessLine.longestField) + "..."
        #expect(lines.json.utf8.count <= AccessLine.longest)
        #expect(lines.json.hasSuffix("\"referer\":\"\(cut)\",\"user_agent\":\"\(cut)\"}\n"))
    }

    @Test func aNewSecondHasANewText() {
        var stamp = AccessStamp(.json)
        func text() -> String {
            String(decoding: (0..<stamp.second.count).map { stamp.second.text[$0] }, as: UTF8.self)
        }
        stamp.show(nanoseconds: Self.moment)
        #expect(text() == "2026-11-22T20:00:00.")
        stamp.show(nanoseconds: Self.moment + 876_543_210)
        #expect((text(), stamp.milliseconds) == ("2026-11-22T20:00:00.", 999))
        stamp.show(nanoseconds: Self.moment + 876_543_211)
        #expect((text(), stamp.milliseconds) == ("2026-11-22T20:00:01.", 0))
    }

    /// The thread may be kept waiting between any two readings of a clock, so the stamp may be off by as long as
    /// taking it took.
    @Test func theStampFollowsTheWallClock() {
        func wallClock() -> Int64 {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        }
        func text(_ stamp: AccessStamp) -> [UInt8] { (0..<stamp.second.count).map { stamp.second.text[$0] } }
        var stamp = AccessStamp(.combined)
        let before = wallClock()
        stamp.update(now: MonotonicClock.now())
        let taken = wallClock() - before
        let seconds = (before - taken) / 1_000_000_000...(before + taken) / 1_000_000_000
        let possible = seconds.map { second in
            var shown = AccessStamp(.combined)
            shown.show(nanoseconds: second * 1_000_000_000)
            return text(shown)
        }
        #expect(possible.contains(text(stamp)))
    }
}
