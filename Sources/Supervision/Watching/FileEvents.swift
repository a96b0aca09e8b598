import CLinux
import Glibc

/// inotify(7) for whole trees: the kernel watches directories one by one, so each one that appears is added.
final class FileEvents {
    let descriptor: Int32
    private let roots: [WatchConfiguration.Root]
    private var directories: [Int32: Place] = [:]
    private var buffer = [UInt8](repeating: 0, count: 16384)

    private struct Place {
        let root: Int
        /// Relative to it.
        let path: String
    }

    /// Saved, touched, moved here, moved away, removed; created, for links are never written. Whoever still has a removed
    /// file open is of no interest.
    private static let mask = UInt32(
        IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ONLYDIR | IN_EXCL_UNLINK)

    /// nil where the kernel refuses an instance or a watch (`fs.inotify.max_user_watches`).
    init?(_ configuration: WatchConfiguration) {
        roots = configuration.roots
        descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard descriptor >= 0, roots.indices.allSatisfy({ add($0, from: "").isComplete }) else { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The files that have changed since the last call.
    func read() -> [String] {
        var changed: [String] = []
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return changed }
            var offset = 0
            while offset < count {
                let (event, name, size) = event(at: offset)
                offset += size
                changed += handle(event, name)
            }
        }
    }

    private func event(at offset: Int) -> (inotify_event, name: String, size: Int) {
        buffer.withUnsafeBytes { bytes in
            let header = MemoryLayout<inotify_event>.size
            let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let name = bytes[(offset + header)..<(offset + header + Int(event.len))].prefix { $0 != 0 }
            return (event, String(decoding: name, as: UTF8.self), header + Int(event.len))
        }
    }

    private func handle(_ event: inotify_event, _ name: String) -> [String] {
        // More has happened than the kernel could note, directories that appeared among it.
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
            for root in roots.indices { _ = add(root, from: "") }
            return ["many files"]
        }
        if event.mask & UInt32(IN_IGNORED) != 0 {
            directories[event.wd] = nil
            return []
        }
        guard let place = directories[event.wd], !name.isEmpty else { return [] }
        let path = DirectoryTree.join(place.path, name)
        if event.mask & UInt32(IN_ISDIR) != 0 {
            return handleDirectory(event, name, Place(root: place.root, path: path))
        }
        if event.mask & UInt32(IN_CREATE) != 0, !isLink(place.root, path) { return [] }
        return counts(place.root, path) ? [path] : []
    }

    /// Files may already be in a directory that appeared. One that was moved away is watched on under its old name until
    /// it is forgotten here.
    private func handleDirectory(_ event: inotify_event, _ name: String, _ place: Place) -> [String] {
        if event.mask & UInt32(IN_CREATE | IN_MOVED_TO) != 0 {
            return DirectoryTree.enters(name) ? add(place.root, from: place.path).files : []
        }
        guard event.mask & UInt32(IN_MOVED_FROM) != 0 else { return [] }
        for (watch, known) in directories where known.root == place.root && known.path.isBelow(place.path) {
            inotify_rm_watch(descriptor, watch)
        }
        return []
    }

    private func add(_ root: Int, from start: String) -> (isComplete: Bool, files: [String]) {
        var (isComplete, files): (Bool, [String]) = (true, [])
        let tree = DirectoryTree(root: roots[root].directory)
        tree.visit(from: start) { directory, entries in
            let watch = inotify_add_watch(descriptor, tree.path(directory), Self.mask)
            // A directory that has vanished meanwhile is no loss.
            if watch < 0, errno != ENOENT, errno != ENOTDIR, errno != EACCES { isComplete = false }
            if watch >= 0 { directories[watch] = Place(root: root, path: directory) }
            files += entries.filter { !$0.isDirectory }.map { DirectoryTree.join(directory, $0.name) }
        }
        return (isComplete, files.filter { counts(root, $0) })
    }

    private func counts(_ root: Int, _ path: String) -> Bool { roots[root].patterns.contains { $0.matches(path) } }

    /// A symbolic link, or another name of a file that exists: nothing will be written before it is complete.
    private func isLink(_ root: Int, _ path: String) -> Bool {
        var status = stat()
        guard lstat("\(roots[root].directory)/\(path)", &status) == 0 else { return false }
        return status.st_mode & S_IFMT == S_IFLNK || status.st_nlink > 1
    }
}

extension String {
    fileprivate func isBelow(_ directory: String) -> Bool { self == directory || hasPrefix(directory + "/") }
}
