import CLinux
import Glibc

/// Starts one child by `posix_spawn(3)`, so that no Swift runs between fork and exec.
///
/// The child gets: its program's arguments and environment, an empty signal mask, default dispositions, the two outputs
/// given, its channel as descriptor 3, what its program names as descriptor 4, and nothing else that the keeper has
/// open. Usually also a process group of its own (Ctrl-C on the terminal reaches only the keeper) and `/dev/null` as
/// standard input; see `Terminal` for the other.
package struct Spawn {
    static let channelNumber: Int32 = 3
    package static let reportNumber: Int32 = 4

    let program: Program
    /// Borrowed descriptors; the caller still owns them afterwards.
    let channel: Int32
    let standardOutput: Int32
    let standardError: Int32
    let fileLimit: FileLimit
    /// It is given the keeper's standard input and stays in the keeper's process group.
    var sharesTerminal = false

    func start() throws(SystemError) -> pid_t {
        var copies: [Int32] = []
        defer { copies.forEach { close($0) } }
        // Copies out of the way first: a source may itself bear a number that another dup2 is about to take.
        for source in [standardOutput, standardError, channel] + (program.report.map { [$0] } ?? []) {
            copies.append(try Descriptors.copyAside(source))
        }
        return try fileLimit.during { () throws(SystemError) in try launch(copies: copies) }
    }

    private func launch(copies: [Int32]) throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }

        describeDescriptors(&actions, copies: copies)
        describeSignals(&attributes)
        var pid: pid_t = 0
        let failure = withCStrings(program.arguments) { arguments in
            withCStrings(program.environment) { environment in
                posix_spawn(&pid, program.executable, &actions, &attributes, arguments, environment)
            }
        }
        guard failure == 0 else { throw SystemError(call: .spawn, number: failure) }
        return pid
    }

    private func describeDescriptors(_ actions: inout posix_spawn_file_actions_t, copies: [Int32]) {
        if !sharesTerminal { posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) }
        for (copy, number) in zip(copies, [1, 2, Self.channelNumber, Self.reportNumber]) {
            posix_spawn_file_actions_adddup2(&actions, copy, number)
        }
        let firstUnused = program.report == nil ? Self.reportNumber : Self.reportNumber + 1
        posix_spawn_file_actions_addclosefrom_np(&actions, firstUnused)
        if let directory = program.workingDirectory { posix_spawn_file_actions_addchdir_np(&actions, directory) }
    }

    private func describeSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(sharesTerminal ? flags : flags | POSIX_SPAWN_SETPGROUP))
    }
}

/// A null-terminated array of C strings that lives as long as `body`.
private func withCStrings<R>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies + [nil])
}
