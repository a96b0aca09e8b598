import HTTP
import Testing

/// The rules by name, each with its clause; the inputs are the corpus' files of the given prefix.
struct Rule: CustomTestStringConvertible, Sendable {
    let claim: String
    let clause: String
    let files: String
    let errors: Set<RequestError>
    var testDescription: String { claim }

    init(_ claim: String, _ clause: String, files: String, _ errors: RequestError...) {
        self.claim = claim
        self.clause = clause
        self.files = files
        self.errors = Set(errors)
    }

    static let all = [
        Rule("a line ends in CRLF, not in LF", "RFC 9112 §2.2", files: "line-bare-lf", .bareLF),
        Rule("CR stands only before LF", "RFC 9112 §2.2", files: "line-bare-cr", .bareCR),
        Rule("one empty line may come first, not two", "RFC 9112 §2.2", files: "empty-lines", .leadingEmptyLines),
        Rule(
            "no white space before the first field", "RFC 9112 §2.2", files: "white-space-before-first",
            .whiteSpaceBeforeFirstField),
        Rule(
            "the version has one form", "RFC 9112 §2.3", files: "version-", .versionInvalid, .versionMissing,
            .versionUnsupported),
        Rule("the method is a token and a space", "RFC 9112 §3.1", files: "method-", .methodInvalid, .methodTooLong),
        Rule("a target has no fragment", "RFC 9112 §3.2", files: "target-fragment", .targetFragment),
        Rule(
            "an absolute-form is a whole http URI", "RFC 9112 §3.2.2", files: "target-absolute",
            .targetAuthorityInvalid),
        Rule("CONNECT is not implemented", "RFC 9110 §9.3.6", files: "connect", .connectUnsupported),
        Rule(
            "the asterisk belongs to OPTIONS", "RFC 9112 §3.2.4", files: "target-asterisk-get",
            .asteriskWithoutOptions),
        Rule("one valid Host", "RFC 9112 §3.2", files: "host-", .hostInvalid, .hostMissing, .hostRepeated),
        Rule(
            "no white space before the colon", "RFC 9112 §5.1", files: "white-space-before-colon",
            .whiteSpaceBeforeColon),
        Rule("no line folding", "RFC 9112 §5.2", files: "fold", .obsoleteFolding),
        Rule(
            "a field name is a token", "RFC 9110 §5.1", files: "name-", .fieldNameEmpty, .fieldNameInvalid,
            .controlByte),
        Rule("a value holds no control byte but HTAB", "RFC 9110 §5.5", files: "value-", .controlByte),
        Rule(
            "Content-Length is one plain number", "RFC 9110 §8.6", files: "content-length-", .contentLengthInvalid,
            .contentLengthPadded, .contentLengthRepeated, .contentLengthTooLarge, .contentLengthWithTransferEncoding),
        Rule(
            "Transfer-Encoding is chunked alone", "RFC 9112 §6.1", files: "transfer-encoding-",
            .transferEncodingInvalid, .transferEncodingRepeated, .transferEncodingWithHTTP10,
            .transferCodingUnsupported, .chunkedNotFinal, .contentLengthWithTransferEncoding, .controlByte),
        Rule(
            "a chunk size is hexadecimal digits", "RFC 9112 §7.1", files: "chunk-size", .chunkSizeMissing,
            .chunkSizeInvalid, .chunkSizeTooLarge, .chunkLineEndInvalid),
        Rule(
            "chunk extensions are clean and bounded", "RFC 9112 §7.1.1", files: "chunk-extension",
            .chunkExtensionInvalid, .chunkExtensionsTooLong, .chunkSizeInvalid),
        Rule("chunk data ends in CRLF", "RFC 9112 §7.1", files: "chunk-data", .chunkDataEndInvalid),
        Rule(
            "trailers are fields, and few", "RFC 9112 §7.1.2", files: "chunk-trailer", .trailerInvalid, .bareLF,
            .bareCR, .tooManyTrailers, .trailersTooLarge),
        Rule("no expectation but 100-continue", "RFC 9110 §10.1.1", files: "expect", .expectationUnknown),
    ]
}

@Suite struct RequestRuleTests {
    @Test(arguments: Rule.all)
    func isKept(_ rule: Rule) {
        let files = Corpus.invalid(rule.files)
        #expect(!files.isEmpty)
        var seen: Set<RequestError> = []
        for file in files {
            let error = Receiver.whole(file.bytes).error
            #expect(error.map(rule.errors.contains) == true, "\(file.name): \(String(describing: error))")
            if let error { seen.insert(error) }
        }
        #expect(seen == rule.errors, "\(rule.clause)")
    }

    /// Every error answers with a status a client understands and a sentence of its own.
    @Test func everyErrorHasItsSentence() {
        let sentences = RequestError.allCases.map { "\($0.summary)" }
        #expect(Set(sentences).count == sentences.count)
        #expect(!sentences.contains("the request is malformed"))
        let statuses = Set(RequestError.allCases.map(\.status))
        #expect(statuses == [400, 413, 414, 417, 431, 501, 505])
    }

    /// Names the server acts upon are known in any case, and no name of the same length passes for one.
    @Test(arguments: [
        ("host", KnownField.host), ("connection", .connection), ("content-length", .contentLength),
        ("content-type", .contentType), ("transfer-encoding", .transferEncoding), ("expect", .expect), ("te", .te),
        ("trailer", .trailer), ("upgrade", .upgrade), ("keep-alive", .keepAlive),
        ("proxy-connection", .proxyConnection), ("proxy", .proxy), ("cookie", .cookie), ("user-agent", .userAgent),
        ("referer", .referer), ("authorization", .authorization), ("date", .date), ("server", .server),
        ("forwarded", .forwarded), ("x-forwarded-for", .xForwardedFor), ("x-forwarded-proto", .xForwardedProto),
        ("x-forwarded-host", .xForwardedHost), ("x-forwarded-port", .xForwardedPort),
        ("x-forwarded-prefix", .xForwardedPrefix), ("x-forwarded-scheme", .xForwardedScheme),
        ("x-forwarded-ssl", .xForwardedSSL), ("x-forwarded-server", .xForwardedServer),
        ("x-forwarded-by", .xForwardedBy), ("x-real-ip", .xRealIP),
    ])
    func knownNamesAreTold(_ name: String, _ known: KnownField) {
        for spelling in [name, name.uppercased()] { #expect(self.known(spelling) == known) }
        for index in name.indices {
            var other = name
            other.replaceSubrange(index...index, with: name[index] == "q" ? "z" : "q")
            #expect(self.known(other) == .other, "\(other)")
            other.replaceSubrange(index...index, with: "_")
            #expect(self.known(other) == .other, "\(other)")
        }
        #expect(self.known(name + "x") == .other)
        #expect(self.known(String(name.dropLast())) == .other)
    }

    /// RFC 9110 §5.1 lets names hold `_`; whoever builds a CGI environment must know which do.
    @Test func underscoresAreMarked() {
        let head = parse("GET / HTTP/1.0\r\nX_A: 1\r\nX-B: 2\r\nA-Longer-Name_With-Some: 3\r\n_: 4\r\n\r\n").head
        #expect(head.fields.map(\.hasUnderscore) == [true, false, true, true])
    }

    @Test(arguments: [
        ("GET", HTTP.Method.get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("DELETE", .delete),
        ("OPTIONS", .options), ("PATCH", .patch), ("TRACE", .trace), ("get", .other), ("GETS", .other),
        ("PROPFIND", .other),
    ])
    func methodsAreTold(_ name: String, _ kind: HTTP.Method) {
        #expect(parse("\(name) / HTTP/1.0\r\n\r\n").head.methodKind == kind)
    }

    /// Every byte by the grammar of RFC 9110 §5.6.2, §5.5 and RFC 9112 §3.2, in each place it may come.
    @Test func everyByteIsJudgedWhereverItStands() {
        for byte in UInt8.min...UInt8.max {
            let isToken = Grammar.isToken(byte)
            for length in [0, 3, 7, 8, 15, 16, 20] {
                let filler = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                let name = filler + [byte] + filler
                let accepted = isComplete("GET / HTTP/1.0\r\nb", name, ": v\r\n\r\n")
                // A colon ends the name; what follows is its value.
                #expect(accepted == (isToken || byte == UInt8(ascii: ":")), "name byte \(byte), \(length)")
                #expect(
                    isComplete("GET / HTTP/1.0\r\nb: x", name, "x\r\n\r\n") == Grammar.isFieldText(byte),
                    "value byte \(byte), \(length)")
                #expect(
                    isComplete("GET /", name, " HTTP/1.0\r\n\r\n") == Grammar.isTargetByte(byte),
                    "target byte \(byte), \(length)")
                #expect(
                    isComplete("GET /?", name, " HTTP/1.0\r\n\r\n") == Grammar.isTargetByte(byte),
                    "query byte \(byte), \(length)")
                #expect(isComplete("a", name, " / HTTP/1.0\r\n\r\n") == isToken, "method byte \(byte), \(length)")
            }
        }
    }

    private func known(_ name: String) -> KnownField? {
        parse("GET / HTTP/1.1\r\nHost: a\r\n\(name): 100-continue\r\n\r\n").head.fields.dropFirst().first?.known
    }

    private func isComplete(_ before: String, _ middle: [UInt8], _ after: String) -> Bool {
        let receiver = Receiver.whole(Array(before.utf8) + middle + Array(after.utf8))
        return receiver.error == nil && receiver.messages.count == 1
    }
}

/// The grammar again, by its letters, to judge the codec's bit sets and scans by.
private enum Grammar {
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    static func isFieldText(_ byte: UInt8) -> Bool { byte == 0x09 || byte >= 0x20 && byte != 0x7f }

    static func isTargetByte(_ byte: UInt8) -> Bool { byte > 0x20 && byte != 0x7f && byte != UInt8(ascii: "#") }
}
