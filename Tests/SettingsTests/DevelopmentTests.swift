import Settings
import Testing

@Suite struct DevelopmentTests {
    private let everyPython = Watch.on(.init(patterns: [], polls: false))

    @Test func devStandsForWhatADeveloperWants() throws {
        let dev = try settings("--dev")
        #expect(dev.development == .init(isDev: true, watch: everyPython))
        #expect(dev.workers.count == WorkerRange(minimum: 1, maximum: 1))
        #expect(dev.workers.threads == 1)
        #expect(dev.timeouts.grace == .seconds(1))
    }

    @Test func whatIsSaidExplicitlyHolds() throws {
        let flags = try settings("--dev -w 2 --threads 4 --grace 9s --watch=off")
        let variables = try settings(
            "--dev",
            ["PLAIT_WORKERS": "2", "PLAIT_THREADS": "4", "PLAIT_GRACE": "9s", "PLAIT_WATCH": "off"])
        for dev in [flags, variables] {
            #expect(dev.development == .init(isDev: true, watch: .off))
            #expect(dev.workers.count == WorkerRange(minimum: 2, maximum: 2))
            #expect(dev.workers.threads == 4)
            #expect(dev.timeouts.grace == .seconds(9))
        }
    }

    @Test func whatAPlatformTellsEveryProgramDoesNot() throws {
        #expect(try settings("--dev", ["WEB_CONCURRENCY": "4"]).workers.count.maximum == 1)
    }

    @Test(arguments: ["on", "1", "true", "Yes"])
    func aVariableSwitchesItOn(text: String) throws {
        #expect(try settings("", ["PLAIT_DEV": text]).development.isDev)
        #expect(try !settings("--dev=off", ["PLAIT_DEV": text]).development.isDev)
    }

    @Test func nothingIsWatchedUnlessAsked() throws {
        #expect(try settings("").development == .init(isDev: false, watch: .off))
    }

    @Test(arguments: ["--watch", "--reload", "--watch=on"])
    func theFlagAloneMeansPythonFiles(words: String) throws {
        #expect(try settings(words).development.watch == everyPython)
        #expect(try settings("\(words) -w 1").workers.count.maximum == 1)
    }

    @Test func theApplicationIsNotTakenForAPattern() throws {
        #expect(try resolve("--watch hello:app").settings.application.name.text == "hello:app")
        #expect(try resolve("--dev hello:app").settings.application.name.text == "hello:app")
    }

    @Test(arguments: ["--watch *.html templates/** --grace 1s", "--watch=*.html --watch=templates/**"])
    func patternsFollowTheFlag(words: String) throws {
        #expect(
            try settings(words).development.watch
                == .on(.init(patterns: ["*.html", "templates/**"], polls: false)))
    }

    @Test func patternsAreSeparatedByBlanksInTheVariable() throws {
        #expect(
            try settings("", ["PLAIT_WATCH": "*.html poll"]).development.watch
                == .on(.init(patterns: ["*.html"], polls: true)))
    }

    @Test func patternsBesideDevKeepTheRest() throws {
        let dev = try settings("--dev --watch *.html")
        #expect(dev.development == .init(isDev: true, watch: .on(.init(patterns: ["*.html"], polls: false))))
    }

    @Test func aWrongWordIsRefused() {
        #expect(wrongValue("--dev=maybe")?.accepted == "on or off")
        #expect(wrongValue("--watch=") != nil)
    }
}
