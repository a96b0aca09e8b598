import CLinux
import Exchange
import Glibc
import Testing

/// Messages between server and worker, and what else may come over such a socket.
@Suite struct ChannelMessageTests {
    /// A pair of connected SOCK_SEQPACKET sockets.
    private final class Pair {
        var near: Int32 = -1
        var far: Int32 = -1

        init() throws {
            var ends: [Int32] = [-1, -1]
            let kind = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Missing() }
            (near, far) = (ends[0], ends[1])
        }

        deinit { for end in [near, far] where end >= 0 { close(end) } }

        func closeFar() {
            close(far)
            far = -1
        }

        func sendBytes(_ bytes: [UInt8], descriptor: Int32 = -1) -> Int {
            cl_send_fd(far, bytes, bytes.count, descriptor, 0)
        }

        func receive() -> ChannelMessage.Received { ChannelMessage.receive(on: near, waits: false) }
    }

    /// A pipe's reading end that has come to its end when nobody holds the writing end any more.
    private final class HeldOpen {
        let reading: Int32
        private(set) var writing: Int32

        init() throws {
            var ends: [Int32] = [-1, -1]
            guard pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else { throw Missing() }
            (reading, writing) = (ends[0], ends[1])
        }

        deinit {
            close(reading)
            letGo()
        }

        func letGo() {
            if writing >= 0 { close(writing) }
            writing = -1
        }

        /// Whether any copy of the writing end is left.
        var isHeld: Bool {
            var byte: UInt8 = 0
            return read(reading, &byte, 1) != 0
        }
    }

    static let wire: [UInt8] = [6, 0, 0, 0, 9, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1]

    @Test(arguments: [
        ChannelMessage.Kind.attach, .lane, .files, .ready, .body, .file,
    ])
    func aMessageArrivesAsItWasSent(kind: ChannelMessage.Kind) throws {
        let pair = try Pair()
        let message = ChannelMessage(kind, slot: 63, value: 0x0123_4567_89AB_CDEF)
        #expect(message.send(on: pair.far))
        #expect(pair.receive() == .message(message, descriptor: -1))
        #expect(pair.receive() == .wouldBlock)
    }

    @Test func aDescriptorTravelsWithItsMessage() throws {
        let (pair, pipe) = (try Pair(), try HeldOpen())
        #expect(ChannelMessage(.file, slot: 1, value: 2).send(on: pair.far, descriptor: pipe.writing))
        pipe.letGo()
        guard case .message(_, let descriptor) = pair.receive() else { throw Missing() }
        #expect(descriptor >= 0 && pipe.isHeld)
        #expect(cl_fcntl_int(descriptor, F_GETFD, 0) & FD_CLOEXEC != 0)
        close(descriptor)
        #expect(!pipe.isHeld)
    }

    @Test func messagesKeepTheirOrderAndTheirDescriptors() throws {
        let (pair, pipe) = (try Pair(), try HeldOpen())
        for slot in UInt32(0)..<20 {
            let descriptor = slot % 2 == 0 ? pipe.writing : -1
            #expect(ChannelMessage(.file, slot: slot).send(on: pair.far, descriptor: descriptor))
        }
        for slot in UInt32(0)..<20 {
            guard case .message(let message, let descriptor) = pair.receive() else { throw Missing() }
            #expect(message.slot == slot && (descriptor >= 0) == (slot % 2 == 0))
            if descriptor >= 0 { close(descriptor) }
        }
    }

    @Test func theEndIsTold() throws {
        let pair = try Pair()
        #expect(pair.receive() == .wouldBlock)
        pair.closeFar()
        #expect(pair.receive() == .closed)
        #expect(ChannelMessage.receive(on: pair.near, waits: true) == .closed)
    }

    @Test func whatWasSentBeforeTheEndIsHeard() throws {
        let pair = try Pair()
        #expect(ChannelMessage(.ready).send(on: pair.far))
        pair.closeFar()
        #expect(pair.receive() == .message(ChannelMessage(.ready), descriptor: -1))
        #expect(pair.receive() == .closed)
    }

    @Test func sendingToNobodyFails() throws {
        let pair = try Pair()
        pair.closeFar()
        #expect(!ChannelMessage(.ready).send(on: pair.near))
    }

    @Test func aFullSocketDoesNotBlockItsSender() throws {
        let pair = try Pair()
        var sent = 0
        while sent < 1_000_000, ChannelMessage(.ready).send(on: pair.far) { sent += 1 }
        #expect(sent > 0 && sent < 1_000_000)
    }

    @Test(arguments: [1, 4, 8, 15, 17, 32, 4096])
    func aMessageOfAnotherLengthIsAViolation(count: Int) throws {
        let pair = try Pair()
        #expect(pair.sendBytes(Array((Self.wire + Array(repeating: 0, count: 4096)).prefix(count))) == count)
        #expect(pair.receive() == .violation)
    }

    @Test(arguments: [UInt8(0), 7, 255])
    func aKindThatDoesNotExistIsAViolation(kind: UInt8) throws {
        let pair = try Pair()
        _ = pair.sendBytes([kind] + Self.wire.dropFirst())
        #expect(pair.receive() == .violation)
    }

    /// An empty message looks like the end, but only the end comes without a descriptor.
    @Test(arguments: [0, 8, 16, 17])
    func aDescriptorBesideWhatIsNoMessageIsClosed(count: Int) throws {
        let (pair, pipe) = (try Pair(), try HeldOpen())
        let bytes = Array(repeating: UInt8(0xFF), count: count)
        #expect(pair.sendBytes(bytes, descriptor: pipe.writing) == count)
        pipe.letGo()
        #expect(pair.receive() == .violation)
        #expect(!pipe.isHeld)
    }

    @Test(arguments: [2, 3, 16, 17, 200])
    func moreThanOneDescriptorIsAViolationAndAllAreClosed(count: Int) throws {
        let (pair, pipe) = (try Pair(), try HeldOpen())
        try #require(send(Self.wire, descriptors: Array(repeating: pipe.writing, count: count), on: pair.far))
        pipe.letGo()
        #expect(pair.receive() == .violation)
        #expect(!pipe.isHeld)
        #expect(pair.receive() == .wouldBlock)
    }

    /// sendmsg(2) with several descriptors in one SCM_RIGHTS message, as no side of ours sends it.
    private func send(_ bytes: [UInt8], descriptors: [Int32], on socket: Int32) -> Bool {
        let header = MemoryLayout<cmsghdr>.size
        let control = UnsafeMutableRawPointer.allocate(byteCount: header + 4 * descriptors.count + 8, alignment: 8)
        defer { control.deallocate() }
        control.storeBytes(of: header + 4 * descriptors.count, toByteOffset: 0, as: Int.self)
        control.storeBytes(of: SOL_SOCKET, toByteOffset: 8, as: Int32.self)
        control.storeBytes(of: 1, toByteOffset: 12, as: Int32.self)  // SCM_RIGHTS
        for (place, descriptor) in descriptors.enumerated() {
            control.storeBytes(of: descriptor, toByteOffset: header + 4 * place, as: Int32.self)
        }
        var wire = bytes
        return wire.withUnsafeMutableBytes { wire in
            var part = iovec(iov_base: wire.baseAddress, iov_len: wire.count)
            return withUnsafeMutablePointer(to: &part) { part in
                var message = msghdr()
                message.msg_iov = part
                message.msg_iovlen = 1
                message.msg_control = control
                message.msg_controllen = header + 4 * descriptors.count
                return sendmsg(socket, &message, 0) == wire.count
            }
        }
    }
}
