import Glibc
import Settings

// Reads what `Machine` calculates with: the affinity mask, and the limits of the control groups this process is in,
// which in a container say more than the machine does.

extension Machine {
    static func ofThisProcess() -> Machine {
        let groups = ControlGroups()
        return Machine(processors: affinityCount(), quota: groups.quota, memoryLimit: groups.memoryLimit)
    }

    /// Processors in the affinity mask, by the kernel's own text of it; all there are where it cannot be read.
    private static func affinityCount() -> Int {
        let status = readSmallFile("/proc/self/status")
        return status.flatMap(processorCount(inStatus:)) ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }
}

/// The limits of the process' control groups and of all groups above them: the tightest holds. In a container the
/// path of `/proc/self/cgroup` may name directories that are not visible; those above, which are, answer then.
struct ControlGroups {
    private(set) var quota: ProcessorQuota?
    private(set) var memoryLimit: ByteCount?

    init(membership: String = "/proc/self/cgroup", root: String = "/sys/fs/cgroup") {
        for line in (readSmallFile(membership) ?? "").split(separator: "\n") {
            guard let entry = ControlGroupEntry(line) else { continue }
            for directory in entry.directories(below: root) { read(entry, directory) }
        }
    }

    private mutating func read(_ entry: ControlGroupEntry, _ directory: String) {
        if entry.isUnified {
            takeQuota(readSmallFile("\(directory)/cpu.max").flatMap(ProcessorQuota.init(cpuMax:)))
            takeMemory(readSmallFile("\(directory)/memory.max"))
        }
        if entry.controllers.contains("cpu") {
            let time = readSmallFile("\(directory)/cpu.cfs_quota_us") ?? ""
            let period = readSmallFile("\(directory)/cpu.cfs_period_us") ?? ""
            takeQuota(ProcessorQuota(cpuMax: "\(time) \(period)"))
        }
        if entry.controllers.contains("memory") { takeMemory(readSmallFile("\(directory)/memory.limit_in_bytes")) }
    }

    private mutating func takeQuota(_ other: ProcessorQuota?) {
        guard let other, other.processors < quota?.processors ?? .max else { return }
        quota = other
    }

    private mutating func takeMemory(_ text: String?) {
        guard let limit = text.flatMap(ByteCount.init(memoryMax:)), limit < memoryLimit ?? ByteCount(bytes: .max)
        else { return }
        memoryLimit = limit
    }
}

/// A line of `/proc/self/cgroup`: `0::/path` for the unified hierarchy (version 2), `4:cpu,cpuacct:/path` for version 1
/// (cgroups(7), "/proc/pid/cgroup").
private struct ControlGroupEntry {
    let controllers: [Substring]
    let path: Substring
    let isUnified: Bool

    init?(_ line: Substring) {
        let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3 else { return nil }
        controllers = fields[1].split(separator: ",")
        path = fields[2]
        isUnified = fields[1].isEmpty
    }

    /// The group's own directory and all above it, up to the hierarchy's root.
    func directories(below root: String) -> [String] {
        let hierarchies = isUnified ? [root] : ["\(root)/\(controllers.joined(separator: ","))"]
        let parts = path.split(separator: "/").filter { $0 != ".." }
        return hierarchies.flatMap { hierarchy in
            (0...parts.count).map { ([hierarchy] + parts.prefix($0).map(String.init)).joined(separator: "/") }
        }
    }
}
