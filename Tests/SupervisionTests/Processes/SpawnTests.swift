import CLinux
import Glibc
import Testing

@testable import Supervision

extension DescriptorTests {
    /// Real children, asked what they were given.
    @Suite struct SpawnTests {
        /// Runs a shell script as a child; returns its status and what it wrote.
        private func run(
            _ script: String, environment: [String] = ["PATH=/usr/bin:/bin"], workingDirectory: String? = nil,
            fileLimit: FileLimit = .unchanged, report: Int32? = nil
        ) throws -> (status: ChildStatus, output: String, error: String) {
            let program = Program(
                executable: "/bin/sh", arguments: ["sh", "-c", script, "zero", "one"], environment: environment,
                workingDirectory: workingDirectory, report: report)
            let (output, outputEnd) = try Descriptors.pipe()
            let (error, errorEnd) = try Descriptors.pipe()
            let (mine, channel) = try Descriptors.messagePair()
            defer { [output, error, mine].forEach { close($0) } }
            let pid = try Spawn(
                program: program, channel: channel, standardOutput: outputEnd, standardError: errorEnd,
                fileLimit: fileLimit
            ).start()
            [outputEnd, errorEnd, channel].forEach { close($0) }
            let texts = (text(readToEnd(output)), text(readToEnd(error)))
            var status: Int32 = 0
            #expect(waitpid(pid, &status, 0) == pid)
            return (ChildStatus(waitStatus: status), texts.0, texts.1)
        }

        @Test func argumentsEnvironmentAndOutputsAreThoseGiven() throws {
            let result = try run(
                "echo \"$1 $GREETING\"; echo oops >&2; exit 7",
                environment: ["GREETING=grüß dich", "PATH=/usr/bin:/bin"])
            #expect(result.status == .exited(code: 7))
            #expect(result.output == "one grüß dich\n")
            #expect(result.error == "oops\n")
        }

        @Test func nothingOfOurEnvironmentIsAdded() throws {
            setenv("PLAIT_TEST_SECRET", "1", 1)
            defer { unsetenv("PLAIT_TEST_SECRET") }
            #expect(try run("echo ${PLAIT_TEST_SECRET-none}").output == "none\n")
        }

        @Test func descriptorsAreTheFourPromisedAndNoOther() throws {
            let leaky = dup(2)  // not close-on-exec
            defer { close(leaky) }
            // Descriptors as /proc shows them; a shell that opens the directory itself holds one more for the moment.
            let result = try run("exec ls -1 /proc/self/fd")
            #expect(Set(result.output.split(separator: "\n")).isSubset(of: ["0", "1", "2", "3", "4"]))
            let kinds = try run("for n in 0 1 2 3 4 5 6 7 8 9; do readlink /proc/$$/fd/$n; done").output
            let lines = kinds.split(separator: "\n")
            #expect(lines.count >= 4)
            #expect(lines.first == "/dev/null")
            #expect(lines.dropFirst(3).first?.hasPrefix("socket:") == true)
            #expect(!lines.dropFirst(4).contains { $0.hasPrefix("pipe:") || $0.hasPrefix("socket:") })
        }

        @Test func aReportGoesToWhoAskedForIt() throws {
            let (reading, writing) = try Descriptors.pipe()
            defer { [reading, writing].forEach { close($0) } }
            let result = try run("echo found >&4; readlink /proc/$$/fd/5 || echo none", report: writing)
            #expect(result.output == "none\n")
            #expect(close(dup(writing)) == 0, "still ours")
            var bytes = [UInt8](repeating: 0, count: 16)
            #expect(read(reading, &bytes, bytes.count) == 6)
        }

        @Test func signalsAreNeitherBlockedNorIgnored() throws {
            var blocked = sigset_t()
            sigfillset(&blocked)
            var before = sigset_t()
            pthread_sigmask(SIG_BLOCK, &blocked, &before)
            signal(SIGHUP, SIG_IGN)
            defer {
                signal(SIGHUP, SIG_DFL)
                pthread_sigmask(SIG_SETMASK, &before, nil)
            }
            let result = try run("exec grep -E 'Sig(Blk|Ign)' /proc/self/status")
            let sets = result.output.split(separator: "\n").compactMap { UInt64($0.suffix(16), radix: 16) }
            // glibc ignores its own two, 32 and 33, in a spawned child; only the named signals are ours to reset.
            #expect(sets.map { $0 & 0x7fff_ffff } == [0, 0])
        }

        @Test func theChildLeadsItsOwnGroup() throws {
            let fields = try run("exec cat /proc/self/stat").output.split(separator: " ")
            #expect(fields[0] == fields[4], "pid and process group")
        }

        @Test func theWorkingDirectoryIsTheOneGiven() throws {
            let directory = try TemporaryDirectory()
            #expect(try run("pwd", workingDirectory: directory.path).output == directory.path + "\n")
        }

        @Test func onlyTheServerGetsTheRaisedLimit() throws {
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
            let raised = try run("ulimit -Sn", fileLimit: .raised).output
            let plain = try run("ulimit -Sn").output
            #expect(raised == "\(limit.rlim_max)\n")
            #expect(plain == "\(limit.rlim_cur)\n")
            var after = rlimit()
            getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &after)
            #expect(after.rlim_cur == limit.rlim_cur)
        }

        @Test func aProgramThatIsNotThereIsSaidSo() throws {
            let program = Program(executable: "/no/such/program", arguments: ["x"], environment: [])
            let spawn = Spawn(program: program, channel: 0, standardOutput: 1, standardError: 2, fileLimit: .unchanged)
            #expect(throws: SystemError(call: .spawn, number: ENOENT)) { try spawn.start() }
        }

        @Test func aSignalThatKilledIsTold() throws {
            #expect(try run("kill -9 $$").status == .signalled(signal: 9, dumpedCore: false))
        }

        @Test(arguments: [
            ChildStatus.exited(code: 0), .exited(code: 255), .signalled(signal: 11, dumpedCore: true),
            .signalled(signal: 15, dumpedCore: false),
        ])
        func aStatusSurvivesTheKernelsCoding(status: ChildStatus) {
            #expect(ChildStatus(waitStatus: status.waitStatus) == status)
        }
    }
}
