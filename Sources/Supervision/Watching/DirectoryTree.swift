import CLinux
import Glibc

/// A directory with all below it that may hold source files. What tools make for themselves is passed over: hidden
/// directories (`.git`, `.venv`), `__pycache__`, `node_modules`, `site-packages`, and virtual environments of any name.
/// Links to directories are not followed.
struct DirectoryTree {
    struct Entry {
        let name: String
        let isDirectory: Bool
    }

    let root: String

    /// Calls with each directory's path relative to the root ("" for itself) and its entries, from `start` downwards.
    func visit(from start: String = "", _ body: (_ directory: String, _ entries: [Entry]) -> Void) {
        var waiting = [start]
        while let directory = waiting.popLast() {
            let entries = Self.entries(of: path(directory))
            if entries.contains(where: { $0.name == "pyvenv.cfg" }) && !directory.isEmpty { continue }
            body(directory, entries)
            for entry in entries where entry.isDirectory && Self.enters(entry.name) {
                if isKernels(entry.name, directory) { continue }
                waiting.append(Self.join(directory, entry.name))
            }
        }
    }

    func path(_ relative: String) -> String { relative.isEmpty ? root : "\(root)/\(relative)" }

    static func join(_ directory: String, _ name: String) -> String {
        directory.isEmpty ? name : "\(directory)/\(name)"
    }

    /// An application in `/`, as in some containers, is not looked for in there.
    private func isKernels(_ name: String, _ directory: String) -> Bool {
        root == "/" && directory.isEmpty && ["proc", "sys", "dev"].contains(name)
    }

    static func enters(_ name: String) -> Bool {
        !name.hasPrefix(".") && !["__pycache__", "node_modules", "site-packages"].contains(name)
    }

    /// Empty where it cannot be read.
    private static func entries(of path: String) -> [Entry] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var entries: [Entry] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            entries.append(Entry(name: name, isDirectory: isDirectory(entry.pointee.d_type, "\(path)/\(name)")))
        }
        return entries
    }

    /// Some file systems do not say it in the entry.
    private static func isDirectory(_ type: UInt8, _ path: String) -> Bool {
        guard Int(type) == Int(DT_UNKNOWN) else { return Int(type) == Int(DT_DIR) }
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
