import CLinux
import Glibc

/// Looks at all files twice a second, or less often where that would take more than a tenth of the time; where the kernel is not told of changes: what another machine, or the host of a
/// virtual one, writes.
struct FilePolling {
    static let interval: Duration = .milliseconds(500)

    private struct Face: Hashable {
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int
    }

    private let roots: [WatchConfiguration.Root]
    private var faces: [String: Face] = [:]
    private(set) var next: Duration

    init(_ configuration: WatchConfiguration, now: Duration) {
        roots = configuration.roots
        next = now + Self.interval
        faces = look()
    }

    /// The files that have changed, appeared or gone since the last look.
    mutating func poll(at now: Duration) -> [String] {
        guard next <= now else { return [] }
        let begun = MonotonicClock.now()
        let (old, new) = (faces, look())
        next = now + max(Self.interval, (MonotonicClock.now() - begun) * 10)
        faces = new
        return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    }

    private func look() -> [String: Face] {
        var faces: [String: Face] = [:]
        for root in roots {
            let tree = DirectoryTree(root: root.directory)
            tree.visit { directory, entries in
                for entry in entries where !entry.isDirectory {
                    let path = DirectoryTree.join(directory, entry.name)
                    guard root.patterns.contains(where: { $0.matches(path) }) else { continue }
                    faces[path] = Self.face(tree.path(path))
                }
            }
        }
        return faces
    }

    private static func face(_ path: String) -> Face? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Face(
            inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
    }
}

/// File systems whose files may be written elsewhere: network mounts, and what virtual machines and desktop containers
/// share with their host. The numbers are those of statfs(2) and linux/magic.h.
enum SharedFileSystem {
    private static let magics: [UInt32] = [
        0x6969,  // NFS
        0xff53_4d42, 0xfe53_4d42, 0x517b,  // CIFS, SMB2, SMB
        0x0102_1997,  // 9p: WSL 2, QEMU
        0x6573_5546,  // FUSE and virtiofs: Docker Desktop, sshfs
        0x786f_4256,  // VirtualBox
        0x5346_414f,  // AFS
        0x00c3_6400,  // Ceph
    ]

    static func holds(_ directory: String) -> Bool {
        var facts = statfs()
        return statfs(directory, &facts) == 0 && magics.contains(UInt32(truncatingIfNeeded: facts.f_type))
    }
}
