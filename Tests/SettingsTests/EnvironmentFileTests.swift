import Settings
import Testing

@Suite struct EnvironmentFileTests {
    private func read(_ text: String) throws -> [EnvironmentFile.Entry] {
        try EnvironmentFile(path: ".env", bytes: Array(text.utf8)).entries
    }

    private func values(_ text: String) throws -> [String: String] {
        EnvironmentVariables(process: [:], files: [try EnvironmentFile(path: ".env", bytes: Array(text.utf8))]).values
    }

    @Test(
        arguments: [
            ("", [:]),
            ("A=1", ["A": "1"]),
            ("A=1\nB=2\n", ["A": "1", "B": "2"]),
            ("A=1\r\nB=2\r\n", ["A": "1", "B": "2"]),
            ("\u{FEFF}A=1", ["A": "1"]),
            ("# A=1\n\n  # B=2\n  C=3", ["C": "3"]),
            ("export A=1\nexport\tB=2\nexport=3", ["A": "1", "B": "2", "export": "3"]),
            ("A = 1 \n B=\t2", ["A": "1", "B": "2"]),
            ("A=\nB=''\nC=\"\"", ["A": "", "B": "", "C": ""]),
            ("A=b=c", ["A": "b=c"]),
            ("A=one two # three", ["A": "one two"]),
            ("A=one#two\nB=#x", ["A": "one#two", "B": ""]),
            ("A='one # two' # three", ["A": "one # two"]),
            (#"A='\n$B'"#, ["A": #"\n$B"#]),
            (#"A="\n\t\r\"\\\$\x""#, ["A": "\n\t\r\"\\$\\x"]),
            ("A=$B ${C}", ["A": "$B ${C}"]),
            ("A=it's", ["A": "it's"]),
            ("A='one\ntwo'\nB=\"3\n\n4\"\n", ["A": "one\ntwo", "B": "3\n\n4"]),
            ("A=größe", ["A": "größe"]),
            ("A=1\nA=2", ["A": "2"]),
            ("_a1=x", ["_a1": "x"]),
        ] as [(String, [String: String])])
    func everyFormIsRead(_ text: String, _ expected: [String: String]) throws {
        #expect(try values(text) == expected)
    }

    @Test(
        arguments: [
            ("A=1\nB", 2, .noEquals("B")),
            ("A=1\n\n# x\nexport B\r\n", 4, .noEquals("export B")),
            ("1A=1", 1, .wrongName("1A")),
            ("A B=1", 1, .wrongName("A B")),
            ("export A B=1", 1, .wrongName("export A B")),
            ("=1", 1, .wrongName("")),
            ("a-b=1", 1, .wrongName("a-b")),
            ("A='1\n2\n\nB=2", 1, .openQuote),
            ("A='1\n2'\nB=\"", 3, .openQuote),
            ("A=\"\\\"", 1, .openQuote),
            ("A='1'2", 1, .textBehindQuote("2")),
            ("A=\0", 1, .zeroByte),
            ("PLAIT_ENV_FILE=other", 1, .namesAnotherFile),
        ] as [(String, Int, EnvironmentFileError.Fault)])
    func aBadLineIsNamed(_ text: String, _ line: Int, _ fault: EnvironmentFileError.Fault) {
        let expected = EnvironmentFileError(place: EnvironmentFilePlace(path: ".env", line: line), fault: fault)
        #expect(throws: expected) { try read(text) }
    }

    @Test(arguments: [[0x41, 0x3D, 0xFF], [0xFF, 0x3D, 0x41], [0x41, 0x3D, 0x27, 0xC3, 0x27]] as [[UInt8]])
    func otherEncodingsAreErrors(_ bytes: [UInt8]) {
        let expected = EnvironmentFileError(place: EnvironmentFilePlace(path: "x", line: 1), fault: .notUTF8)
        #expect(throws: expected) { try EnvironmentFile(path: "x", bytes: bytes) }
    }

    @Test func everyCutOfAFileIsReadOrRefused() throws {
        let text = Array("export A='1\n2' # x\nB=\"\\n\\\"\"\r\n#\n C = 3\n".utf8)
        for count in 0...text.count { _ = try? EnvironmentFile(path: "x", bytes: Array(text[..<count])) }
        #expect(try EnvironmentFile(path: "x", bytes: text).entries.map(\.line) == [1, 3, 5])
    }
}

@Suite struct EnvironmentLayerTests {
    private func resolve(
        _ words: String, process: [String: String] = [:], files: String...
    ) throws -> ServeSettings.Resolution {
        let files = try files.enumerated().map { number, text in
            try EnvironmentFile(path: "file\(number)", bytes: Array(text.utf8))
        }
        return try ServeSettings.resolve(
            try ServeCommandLine(words.split(separator: " ").map(String.init)),
            environment: EnvironmentVariables(process: process, files: files), surroundings: plainSurroundings)
    }

    @Test func theProcessWinsOverFilesAndLaterFilesOverEarlier() throws {
        let two = ["PLAIT_THREADS=1\nPLAIT_QUEUE=1\nPLAIT_WORKERS=1", "PLAIT_THREADS=2\nPLAIT_QUEUE=2"]
        let settings = try resolve("a -w 4", process: ["PLAIT_THREADS": "3"], files: two[0], two[1]).settings
        #expect(settings.workers.threads == 3)
        #expect(settings.dispatch.queue == 2)
        #expect(settings.workers.count.maximum == 4)
    }

    @Test func aFileSpeaksInTheSameTwoLayersAsTheProcess() throws {
        let environment = ["WEB_CONCURRENCY": "2"]
        #expect(try resolve("a", process: environment, files: "PLAIT_WORKERS=3").settings.workers.count.maximum == 3)
        #expect(try resolve("a", files: "WEB_CONCURRENCY=3").settings.workers.count.maximum == 3)
    }

    @Test func aWrongValueInAFileNamesItsLine() throws {
        let error = try #require(throws: SettingsError.self) { try resolve("a", files: "A=1\nPLAIT_THREADS=x") }
        guard case .wrongValue(let wrong) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(wrong.origin == .variable("PLAIT_THREADS", in: EnvironmentFilePlace(path: "file0", line: 2)))
    }

    @Test func filesAreNamedByTheCommandLineElseByTheVariable() throws {
        let variables = ["PLAIT_ENV_FILE": "c d"]
        func files(_ words: String) throws -> [String] {
            let commandLine = try ServeCommandLine(words.split(separator: " ").map(String.init))
            return try ServeSettings.environmentFiles(commandLine, environment: variables)
        }
        #expect(try files("--env-file a --env-file=b") == ["a", "b"])
        #expect(try files("") == ["c", "d"])
    }
}
