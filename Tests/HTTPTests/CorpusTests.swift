import HTTP
import Testing

@Suite struct CorpusTests {
    private static let second = Array("GET /glued HTTP/1.1\r\nHost: glued.example\r\n\r\n".utf8)

    @Test func isLargeEnough() {
        #expect(Corpus.valid.count >= 60)
        #expect(Corpus.invalid.count >= 100)
    }

    /// Every rule of the codec has a file that breaks it.
    @Test(arguments: RequestError.allCases)
    func breaksEveryRule(_ error: RequestError) {
        #expect(Corpus.invalid.contains { $0.blocks.first?.text("error") == "\(error)" })
    }

    @Test(arguments: Corpus.valid)
    func validIsReadAsExpected(_ file: Corpus.Case) throws {
        let receiver = Receiver.whole(file.bytes)
        #expect(receiver.error == nil)
        #expect(receiver.isBetweenMessages)
        let requests = try #require(Int(file.blocks.first?.text("requests") ?? "1"))
        #expect(receiver.messages.count == requests)
        for (message, block) in zip(receiver.messages, file.blocks) { try expect(message, block) }
    }

    @Test(arguments: Corpus.valid)
    func validIsReadAlikeHoweverItIsCut(_ file: Corpus.Case) {
        let glued = file.bytes + Self.second
        let whole = Receiver.whole(glued)
        #expect(whole.messages.dropLast() == Receiver.whole(file.bytes).messages[...])
        #expect(whole.messages.last?.path == Array("/glued".utf8))
        #expect(Receiver.byteByByte(glued).messages == whole.messages)
        for offset in Receiver.cuts(of: glued) {
            let receiver = Receiver.cut(glued, at: offset)
            #expect(receiver.messages == whole.messages && receiver.error == nil, "cut at \(offset)")
        }
    }

    @Test(arguments: Corpus.invalid)
    func invalidIsRefusedAsExpected(_ file: Corpus.Case) throws {
        let block = try #require(file.blocks.first)
        let receiver = Receiver.whole(file.bytes)
        let error = try #require(receiver.error)
        let isInBody = block.text("stage") == "body"
        let before = Int(block.text("before") ?? "0") ?? 0
        #expect("\(error)" == block.text("error"))
        #expect("\(error.status)" == block.text("status"))
        #expect(receiver.failedInBody == isInBody)
        #expect(receiver.messages.count == before + (isInBody ? 1 : 0))
        #expect(block.text("clause")?.hasPrefix("RFC ") == true)
        #expect(file.blocks.count == 1)
        let keys: Set = ["status", "error", "clause", "stage", "before"]
        #expect(block.lines.allSatisfy { keys.contains($0.key) })
    }

    @Test(arguments: Corpus.invalid)
    func invalidIsRefusedAlikeHoweverItIsCut(_ file: Corpus.Case) {
        let glued = file.bytes + Self.second
        let whole = Receiver.whole(file.bytes)
        for receiver in [Receiver.whole(glued), Receiver.byteByByte(file.bytes)] {
            #expect(receiver.error == whole.error)
            #expect(receiver.messages.count == whole.messages.count)
        }
        for offset in Receiver.cuts(of: glued) {
            #expect(Receiver.cut(glued, at: offset).error == whole.error, "cut at \(offset)")
        }
    }

    private func expect(_ message: Message, _ block: Corpus.Block) throws {
        for (key, value) in block.lines {
            switch key {
            case "method": #expect(message.method == value)
            case "target": #expect(message.target == value)
            case "path": #expect(message.path == value)
            case "query": #expect(message.query == value)
            case "authority": #expect(message.authority == value)
            case "version": #expect((message.version == .http11 ? "1.1" : "1.0") == block.text(key))
            case "framing": #expect(framingName(message.framing) == block.text(key))
            case "body": #expect(message.body == value)
            case "keep-alive": #expect((message.keepAlive ? "yes" : "no") == block.text(key))
            case "expects-continue": #expect((message.expectsContinue ? "yes" : "no") == block.text(key))
            case "options-star": #expect((message.isOptionsStar ? "yes" : "no") == block.text(key))
            case "fields": #expect("\(message.fields.count)" == block.text(key))
            case "field", "requests": break
            case "clause": #expect(block.text(key)?.isEmpty == false)
            default: Issue.record("unknown key \(key)")
            }
        }
        let fields = block.all("field")
        #expect(fields.isEmpty || message.fields == fields)
    }

    private func framingName(_ framing: BodyLength) -> String {
        switch framing {
        case .none: "none"
        case .length: "length"
        case .chunked: "chunked"
        }
    }
}
