import Settings
import Testing

@Suite struct ReferencePageTests {
    /// To make it current: `plait help serve --markdown > docs/reference/serve.md`.
    @Test func theReferencePageIsCurrent() throws {
        #expect(try #require(readWhole(repositoryFile("docs/reference/serve.md"))) == ServeHelp.markdown)
    }

    /// To make it current: `plait help serve --man > docs/reference/plait-serve.1`.
    @Test func theManualPageIsCurrent() throws {
        #expect(try #require(readWhole(repositoryFile("docs/reference/plait-serve.1"))) == ManualPage.ofServe)
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
