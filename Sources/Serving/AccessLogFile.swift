import CLinux
import Glibc

/// Where lines go. The writer thread alone holds the descriptor, so none is closed under another's hands.
struct AccessLogFile {
    /// Nil for standard output.
    private let path: String?
    private var descriptor: Int32
    /// Pieces up to PIPE_BUF are not mixed with what others write into the same pipe (pipe(7)): workers' output.
    private var isPipe: Bool
    /// The last write ended within a line.
    private var isTorn = false

    /// Nil if the file cannot be opened, with `errno` set.
    init?(path: String?) {
        guard let descriptor = Self.open(path) else { return nil }
        self.path = path
        self.descriptor = descriptor
        isPipe = Self.isPipe(descriptor)
    }

    /// Opens the path anew; the old file stays where that fails. Answers `errno` then.
    mutating func reopen() -> Int32? {
        guard path != nil else { return nil }
        guard let fresh = Self.open(path) else { return errno }
        Glibc.close(descriptor)
        descriptor = fresh
        isPipe = Self.isPipe(fresh)
        isTorn = false
        return nil
    }

    func close() {
        if path != nil { Glibc.close(descriptor) }
    }

    /// Writes whole lines, and answers how many were lost, and why.
    mutating func write(_ lines: UnsafeRawBufferPointer) -> (lost: Int, errno: Int32) {
        var rest = lines
        if isTorn, put([UInt8(ascii: "\n")]) == 1 { isTorn = false }
        while !rest.isEmpty {
            let piece = isPipe ? Self.wholeLines(rest, atMost: Int(PIPE_BUF)) : rest
            let count = piece.count == 0 ? 0 : put(piece)
            guard count == piece.count else {
                let error = errno
                if count > 0 { isTorn = piece[count - 1] != UInt8(ascii: "\n") }
                let unwritten = rest[count...]
                return (unwritten.count { $0 == UInt8(ascii: "\n") }, error)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return (0, 0)
    }

    /// Answers how many bytes were written; fewer than all after an error, which is in `errno`.
    private func put(_ bytes: UnsafeRawBufferPointer) -> Int {
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            if count > 0 {
                done += count
            } else if count < 0, errno == EAGAIN {
                var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&watched, 1, -1)
            } else if count < 0, errno != EINTR {
                break
            }
        }
        return done
    }

    private func put(_ bytes: [UInt8]) -> Int { bytes.withUnsafeBytes { put($0) } }

    /// As many whole lines as fit; a longer one by itself.
    static func wholeLines(_ lines: UnsafeRawBufferPointer, atMost limit: Int) -> UnsafeRawBufferPointer {
        guard lines.count > limit else { return lines }
        let newline = UInt8(ascii: "\n")
        let end = lines[..<limit].lastIndex(of: newline) ?? lines[limit...].firstIndex(of: newline) ?? lines.count - 1
        return UnsafeRawBufferPointer(rebasing: lines[...end])
    }

    private static func open(_ path: String?) -> Int32? {
        guard let path else { return STDOUT_FILENO }
        let descriptor = cl_open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        return descriptor >= 0 ? descriptor : nil
    }

    private static func isPipe(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    }
}
