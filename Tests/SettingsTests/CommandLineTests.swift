import Settings
import Testing

@Suite struct CommandLineTests {
    @Test(arguments: [
        "-w 4 hello:app", "hello:app -w 4", "hello:app -w4", "hello:app -w=4", "--workers=4 hello:app",
        "hello:app --workers 4", "-w4 -- hello:app", "-w 3 hello:app -w 4",
    ]) func optionsStandBeforeAndAfterTheApplication(_ words: String) throws {
        let resolved = try resolve(words).settings
        #expect(resolved.application.name == ApplicationName("hello:app"))
        #expect(resolved.workers.count == WorkerRange(minimum: 4, maximum: 4))
    }

    @Test(arguments: ["-b", "-p", "--bind", "--port"]) func portHasTheNamesFingersKnow(_ option: String) throws {
        #expect(try settings("\(option) 8000").listening.endpoints == [Endpoint("8000")])
    }

    @Test func dashesEndOptions() {
        #expect(throws: SettingsError.wrongApplication("-w")) { try resolve("-- -w") }
    }

    @Test(arguments: ["-h", "--help", "-w 4 --help", "hello:app -h"]) func helpIsAskedForAnywhere(_ words: String)
        throws
    {
        #expect(try ServeCommandLine(words.split(separator: " ").map(String.init)).flags == [.help])
    }

    @Test(
        arguments: [
            ("--prot 1", .unknownOption("--prot", nearest: "--port")),
            ("--worker 1", .unknownOption("--worker", nearest: "--workers")),
            ("--max-boyd=1", .unknownOption("--max-boyd", nearest: "--max-body")),
            ("-z", .unknownOption("-z", nearest: nil)),
            ("--zzzzzz", .unknownOption("--zzzzzz", nearest: nil)),
            ("-port", .unknownOption("-port", nearest: "--port")),
            ("--debug", .unknownOption("--debug", nearest: nil)),
            ("--deadline 3", .unknownOption("--deadline", nearest: nil)),
            ("--max-requests 9", .unknownOption("--max-requests", nearest: nil)),
            ("--preload", .unknownOption("--preload", nearest: nil)),
            ("--timeout 30", .refusedOption("--timeout", .requestDeadlineComesLater)),
            ("--timeout=30", .refusedOption("--timeout", .requestDeadlineComesLater)),
            ("-t 30", .refusedOption("-t", .requestDeadlineComesLater)),
            ("--help=x", .unexpectedValue(option: "--help")),
            ("world:app", .secondApplication("world:app", first: "hello:app")),
            (
                "--health",
                .missingValue(
                    option: "--health", placeholder: "PREFIX|off",
                    accepted: "a path that begins and ends with /, as /-/, or off")
            ),
        ] as [(String, SettingsError)]) func wrongWordsAreNamed(_ words: String, _ error: SettingsError)
    {
        #expect(throws: error) { try settings(words) }
    }

    @Test(arguments: ["--workers --threads 4", "--workers -p 80", "-w", "--workers"])
    func aForgottenValueIsNotTheNextOption(_ words: String) throws {
        let error = try #require(throws: SettingsError.self) { try settings(words) }
        guard case .missingValue(let option, "N|MIN-MAX", _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(words.hasPrefix(option))
    }

    @Test func withoutAnApplicationOneIsToBeFound() throws {
        #expect(try resolve("-w 4").settings.application.name == nil)
    }

    @Test func shortOptionsAreNamedInErrors() {
        #expect(wrongValue("-w x")?.origin == .option("-w"))
        #expect(wrongValue("--workers=x")?.origin == .option("--workers"))
        #expect(wrongValue("", ["WEB_CONCURRENCY": "x"])?.origin == .variable("WEB_CONCURRENCY"))
    }

    @Test func wrongValuesCarryTextReasonAndForm() {
        let wrong = wrongValue("--port tcp:99999")
        #expect(wrong?.given == "tcp:99999")
        #expect(wrong?.reason == .endpoint(.wrong(.port, given: "99999")))
        #expect(wrong?.accepted.contains("HOST:PORT") == true)
    }

    @Test func aWrongValueIsAnErrorAlsoWhenALaterOneWouldHold() {
        #expect(wrongValue("-w x -w 4")?.given == "x")
    }
}
