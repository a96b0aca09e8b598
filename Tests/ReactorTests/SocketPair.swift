import CLinux
import Glibc
import Testing

/// Two connected, non-blocking stream sockets.
final class SocketPair {
    let near: Int32
    private(set) var far: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
        (near, far) = (ends[0], ends[1])
    }

    deinit {
        close(near)
        closeFar()
    }

    func closeFar() {
        if far >= 0 { close(far) }
        far = -1
    }

    func sendFromFar(_ count: Int) -> Int { write(far, [UInt8](repeating: 1, count: count), count) }

    func takeNear(_ count: Int) -> Int {
        var bytes = [UInt8](repeating: 0, count: count)
        return read(near, &bytes, count)
    }

    /// Writes from the near end until the far one is full.
    func fill() {
        let bytes = [UInt8](repeating: 0, count: 64 << 10)
        while write(near, bytes, bytes.count) > 0 {}
    }

    func drainFar() {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        while read(far, &bytes, bytes.count) > 0 {}
    }
}
