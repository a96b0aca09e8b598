import Gateway
import Testing

/// How a request becomes CGI variables.
@Suite struct EnvironRulesTests {
    // MARK: names

    /// RFC 3875 §4.1.18: upper case, `-` becomes `_`, `HTTP_` before it; §4.1.2 and §4.1.3: two without it.
    @Test(arguments: [
        ("Accept-Language", "HTTP_ACCEPT_LANGUAGE"), ("host", "HTTP_HOST"), ("X-a1-Z", "HTTP_X_A1_Z"),
        ("Content-Type", "CONTENT_TYPE"), ("content-type", "CONTENT_TYPE"), ("CONTENT-TYPE", "CONTENT_TYPE"),
        ("Content-Length", "CONTENT_LENGTH"), ("cOnTeNt-LeNgTh", "CONTENT_LENGTH"),
        ("Content-Types", "HTTP_CONTENT_TYPES"), ("Content-Typ", "HTTP_CONTENT_TYP"),
        ("X-Content-Type", "HTTP_X_CONTENT_TYPE"), ("Content", "HTTP_CONTENT"),
        ("Content-Encoding", "HTTP_CONTENT_ENCODING"), ("a", "HTTP_A"), ("!#$%&'*+.^_`|~09", "HTTP_!#$%&'*+.^_`|~09"),
    ])
    func aFieldNameBecomesAVariable(name: String, variable: String) {
        #expect(Bytes.variable(name) == variable)
    }

    /// Bytes beside the letters keep their value: only a-z change.
    @Test func onlyLettersChangeTheirCase() {
        for byte in UInt8(0)...255 where byte != UInt8(ascii: "-") {
            let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            #expect(Bytes.variableBytes([byte]) == Array("HTTP_".utf8) + [isLower ? byte - 32 : byte])
        }
    }

    // MARK: percent-decoding

    /// PEP 3333 leaves `PATH_INFO` as CGI has it: RFC 3875 §4.1.5, decoded (RFC 3986 §2.1), once.
    @Test(arguments: [
        ("/", "/"), ("", ""), ("/a%20b", "/a b"), ("/%41%5a%5A", "/AZZ"), ("/%2F", "//"), ("/%2f%2F/", "////"),
        ("/%2525", "/%25"), ("/%252F", "/%2F"), ("%25%34%31", "%41"),
    ])
    func aPathIsDecodedOnce(path: String, decoded: String) { #expect(Bytes.decoded(path) == Array(decoded.utf8)) }

    @Test(arguments: [
        "%", "/%", "/%4", "/a%", "%%", "%G1", "%1G", "%-1", "%+1", "% 1", "%0x", "%\u{7f}1", "%:0", "%@0", "%`0",
    ])
    func aBadEscapeStaysAsItIs(path: String) { #expect(Bytes.decoded(path) == Array(path.utf8)) }

    @Test func aBadEscapeDoesNotHideAGoodOne() {
        #expect(Bytes.decoded("%%41") == Array("%A".utf8))
        #expect(Bytes.decoded("%4%41") == Array("%4A".utf8))
    }

    @Test func everyByteMayBeEscaped() {
        let digits = Array("0123456789abcdef".utf8)
        let upper = Array("0123456789ABCDEF".utf8)
        for byte in UInt8(0)...255 {
            for table in [digits, upper] {
                let escape = [UInt8(ascii: "%"), table[Int(byte >> 4)], table[Int(byte & 15)]]
                #expect(Bytes.decoded(escape) == [byte])
            }
        }
    }

    /// `%00` and others reach the application as one character each (latin-1).
    @Test func anEscapedNULIsAByte() { #expect(Bytes.decoded("/a%00b") == [0x2F, 0x61, 0, 0x62]) }

    // MARK: SCRIPT_NAME

    /// PEP 3333 "environ Variables": `SCRIPT_NAME` and `PATH_INFO` meet at a segment's border.
    @Test(arguments: [
        ("/app/x", "/app", 4), ("/app", "/app", 4), ("/app/", "/app", 4), ("/apple", "/app", 0), ("/ap", "/app", 0),
        ("/x/app", "/app", 0), ("", "/app", 0), ("/", "/app", 0), ("/app/x", "", 0), ("/APP/x", "/app", 0),
        ("/a/b/c", "/a/b", 4), ("/a/bc", "/a/b", 0), ("*", "/app", 0), ("//app/x", "/app", 0),
    ])
    func theRootPathIsCutOffAtASegmentsBorder(path: String, root: String, count: Int) {
        let found = Array(path.utf8).withUnsafeBytes {
            EnvironRules.scriptNameCount(path: $0, root: Array(root.utf8))
        }
        #expect(found == count)
    }
}
