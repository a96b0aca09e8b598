import Testing

@testable import Supervision

@Suite struct FilePatternTests {
    @Test(arguments: [
        ("*.py", "views.py"), ("*.py", "shop/views.py"), ("*.py", "a/b/c/x.py.py"), ("v?ews.py", "views.py"),
        ("[uv]iews.py", "views.py"), ("[a-z]iews.py", "views.py"), ("[!a-u]iews.py", "views.py"),
        ("templates/*.html", "templates/a.html"), ("templates/**", "templates/a/b.html"),
        ("templates/", "templates/a/b.html"), ("templates/**/*.html", "templates/a.html"),
        ("templates/**/*.html", "templates/a/b.html"), ("**/*.html", "a.html"), (".env", "conf/.env"),
        ("[x.py", "[x.py"), ("*", "ü.py"), ("a*b*c", "aXbYbc"), ("**.css", "a/b.css"),
    ])
    func matches(pattern: String, path: String) {
        #expect(FilePattern(pattern).matches(path))
    }

    @Test(arguments: [
        ("*.py", "views.pyc"), ("*.py", ".#views.py"), ("*.py", "shop/.views.py"), ("*.py", "py"), ("?.py", "ab.py"),
        ("[!a-z]iews.py", "views.py"), ("templates/*.html", "templates/a/b.html"),
        ("templates/*.html", "x/templates/a.html"), ("templates/**", "templates2/a"), ("", "a"), ("a[/]b", "a/b"),
        ("*.html", "a.htm"),
    ])
    func doesNotMatch(pattern: String, path: String) {
        #expect(!FilePattern(pattern).matches(path))
    }

    @Test func patternsThatLeadOutsideOpenAnotherRoot() {
        let watch = WatchConfiguration(
            directory: "/srv/shop", patterns: ["../lib/**/*.py", "/etc/shop/*.toml", "./a/*.html"], polls: false)
        #expect(watch.roots.map(\.directory) == ["/srv/shop", "/srv/shop/../lib", "/etc/shop"])
        let counts = zip(watch.roots, ["views.py", "a/b.py", "x.toml"]).map { root, path in
            root.patterns.contains { $0.matches(path) }
        }
        #expect(counts == [true, true, true])
        #expect(watch.roots[0].patterns.contains { $0.matches("a/x.html") })
        #expect(!watch.roots[2].patterns.contains { $0.matches("sub/x.toml") })
    }
}
