import Settings
import Testing

@Suite struct ValueTests {
    @Test(
        arguments: [
            ("0", .zero), ("25s", .seconds(25)), ("500ms", .milliseconds(500)), ("2m", .seconds(120)),
            ("1h", .seconds(3600)),
            ("7", .seconds(7)), ("2.5", .milliseconds(2500)), ("0.000001s", .microseconds(1)),
            ("1.5ms", .microseconds(1500)),
            ("0.5h", .seconds(1800)), ("999999999s", .seconds(999_999_999)), ("0.1", .milliseconds(100)),
        ] as [(String, Duration)]) func times(_ text: String, _ time: Duration) throws
    {
        #expect(try settings("--grace \(text)").timeouts.grace == time)
    }

    @Test(arguments: [
        "s", "-1", "-1s", "1 s", "1d", "1sec", "1.s", ".5", "1.1234567", "1..2", "1.2.3", "1e3", "+1", "9999999999s",
        "ms",
        "٣s", "1S", "∞",
    ]) func wrongTimes(_ text: String) {
        #expect(wrongValue("--grace=\(text.replacingBlanks)")?.reason == .notOfTheForm)
    }

    @Test func timeoutsAreAboveZero() throws {
        #expect(wrongValue("--keep-alive 0")?.reason == .notOfTheForm)
        #expect(try settings("--keep-alive 1ms").timeouts.keepAlive == .milliseconds(1))
    }

    @Test(arguments: [
        ("0", 0), ("65536", 65536), ("64k", 65536), ("64K", 65536), ("1m", 1 << 20), ("4g", 4 << 30), ("4G", 4 << 30),
    ]) func sizes(_ text: String, _ bytes: Int) throws {
        #expect(ByteCount(text)?.bytes == bytes)
    }

    @Test(arguments: [
        "", "k", "1kb", "1.5g", "-1", "+1", " 1", "1 k", "1t", "99999999999999999999", "9999999999999g", "0x10", "٣",
    ]) func wrongSizes(_ text: String) {
        #expect(ByteCount(text) == nil)
    }

    @Test(arguments: [0, 1, 1023, 1024, 65536, 1 << 20, 3 << 30, (1 << 30) + 1]) func sizesReadBack(_ bytes: Int) {
        #expect(ByteCount(ByteCount(bytes: bytes).description)?.bytes == bytes)
    }

    @Test(arguments: [("4", 4, 4), ("2-8", 2, 8), ("1-1", 1, 1), ("1024", 1024, 1024)])
    func workers(_ text: String, _ minimum: Int, _ maximum: Int) throws {
        #expect(try settings("-w \(text)").workers.count == WorkerRange(minimum: minimum, maximum: maximum))
    }

    @Test(arguments: ["0", "-1", "8-2", "1-", "-", "1-2-3", "1025", "a", "1.5", "0-4"]) func wrongWorkers(
        _ text: String
    ) {
        #expect(wrongValue("--workers=\(text)")?.reason == .notOfTheForm)
    }

    @Test(
        arguments: [
            ("off", .off), ("combined", .lines(.combined, to: .standardOutput)),
            ("json", .lines(.json, to: .standardOutput)),
            ("combined:/var/log/a", .lines(.combined, to: .file("/var/log/a"))),
            ("json:a:b", .lines(.json, to: .file("a:b"))),
        ] as [(String, AccessLog)]) func accessLogs(_ text: String, _ log: AccessLog) throws
    {
        #expect(try settings("--access-log \(text)").logging.access == log)
    }

    @Test(arguments: ["on", "off:/a", "combined:", "JSON", "-", "/var/log/a"]) func wrongAccessLogs(_ text: String) {
        #expect(wrongValue("--access-log=\(text)")?.reason == .notOfTheForm)
    }

    @Test(arguments: [("/", ""), ("/app", "/app"), ("/app/", "/app"), ("/a/b", "/a/b")])
    func rootPaths(_ text: String, _ scriptName: String) throws {
        #expect(try settings("--root-path \(text)").trust.rootPath.scriptName == scriptName)
    }

    @Test(arguments: ["app", "//app", "/a//b", "/a?b", "/a#b", "/a\u{7f}"]) func wrongRootPaths(_ text: String) {
        #expect(wrongValue("--root-path=\(text)")?.reason == .notOfTheForm)
    }

    @Test(
        arguments: [("/-/", "/-/"), ("/-", "/-/"), ("/health/x/", "/health/x/"), ("off", nil)] as [(String, String?)])
    func healthPrefixes(_ text: String, _ path: String?) throws {
        #expect(try settings("--health \(text)").listening.health?.path == path)
    }

    @Test(arguments: ["/", "-", "none", ""]) func wrongHealthPrefixes(_ text: String) {
        #expect(wrongValue("--health=\(text)")?.reason == .notOfTheForm)
    }

    @Test(
        arguments: [("022", 0o022), ("0022", 0o022), ("0o077", 0o077), ("0", 0), ("777", 0o777)] as [(String, UInt32)])
    func umasks(_ text: String, _ bits: UInt32) throws {
        #expect(try settings("--umask \(text)").listening.umask == FileMode(bits: bits))
    }

    @Test(arguments: ["8", "1000", "00022", "0x1f", "u=rw", ""]) func wrongUmasks(_ text: String) {
        #expect(wrongValue("--umask=\(text)")?.reason == .notOfTheForm)
    }

    @Test(arguments: [
        ("/srv/shop", "shop"), ("/srv/shop/", "shop"), ("/", "plait"), ("/srv/my shop", "my-shop"), ("/srv/ü", "plait"),
        ("/srv/-x", "x"), ("/srv/" + String(repeating: "a", count: 99), String(repeating: "a", count: 64)),
    ]) func namesAreMadeOfDirectories(_ directory: String, _ name: String) {
        #expect(InstanceName(directory: directory).text == name)
        #expect(InstanceName(InstanceName(directory: directory).text) != nil)
    }

    @Test func rulesMatchWholeSegmentsLongestFirst() {
        let rules = PathRules([
            PathRule(path: "/", value: 1), PathRule(path: "/upload", value: 2), PathRule(path: "/upload/big", value: 3),
        ])
        #expect(rules.value(for: "/") == 1)
        #expect(rules.value(for: "/uploads") == 1)
        #expect(rules.value(for: "/upload") == 2)
        #expect(rules.value(for: "/upload/") == 2)
        #expect(rules.value(for: "/upload/big/x") == 3)
        #expect(PathRules([PathRule(path: "/a", value: 1)]).value(for: "/b") == nil)
    }

    @Test(arguments: [
        "hello:app", "hello", "shop.wsgi:application", "shop.wsgi.application", "a.b:make.it()", "hello:create_app()",
        "hello.py", "./hello.py", "/srv/a b/hello.py:app", "dir/hello.py:make()", "größe:app", "_x:_y", "C:/x.py",
        "production.ini", "/srv/a b/site.ini#admin",
    ]) func applications(_ text: String) {
        #expect(ApplicationName(text)?.text == text)
    }

    @Test(arguments: [
        "", ":", "hello:", ":app", "a..b", ".a", "a.", "1a:app", "a:1b", "a b:app", "a:b c", "a:b()()", "a:b(1)",
        "dir/hello", "production.ini#", ".ini",
        "a-b:app", "hello:app:x", "hello.py:", "a\n:b", "a()", "hello:()", "/srv/hello:app",
    ]) func wrongApplications(_ text: String) {
        #expect(ApplicationName(text) == nil)
    }
}

extension String {
    /// The tests' words are separated by blanks; a no-break space stands in for one inside a word.
    fileprivate var replacingBlanks: String {
        String(map { $0 == " " ? "\u{a0}" : $0 })
    }
}
