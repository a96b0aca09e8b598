import Glibc
import Testing

/// What people read when they type something wrong: the built program, run for each line of a file that shows commands
/// and their output, as a terminal would.
@Suite struct CommandOutputTests {
    /// `$ words` and below it what is printed; `[64]` is the exit code. Words with `=` in front are variables.
    @Test func wrongInputsAreAnsweredAsShown() throws {
        let shown = try #require(readWhole(repositoryFile("Tests/Snapshots/wrong-inputs.txt")))
        var actual = ""
        for line in shown.split(separator: "\n") where line.hasPrefix("$ ") {
            actual += "\(line)\n\(try run(String(line.dropFirst(2))))\n"
        }
        #expect(actual == shown)
    }

    /// Through the shell, in an empty environment and an empty working directory.
    private func run(_ command: String) throws -> String {
        let program = try #require(builtProgram())
        let words = command.replacing("plait", with: program, maxReplacements: 1)
        let pipe = try #require(popen("cd / && exec 2>&1; env -i \(words); echo \"[$?]\"", "r"))
        defer { pclose(pipe) }
        return readAll(pipe)
    }
}

/// `plait` as built beside these tests.
private func builtProgram() -> String? {
    let room = 4096
    let path = withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { buffer -> String? in
        guard let start = buffer.baseAddress else { return nil }
        let count = readlink("/proc/self/exe", start, room)
        return count <= 0 ? nil : String(decoding: UnsafeRawBufferPointer(buffer)[..<count], as: UTF8.self)
    }
    return path.map { $0.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/plait" }
}
