import CLinux
import Glibc
import Testing

/// A directory of a test's own, removed with what is in it.
final class TestDirectory {
    struct NotWithin: Error { let seconds: Int }

    let path: String
    private var files: [TestFile] = []

    init() throws {
        var template = Array("/tmp/plait-serving-XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        for file in files where unlink(file.path) != 0 { rmdir(file.path) }
        rmdir(path)
    }

    func file(_ name: String) -> TestFile {
        files.append(TestFile(path: "\(path)/\(name)"))
        return files[files.count - 1]
    }

    /// Polls until the condition holds.
    func wait(seconds: Int = 20, _ condition: () -> Bool) throws {
        for _ in 0..<seconds * 1000 {
            if condition() { return }
            poll(nil, 0, 1)
        }
        throw NotWithin(seconds: seconds)
    }
}

struct TestFile: Sendable {
    let path: String

    var size: Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// What stands in it, as JSON lines of the log.
    var lines: [TestLine] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < buffer.count {
                let read = read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
                guard read > 0 else { return }
                count += read
            }
        }
        return bytes.split(separator: UInt8(ascii: "\n")).map(TestLine.init)
    }
}

/// A JSON line, read no further than the tests need: what stands between its quotes.
struct TestLine {
    private let parts: [ArraySlice<UInt8>]

    init(_ bytes: ArraySlice<UInt8>) {
        parts = bytes.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
    }

    var isWhole: Bool { parts.count == 37 && text(0) == "{" && text(1) == "time" && text(36) == "}" && number > 0 }
    var target: String { text(15) }
    var number: Int { Int(text(28).dropFirst().dropLast()) ?? 0 }

    private func text(_ index: Int) -> String {
        index < parts.count ? String(decoding: parts[index], as: UTF8.self) : ""
    }
}
