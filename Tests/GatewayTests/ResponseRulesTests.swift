import Gateway
import Testing

/// What an application may say in `start_response`.
@Suite struct ResponseRulesTests {
    // MARK: status: PEP 3333 "The start_response() Callable"

    @Test(arguments: [
        ("200 OK", UInt16(200), "OK"), ("404 Not Found", 404, "Not Found"), ("200", 200, ""), ("200 ", 200, ""),
        ("599 x", 599, "x"), ("299 \u{e9}", 299, "\u{e9}"), ("418 I'm a teapot", 418, "I'm a teapot"),
        ("200  two blanks", 200, " two blanks"), ("200 a\tb", 200, "a\tb"),
    ])
    func aStatusIsACodeAndAReason(text: String, code: UInt16, reason: String) {
        #expect(Bytes.status(text) == .success(Bytes.Status(code: code, reason: reason)))
    }

    @Test(arguments: [
        "", "2", "20", "2000", "200OK", "200\tOK", "OK", " 200 OK", "-20 x", "+20 x", "20x y", "2x0 y", "x20 y",
        "000 x",
        "099 x", "600 x", "999 x", "200 a\r\nSet-Cookie: x", "200 a\nb", "200 a\rb", "200 \0", "200 \u{7f}",
        "200 \u{1b}[0m",
        "\u{661}00 OK",
    ])
    func aStatusOfAnotherFormIsRefused(text: String) { #expect(Bytes.status(text) == .failure(.form)) }

    /// RFC 9110 §15.2: interim answers are the server's.
    @Test(arguments: ["100 Continue", "101 Switching Protocols", "103 Early Hints", "199"])
    func anInterimStatusIsTheServersToSend(text: String) { #expect(Bytes.status(text) == .failure(.interim)) }

    // MARK: names: RFC 9110 §5.1, §5.6.2

    /// The rule as it stands in the RFC, letter by letter.
    static let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

    @Test func aNameIsMadeOfTokenBytesOnly() {
        for byte in UInt8(0)...255 {
            let isToken = Self.token.contains(byte)
            #expect(Bytes.holds([byte], ResponseRules.isFieldName) == isToken, "byte \(byte)")
            #expect(
                Bytes.holds([0x58, byte, 0x58], ResponseRules.isFieldName) == isToken, "byte \(byte) in the middle")
        }
    }

    @Test func aNameIsNotEmpty() { #expect(!Bytes.holds("", ResponseRules.isFieldName)) }

    // MARK: values: RFC 9110 §5.5, PEP 3333

    @Test func aValueHasNoControlCharactersButTab() {
        for byte in UInt8(0)...255 {
            let isGood = byte >= 0x20 && byte != 0x7F || byte == 0x09
            #expect(Bytes.holds([byte], ResponseRules.isFieldValue) == isGood, "byte \(byte)")
            #expect(
                Bytes.holds([0x61, byte, 0x62], ResponseRules.isFieldValue) == isGood, "byte \(byte) in the middle")
        }
    }

    @Test func aValueMayBeEmpty() { #expect(Bytes.holds("", ResponseRules.isFieldValue)) }

    // MARK: hop-by-hop: PEP 3333 "Other HTTP Features", RFC 9110 §7.6.1

    static let hopByHop = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "trailers", "transfer-encoding", "upgrade",
    ]

    @Test(arguments: hopByHop)
    func aHopByHopFieldIsKnownInAnyCase(name: String) {
        let alternating = String(
            name.enumerated().map { $0.offset % 2 == 0 ? Character($0.element.uppercased()) : $0.element })
        for form in [name, name.uppercased(), alternating] {
            #expect(Bytes.holds(form, ResponseRules.isHopByHop), "\(form)")
        }
    }

    @Test(arguments: hopByHop)
    func aNameThatDiffersByOneByteIsNotHopByHop(name: String) {
        let bytes = Array(name.utf8)
        for place in bytes.indices {
            var other = bytes
            other[place] ^= 0x01
            guard !Self.hopByHop.contains(String(decoding: other, as: UTF8.self)) else { continue }
            #expect(!Bytes.holds(other, ResponseRules.isHopByHop))
        }
        #expect(!Bytes.holds(name + "x", ResponseRules.isHopByHop))
        #expect(!Bytes.holds(String(name.dropLast()), ResponseRules.isHopByHop) || name == "trailers")
    }

    @Test(arguments: ["", "content-length", "date", "server", "set-cookie", "x-connection", "keep_alive", "TEa", "t"])
    func otherFieldsAreNotHopByHop(name: String) { #expect(!Bytes.holds(name, ResponseRules.isHopByHop)) }

    // MARK: Content-Length: RFC 9110 §8.6

    @Test(arguments: ["0", "1", "0042", "123456789012345678", "999999999999999999"])
    func aLengthIsDigits(value: String) { #expect(Bytes.holds(value, ResponseRules.isContentLength)) }

    @Test(arguments: [
        "", " 1", "1 ", "+1", "-1", "1.0", "1e3", "0x10", "1,1", "1, 1", "abc", "\u{661}", "1234567890123456789", "1\0",
        "1_0",
    ])
    func anythingElseIsNoLength(value: String) { #expect(!Bytes.holds(value, ResponseRules.isContentLength)) }

    @Test(arguments: [
        ("Content-Length", true), ("content-length", true), ("CONTENT-LENGTH", true), ("Content_Length", false),
        ("Content-Lengt", false), ("Content-Lengths", false), ("Content-Type12", false), ("", false),
    ])
    func theNameOfTheLengthIsKnownInAnyCase(name: String, isIt: Bool) {
        #expect(Bytes.holds(name, ResponseRules.isContentLengthName) == isIt)
    }
}
