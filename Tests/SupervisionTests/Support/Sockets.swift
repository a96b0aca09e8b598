import CLinux
import Glibc

@testable import Supervision

/// A client's end, for tests; closed with it.
final class ClientSocket {
    let descriptor: Int32

    init?(to address: SocketAddress) {
        let family =
            switch address.domain {
            case .ipv4: AF_INET
            case .ipv6: AF_INET6
            case .unix: AF_UNIX
            }
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard address.withSockaddr({ connect(descriptor, $0, $1) }) == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }
}

func integerOption(_ descriptor: Int32, _ level: Int32, _ name: Int32) -> Int32? {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, level, name, &value, &length) == 0 ? value : nil
}

/// Waits for input, for as long as a slow machine may need.
func hasInput(_ descriptor: Int32) -> Bool {
    var one = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&one, 1, 10_000) == 1
}

/// Whether the next thing to be read is the end of the file: nobody holds the other end any more.
func hasEnded(_ descriptor: Int32) -> Bool {
    var byte: UInt8 = 0
    return hasInput(descriptor) && read(descriptor, &byte, 1) == 0
}

/// Everything until the end of file, waiting for it.
func readToEnd(_ descriptor: Int32) -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while hasInput(descriptor) {
        let count = read(descriptor, &buffer, buffer.count)
        if count <= 0 { break }
        all += buffer[..<count]
    }
    return all
}

func receiveDatagram(_ descriptor: Int32) -> String? {
    guard hasInput(descriptor) else { return nil }
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count < 0 ? nil : text(Array(buffer[..<count]))
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
