import Glibc
import Settings
import Testing

@Suite struct ReferencePageTests {
    /// To make it current: `plait help serve --markdown > docs/reference/serve.md`.
    @Test func theReferencePageIsCurrent() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let file = try #require(fopen("\(root)/docs/reference/serve.md", "r"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte != EOF { bytes.append(UInt8(byte)) }
        #expect(String(decoding: bytes, as: UTF8.self) == ServeHelp.markdown)
    }

    @Test(arguments: ["--port", "-b", "--max-connections-per-address", "--log-format", "-h, --help"])
    func theHelpNamesEveryKindOfFlag(_ flag: String) {
        #expect(ServeHelp.text.contains(flag))
    }

    @Test func theHelpFitsATerminal() {
        let long = ServeHelp.text.split(separator: "\n").filter { $0.count > 100 }
        #expect(long.isEmpty)
    }
}
