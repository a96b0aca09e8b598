import CLinux
import Glibc

/// How many descriptors a child may open (`RLIMIT_NOFILE`).
///
/// The server wants as many as the machine grants; an application gets what the keeper was given, because some
/// libraries use `select(2)` or loop over the whole range. `posix_spawn` cannot set a limit, so the keeper takes the
/// child's limit for the moment of the fork; it has one thread, nobody else sees it.
enum FileLimit {
    case unchanged
    case raised

    func during<R>(_ body: () throws(SystemError) -> R) throws(SystemError) -> R {
        guard self == .raised else { return try body() }
        let resource = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
        var original = rlimit()
        guard getrlimit(resource, &original) == 0 else { throw .last(.limit) }
        var raised = rlimit(rlim_cur: original.rlim_max, rlim_max: original.rlim_max)
        // A refusal costs connections, not the start.
        _ = setrlimit(resource, &raised)
        defer { _ = setrlimit(resource, &original) }
        return try body()
    }
}
