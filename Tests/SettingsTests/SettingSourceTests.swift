import Settings
import Testing

@Suite struct SettingSourceTests {
    private func source(
        _ name: String, _ words: String = "", _ environment: [String: String] = [:]
    ) throws -> SettingSource {
        try #require(try resolve(words, environment).sources.first { $0.name == name })
    }

    @Test func everySettingIsThereOnce() throws {
        let names = try resolve("").sources.map(\.name)
        #expect(names.count == Set(names).count)
        #expect(Set(names).isSuperset(of: ["port", "workers", "env-file", "log-format", "max-body"]))
    }

    @Test func theLayerThatHoldsIsNamed() throws {
        let platform = ["WEB_CONCURRENCY": "2"]
        let own = platform.merging(["PLAIT_WORKERS": "3"]) { $1 }
        #expect(try source("workers").values.isEmpty)
        #expect(try source("workers").computation?.contains("processors granted") == true)
        #expect(try source("workers", "", platform).values.map(\.origin) == [.variable("WEB_CONCURRENCY")])
        #expect(try source("workers", "", own).values.map(\.origin) == [.variable("PLAIT_WORKERS")])
        #expect(try source("workers", "-w 5 --workers 6", own).values.map(\.origin) == [.option("--workers")])
        #expect(try source("threads").values.map(\.origin) == [.fallback(setting: "threads")])
    }

    @Test func whatAddsUpIsShownWhole() throws {
        let values = try source("port", "-p 1 --bind 2", ["PORT": "3"]).values
        #expect(values.map(\.text) == ["1", "2"])
        #expect(values.map(\.origin) == [.option("-p"), .option("--bind")])
    }

    @Test func ofRulesForOnePathTheHighestIsShown() throws {
        let own = ["PLAIT_MAX_BODY": "10m /up=1g /img=5m"]
        let source = try source("max-body", "--max-body /up=2g --max-body /up/=3g", own)
        #expect(source.values.map(\.text) == ["10m", "/img=5m", "/up/=3g"])
        #expect(source.values.last?.origin == .option("--max-body"))
    }
}
