import CLinux
import Glibc

/// Bytes on their way that are too many for memory we want to give: a memfd while they are few, an unlinked temporary
/// file when they are many. Nobody else can open either.
struct Spool {
    /// Up to here bytes stay in a memfd.
    static let memoryBytes: UInt64 = 1 << 20

    private(set) var descriptor: Int32 = -1
    private(set) var count: UInt64 = 0
    private var isFile = false

    var isOpen: Bool { descriptor >= 0 }

    /// Appends all bytes; 0, or the error number. `directory` is where a file is made.
    mutating func append(_ bytes: UnsafeRawBufferPointer, directory: String) -> Int32 {
        if !isOpen {
            descriptor = cl_memfd_create("plait-body")
            if descriptor < 0, let error = openFile(directory) { return error }
        }
        if !isFile, count + UInt64(bytes.count) > Self.memoryBytes, let error = moveToFile(directory) { return error }
        return write(bytes)
    }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let written = pwrite(descriptor, start, rest.count, off_t(count))
            if written < 0 {
                if errno == EINTR { continue }
                return errno
            }
            count += UInt64(written)
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
        return 0
    }

    private mutating func moveToFile(_ directory: String) -> Int32? {
        let memory = descriptor
        if let error = openFile(directory) { return error }
        var offset: off_t = 0
        while UInt64(offset) < count {
            guard sendfile(descriptor, memory, &offset, Int(count - UInt64(offset))) > 0 else {
                let error = errno
                Glibc.close(memory)
                return error == 0 ? EIO : error
            }
        }
        Glibc.close(memory)
        return nil
    }

    /// O_TMPFILE where the file system has it, else a name that is removed at once.
    private mutating func openFile(_ directory: String) -> Int32? {
        var opened = cl_open(directory, O_TMPFILE_FLAGS, 0o600)
        if opened < 0 {
            var name = Array("\(directory)/plait-XXXXXX".utf8CString)
            opened = cl_mkostemp(&name)
            if opened >= 0 { unlink(name) }
        }
        guard opened >= 0 else { return errno }
        descriptor = opened
        isFile = true
        return nil
    }

    mutating func close() {
        if isOpen { Glibc.close(descriptor) }
        self = Spool()
    }
}

private let O_TMPFILE_FLAGS = O_RDWR | O_CLOEXEC | 0o20200000  // O_TMPFILE = __O_TMPFILE | O_DIRECTORY
