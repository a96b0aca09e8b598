import CLinux
import Glibc

/// Binds one Unix socket: a stale file in its place is removed, a live socket and anything else are left alone.
struct UnixBinding {
    let path: String
    let mode: UInt32?
    let backlog: Int32

    func bind() throws(ListenerError) -> Listener {
        let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(AF_UNIX, Int32(type), 0)
        guard descriptor >= 0 else { throw .last() }
        do throws(ListenerError) {
            let file = try place(descriptor)
            return Listener(descriptor: descriptor, address: .unix(path: path), ownedFile: file)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// The file appears with no more than the wanted permissions: the kernel gives it those of the socket's own inode,
    /// less the umask's (`unix_bind`). What the umask took is given back afterwards. No moment is too open, and the
    /// umask, which belongs to the whole process, is not touched.
    ///
    /// An abstract name (`@name`, unix(7)) has no file and no permissions, and is never stale.
    private func place(_ descriptor: Int32) throws(ListenerError) -> SocketFile? {
        if path.hasPrefix("@") { return try placeAbstract(descriptor) }
        if let mode { _ = fchmod(descriptor, mode) }
        try bindOverStaleFile(descriptor)
        guard let file = SocketFile(path: path) else { throw .last() }
        do throws(ListenerError) {
            if let mode, chmod(path, mode) != 0 { throw .last() }
            guard listen(descriptor, backlog) == 0 else { throw .last() }
            return file
        } catch {
            file.remove()
            throw error
        }
    }

    private func placeAbstract(_ descriptor: Int32) throws(ListenerError) -> SocketFile? {
        guard try attempt(descriptor) else { throw ListenerError(.socketInUse) }
        guard listen(descriptor, backlog) == 0 else { throw .last() }
        return nil
    }

    private func bindOverStaleFile(_ descriptor: Int32) throws(ListenerError) {
        if try attempt(descriptor) { return }
        guard let file = SocketFile(path: path) else { throw ListenerError(.notASocketFile) }
        switch Occupant(path: path) {
        case .live: throw ListenerError(.socketInUse)
        case .unreachable(let number): throw ListenerError(.permissionDenied, number: number)
        case .stale: file.remove()
        }
        guard try attempt(descriptor) else { throw ListenerError(.socketInUse) }
    }

    /// False if something bears the path already.
    private func attempt(_ descriptor: Int32) throws(ListenerError) -> Bool {
        guard !path.utf8.isEmpty, !path.utf8.contains(0) else { throw ListenerError(.noSuchDirectory) }
        guard let status = SocketAddress.unix(path: path).withSockaddr({ Glibc.bind(descriptor, $0, $1) }) else {
            throw ListenerError(.pathTooLong)
        }
        if status == 0 { return true }
        guard errno == EADDRINUSE else { throw .last() }
        return false
    }
}

/// Who is behind a socket file.
private enum Occupant {
    case live
    /// Nobody: the process that made it has ended.
    case stale
    case unreachable(errno: Int32)

    init(path: String) {
        let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(AF_UNIX, Int32(type), 0)
        defer { close(descriptor) }
        let status = SocketAddress.unix(path: path).withSockaddr { connect(descriptor, $0, $1) } ?? -1
        // EAGAIN: a queue that is full is somebody's. EPROTOTYPE: a socket of another type is, too.
        switch status == 0 ? 0 : errno {
        case ECONNREFUSED, ENOENT: self = .stale
        case EACCES, EPERM: self = .unreachable(errno: errno)
        default: self = .live
        }
    }
}

/// One particular socket file: path and inode. A file of the same name that someone else has put there is not it.
struct SocketFile: Hashable, Sendable {
    let path: String
    private let device: UInt64
    private let inode: UInt64

    /// nil unless the path is a socket (links are not followed).
    init?(path: String) {
        var facts = stat()
        guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFSOCK else { return nil }
        self.path = path
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
    }

    func remove() {
        guard SocketFile(path: path) == self else { return }
        unlink(path)
    }
}
