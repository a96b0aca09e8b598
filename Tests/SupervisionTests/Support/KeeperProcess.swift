import CLinux
import Glibc

@testable import Supervision

/// A keeper with two workers in a process of its own; killed at the end if it still is.
final class KeeperProcess {
    let pid: pid_t
    let directory: TemporaryDirectory
    let socketPath: String
    private let output: Int32
    private let error: Int32
    private var seen: [UInt8] = []
    private var cursor = 0
    private var hasEnded = false

    /// `worker`: a shell script; its channel is descriptor 3, its id `$1`.
    init(worker: String, notifySocket: String? = nil) throws {
        directory = try TemporaryDirectory()
        socketPath = directory.file("s")
        let (output, outputEnd) = try Descriptors.pipe()
        let (error, errorEnd) = try Descriptors.pipe()
        defer { [outputEnd, errorEnd].forEach { close($0) } }
        var environment = [
            "PATH=\(getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin")",
            "\(KeeperRole.variable)=\(worker)", "PLAIT_TEST_KEEPER_SOCKET=\(socketPath)",
        ]
        if let notifySocket { environment.append("PLAIT_TEST_KEEPER_NOTIFY=\(notifySocket)") }
        pid = try Self.spawn(environment, outputEnd, errorEnd)
        (self.output, self.error) = (output, error)
    }

    deinit {
        if !hasEnded {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
        close(output)
        close(error)
    }

    private static func spawn(_ environment: [String], _ output: Int32, _ error: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, error, 2)
        // As some parents leave their children; a keeper has to work all the same.
        let rude = "trap '' CHLD INT QUIT HUP; exec \"$0\""
        guard let binary = realpath("/proc/self/exe", nil) else { throw TestFailure("realpath") }
        defer { free(binary) }
        var argv = [strdup("sh"), strdup("-c"), strdup(rude), strdup(binary), nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, "/bin/sh", &actions, nil, &argv, &envp)
        guard failure == 0 else { throw TestFailure("posix_spawn: \(failure)") }
        return pid
    }

    /// Waits for a line on standard error that contains all of these, after those already found; returns it.
    @discardableResult
    func line(_ parts: String...) throws -> String {
        while true {
            while let end = seen[cursor...].firstIndex(of: newlineByte) {
                let line = text(Array(seen[cursor..<end]))
                cursor = end + 1
                if parts.allSatisfy({ line.contains($0) }) { return line }
            }
            guard hasInput(error) else { throw TestFailure("no line with \(parts) in:\n\(text(seen))") }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = read(error, &buffer, buffer.count)
            guard count > 0 else { throw TestFailure("the end before a line with \(parts):\n\(text(seen))") }
            seen += buffer[..<count]
        }
    }

    func signal(_ number: Int32) { kill(pid, number) }

    /// Waits for its end; returns how, and all it ever wrote.
    func end() -> (status: ChildStatus, output: String, error: String) {
        let output = text(readToEnd(output))
        seen += readToEnd(error)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        hasEnded = true
        return (ChildStatus(waitStatus: status), output, text(seen))
    }

    /// Connects, and returns the server's answer: its process id.
    func askServer() throws -> pid_t {
        guard let client = ClientSocket(to: .unix(path: socketPath)) else { throw TestFailure("refused") }
        guard let pid = pid_t(text(readToEnd(client.descriptor))) else { throw TestFailure("no answer") }
        return pid
    }
}

/// Waits until a process has ended; a zombie that its new parent has not fetched yet has.
func isGone(_ pid: pid_t) -> Bool {
    let end = MonotonicClock.now() + .seconds(10)
    while MonotonicClock.now() < end {
        let facts = cl_open("/proc/\(pid)/stat", O_RDONLY, 0)
        guard facts >= 0 else { return true }
        let state = text(readToEnd(facts)).drop { $0 != ")" }.dropFirst(2).first
        close(facts)
        if state == nil || state == "Z" { return true }
        poll(nil, 0, 5)
    }
    return false
}
