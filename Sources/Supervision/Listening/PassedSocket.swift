import CLinux
import Glibc

/// A listening socket that another process made: checked before it is believed, never reconfigured beyond what the
/// reactors need. Its file, if it has one, belongs to whoever made it.
struct PassedSocket {
    let descriptor: Int32
    let domain: SocketDomain?

    func adopt() throws(ListenerError) -> Listener {
        guard cl_fcntl_int(descriptor, F_GETFD, 0) >= 0 else { throw ListenerError(.descriptorNotOpen, number: errno) }
        guard option(SO_ACCEPTCONN) == 1, option(SO_TYPE) == Int32(SOCK_STREAM.rawValue),
            let address = SocketAddress.local(of: descriptor)
        else { throw ListenerError(.notAListeningSocket) }
        guard domain == nil || domain == address.domain else { throw ListenerError(.wrongDomain) }
        Descriptors.setCloseOnExec(descriptor)
        Descriptors.setNonBlocking(descriptor)
        return Listener(descriptor: descriptor, address: address, ownedFile: nil)
    }

    private func option(_ name: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
}
