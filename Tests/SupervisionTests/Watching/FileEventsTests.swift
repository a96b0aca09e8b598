import CLinux
import Glibc
import Testing

@testable import Supervision

extension DescriptorTests {
    /// Real files, real inotify.
    @Suite struct FileEventsTests {
        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        private func watch(_ patterns: String...) throws -> FileEvents {
            try #require(
                FileEvents(WatchConfiguration(directory: directory.path, patterns: patterns, polls: false)))
        }

        @Test func aSaveIsSeenAtOnce() throws {
            directory.write("1", to: "a.py")
            let events = try watch()
            #expect(events.read() == [])
            directory.write("2", to: "a.py")
            #expect(Set(events.read()) == ["a.py"])
        }

        /// Editors write beside and rename over, so that no reader sees half a file.
        @Test func aRenameOverIsASave() throws {
            directory.write("1", to: "a.py")
            let events = try watch()
            directory.write("2", to: "a.py.tmp")
            rename(directory.file("a.py.tmp"), directory.file("a.py"))
            #expect(Set(events.read()) == ["a.py"])
        }

        @Test func aTouchIsASave() throws {
            directory.write("1", to: "a.py")
            let events = try watch()
            utimensat(AT_FDCWD, directory.file("a.py"), nil, 0)
            #expect(events.read() == ["a.py"])
        }

        @Test func readingIsNoSave() throws {
            directory.write("1", to: "a.py")
            let events = try watch()
            let descriptor = cl_open(directory.file("a.py"), O_RDONLY, 0)
            _ = readToEnd(descriptor)
            close(descriptor)
            #expect(events.read() == [])
        }

        @Test func removalAndLinksCount() throws {
            directory.write("1", to: "a.py")
            let events = try watch()
            symlink("a.py", directory.file("link.py"))
            link(directory.file("a.py"), directory.file("other.py"))
            #expect(Set(events.read()).isSuperset(of: ["link.py", "other.py"]))
            unlink(directory.file("a.py"))
            #expect(Set(events.read()) == ["a.py"])
        }

        @Test func otherFilesDoNotCountUnlessAPatternNamesThem() throws {
            let (plain, more) = (try watch(), try watch("*.html"))
            for name in ["a.html", "a.pyc", ".#a.py", "4913"] { directory.write("1", to: name) }
            #expect(plain.read() == [])
            #expect(Set(more.read()) == ["a.html"])
        }

        @Test func directoriesThatAppearAreWatched() throws {
            let events = try watch()
            directory.makeDirectory("pkg")
            directory.makeDirectory("pkg/deep")
            directory.write("1", to: "pkg/deep/early.py")
            #expect(Set(events.read()) == ["pkg/deep/early.py"])
            directory.write("1", to: "pkg/deep/late.py")
            #expect(Set(events.read()) == ["pkg/deep/late.py"])
        }

        @Test func aDirectoryThatWasMovedAwayIsForgotten() throws {
            directory.makeDirectory("old")
            let events = try watch()
            rename(directory.file("old"), directory.file("new"))
            _ = events.read()
            directory.write("1", to: "new/a.py")
            #expect(Set(events.read()) == ["new/a.py"])
        }

        @Test func whatToolsMakeIsNotWatched() throws {
            let ignored = [".git", "__pycache__", ".venv", "node_modules", "env"]
            ignored.forEach(directory.makeDirectory)
            directory.write("home = /usr", to: "env/pyvenv.cfg")
            let events = try watch()
            for name in ignored { directory.write("1", to: "\(name)/a.py") }
            #expect(events.read() == [])
        }

        @Test func pollingSeesTheSame() throws {
            directory.write("1", to: "a.py")
            directory.write("1", to: "gone.py")
            let configuration = WatchConfiguration(directory: directory.path, patterns: [], polls: true)
            var polling = FilePolling(configuration, now: .zero)
            #expect(polling.poll(at: FilePolling.interval) == [])
            directory.write("two", to: "a.py")
            directory.write("1", to: "new.py")
            directory.write("1", to: "b.html")
            unlink(directory.file("gone.py"))
            #expect(polling.poll(at: FilePolling.interval) == [], "it is not time yet")
            #expect(polling.poll(at: FilePolling.interval * 2) == ["a.py", "gone.py", "new.py"])
        }
    }
}
