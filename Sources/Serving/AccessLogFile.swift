import CLinux
import Glibc

/// Where lines go. The writer thread alone holds the descriptor, so none is closed under another's hands.
struct AccessLogFile {
    /// Milliseconds.
    private static let patience: Int32 = 500

    /// Nil for standard output.
    private let path: String?
    private var descriptor: Int32
    /// Pieces up to PIPE_BUF are not mixed with what others write into the same pipe (pipe(7)): workers' output.
    private var isPipe: Bool

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
        return nil
    }

    func close() {
        if path != nil { Glibc.close(descriptor) }
    }

    /// Answers how many bytes were written: fewer than all after an error, which is then in `errno`, and after
    /// `Self.patience` without room (EAGAIN).
    func write(_ lines: UnsafeRawBufferPointer) -> Int {
        var done = 0
        while done < lines.count {
            let rest = UnsafeRawBufferPointer(rebasing: lines[done...])
            let piece = isPipe ? Self.piece(of: rest, atMost: Int(PIPE_BUF)) : rest
            // A pipe with room for PIPE_BUF says so: a piece never blocks where nobody reads.
            if isPipe, !hasRoom() { return done }
            let count = Glibc.write(descriptor, piece.baseAddress, piece.count)
            if count > 0 {
                done += count
            } else if count < 0, errno == EAGAIN {
                if !hasRoom() { return done }
            } else if count == 0 || errno != EINTR {
                return done
            }
        }
        return done
    }

    private func hasRoom() -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let count = poll(&watched, 1, Self.patience)
        if count == 0 { errno = EAGAIN }
        return count != 0
    }

    /// As many whole lines as fit; of a longer one, what fits.
    static func piece(of lines: UnsafeRawBufferPointer, atMost limit: Int) -> UnsafeRawBufferPointer {
        guard lines.count > limit else { return lines }
        let end = lines[..<limit].lastIndex(of: UInt8(ascii: "\n")) ?? limit - 1
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
