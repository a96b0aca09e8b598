import CLinux
import Glibc
import Testing

@testable import Supervision

@Suite struct SocketAddressTests {
    @Test(arguments: [
        (SocketAddress.ipv4([192, 0, 2, 7], port: 80), "192.0.2.7:80"),
        (.ipv6([UInt8](repeating: 0, count: 16), port: 8080, scope: 0), "[::]:8080"),
        (.ipv6([0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [1], port: 1, scope: 3), "[fe80::1%3]:1"),
        (.unix(path: "/run/ü.sock"), "/run/ü.sock"),
    ])
    func isWrittenAsInAURL(address: SocketAddress, expected: String) {
        #expect(address.text == expected)
    }

    @Test(arguments: [
        SocketAddress.ipv4([192, 0, 2, 7], port: 0x1234),
        .ipv6([UInt8](0..<16), port: 65_535, scope: 7),
        .unix(path: "/run/ü.sock"), .unix(path: "@abstract"),
    ])
    func survivesTheKernelsForm(address: SocketAddress) {
        let back = address.withSockaddr { pointer, length in
            SocketAddress(bytes: UnsafeRawBufferPointer(start: pointer, count: Int(length))[...])
        }
        #expect(back == address)
    }

    @Test func aDescriptorWithoutAnAddressHasNone() {
        #expect(SocketAddress.local(of: -1) == nil)
    }
}
