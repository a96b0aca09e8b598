import Glibc

// The few questions that commands ask the file system.

func isExecutableFile(_ path: String) -> Bool {
    fileKind(path) == S_IFREG && access(path, X_OK) == 0
}

func isFile(_ path: String) -> Bool {
    fileKind(path) == S_IFREG
}

func isDirectory(_ path: String) -> Bool {
    fileKind(path) == S_IFDIR
}

/// The names in a directory, in order; none where it cannot be read.
func names(inDirectory path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
        names.append(String(decoding: name, as: UTF8.self))
    }
    return names.sorted()
}

/// Links are followed: an interpreter in a virtual environment usually is one.
private func fileKind(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
}

/// The start of a small file, such as the kernel writes; nil when it cannot be read.
func readSmallFile(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 16384) { buffer, count in
        count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// A whole file.
func readFile(_ path: String, atMost limit: Int) throws(FileReadError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileReadError(errno: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while bytes.count <= limit {
        let room = limit + 1 - bytes.count
        var failure: Int32 = 0
        let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            let got = read(descriptor, buffer.baseAddress, room)
            failure = got < 0 ? errno : 0
            count = max(0, got)
        }
        if failure == EINTR { continue }
        guard failure == 0 else { throw FileReadError(errno: failure) }
        if piece.isEmpty { return bytes }
        bytes += piece
    }
    throw FileReadError(errno: EFBIG)
}

struct FileReadError: Error, Equatable {
    let errno: Int32
}

/// Where a link points to, once.
func readLink(_ path: String) -> String? {
    let room = Int(PATH_MAX)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { buffer in
        guard let start = buffer.baseAddress else { return nil }
        let count = readlink(path, start, room)
        return count <= 0 ? nil : String(decoding: UnsafeRawBufferPointer(buffer)[..<count], as: UTF8.self)
    }
}

/// A path made absolute; links and dots stay, for a virtual environment is found by the path its Python is called by.
func absolutePath(_ path: String, in directory: String) -> String {
    path.hasPrefix("/") ? path : directory == "/" ? "/\(path)" : "\(directory)/\(path)"
}

func parentDirectory(_ path: String) -> String? {
    guard path != "/", let slash = path.lastIndex(of: "/") else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}
