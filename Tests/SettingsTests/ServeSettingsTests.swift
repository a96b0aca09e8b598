import Peers
import Settings
import Testing

@Suite struct ServeSettingsTests {
    /// Every flag, each with a value that is not its default; a field that is accepted and forgotten shows here.
    private static let words = """
        shop:app -p 9000 --port unix:/a --umask 027 --health /up/ -w 2-3 --threads 4 --reactors 5 --python /p --app-dir /d \
        --name n1 --dev=on --watch=*.txt --queue 6 --queue-age 7s --body stream --body /c=collect --max-body 8k --max-spool 9m --spool-dir /s \
        --keep-alive 10s --header-timeout 11s --body-timeout 12s --write-timeout 13s --max-head 14k --max-fields 15 \
        --max-connections 16 --max-connections-per-address 17 --root-path /r --trusted-proxies 10.0.0.0/8 \
        --forwarded rfc7239 --grace 18s --drain-delay 19s --drain-idle 20s --env-file /e --access-log json:/l --log-level debug \
        --log-format json
        """

    private static func expected() throws -> ServeSettings {
        ServeSettings(
            application: .init(
                name: ApplicationName("shop:app"), directory: "/d", python: "/p",
                instance: try #require(InstanceName("n1"))),
            listening: .init(
                endpoints: [try Endpoint("9000"), try Endpoint("unix:/a")], umask: FileMode(bits: 0o027),
                health: HealthPrefix("/up/")),
            workers: .init(count: WorkerRange(minimum: 2, maximum: 3), threads: 4, reactors: 5),
            development: .init(isDev: true, watch: .on(.init(patterns: ["*.txt"], polls: false))),
            dispatch: .init(queue: 6, queueAge: .seconds(7)),
            timeouts: .init(
                keepAlive: .seconds(10), header: .seconds(11), body: .seconds(12), write: .seconds(13),
                grace: .seconds(18), drainDelay: .seconds(19), drainIdle: .seconds(20)),
            limits: .init(head: .kibibytes(14), fields: 15, connections: 16, connectionsPerAddress: 17),
            bodies: .init(
                delivery: PathRules([
                    PathRule(path: "/", value: .stream), PathRule(path: "/c", value: .collect),
                ]),
                largest: PathRules([PathRule(path: "/", value: .kibibytes(8))]), spool: .mebibytes(9),
                spoolDirectory: "/s"),
            trust: .init(
                rootPath: try #require(RootPath("/r")), peers: try TrustedPeers("10.0.0.0/8"), forwarded: .rfc7239),
            logging: .init(access: .lines(.json, to: .file("/l")), level: .debug, format: .json))
    }

    @Test func everyFlagArrivesInItsField() throws {
        #expect(try resolve(Self.words).settings == Self.expected())
    }

    @Test func everyVariableArrivesInItsField() throws {
        let words = Self.words.split(separator: " ").map(String.init)
        var environment: [String: String] = [:]
        for (word, next) in zip(words, words.dropFirst()) where word.hasPrefix("-") {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            let (flag, value) = (parts[0], parts.count == 2 ? parts[1] : next)
            let name = flag == "-p" ? "PORT" : flag == "-w" ? "WORKERS" : String(flag.dropFirst(2)).uppercased()
            let variable = "PLAIT_" + String(name.map { $0 == "-" ? "_" : $0 })
            environment[variable] = environment[variable].map { "\($0) \(value)" } ?? value
        }
        let resolution = try resolve("shop:app", environment)
        #expect(try resolution.settings == Self.expected())
        #expect(resolution.warnings.isEmpty)
    }

    @Test func nothingHereIsTheDefault() throws {
        let plain = try resolve("hello:app").settings
        let other = try Self.expected()
        #expect(plain.application.name != other.application.name)
        #expect(plain.application.directory != other.application.directory)
        #expect(plain.application.python != other.application.python)
        #expect(plain.application.instance != other.application.instance)
        #expect(plain.listening.endpoints != other.listening.endpoints)
        #expect(plain.listening.umask != other.listening.umask)
        #expect(plain.listening.health != other.listening.health)
        #expect(plain.workers.count != other.workers.count)
        #expect(plain.workers.threads != other.workers.threads)
        #expect(plain.workers.reactors != other.workers.reactors)
        #expect(plain.dispatch.queue != other.dispatch.queue)
        #expect(plain.dispatch.queueAge != other.dispatch.queueAge)
        #expect(plain.limits.head != other.limits.head)
        #expect(plain.limits.fields != other.limits.fields)
        #expect(plain.limits.connections != other.limits.connections)
        #expect(plain.limits.connectionsPerAddress != other.limits.connectionsPerAddress)
        #expect(plain.logging.format != other.logging.format)
    }

    @Test func defaultsAreAsDocumented() throws {
        let plain = try resolve("hello:app").settings
        #expect(plain.application.directory == "/srv/shop")
        #expect(plain.application.instance.text == "shop")
        #expect(plain.workers == .init(count: WorkerRange(minimum: 4, maximum: 4), threads: 8, reactors: 2))
        #expect(plain.dispatch == .init(queue: 1024, queueAge: .seconds(10)))
        #expect(
            plain.timeouts
                == .init(
                    keepAlive: .seconds(75), header: .seconds(10), body: .seconds(30), write: .seconds(30),
                    grace: .seconds(25), drainDelay: .zero, drainIdle: .seconds(5)))
        #expect(
            plain.limits == .init(head: .kibibytes(64), fields: 128, connections: 65536, connectionsPerAddress: nil))
        #expect(plain.bodies.spool == .gibibytes(4))
        #expect(plain.trust.rootPath.scriptName.isEmpty)
        #expect(plain.logging.access == .lines(.combined, to: .standardOutput))
    }

    @Test func gunicornsNamesWork() throws {
        let given = try settings("--bind :80 --graceful-timeout 3 --forwarded-allow-ips * -n x")
        #expect(given.timeouts.grace == .seconds(3))
        #expect(given.trust.peers.everyone)
        #expect(given.application.instance.text == "x")
        #expect(given.listening.endpoints == [try Endpoint(":80")])
    }

    @Test func theLogIsTextOnATerminalOnly() throws {
        let piped = Surroundings(
            machine: plainSurroundings.machine, workingDirectory: "/", errorIsTerminal: false)
        #expect(try resolve("hello:app").settings.logging.format == .text)
        #expect(try resolve("hello:app", surroundings: piped).settings.logging.format == .json)
    }

    @Test func theNameFollowsTheApplicationsDirectory() throws {
        #expect(try settings("--app-dir src/web").application.instance.text == "web")
        #expect(try settings("--app-dir .").application.instance.text == "shop")
    }
}
