import CLinux
import Glibc
import Reactor
import Synchronization
import TestSupport
import Testing

/// epoll, edge-triggered (epoll(7)): an event says that something has changed, once.
@Suite struct PollerTests {
    /// What one look finds, by token.
    private func look(_ poller: borrowing Poller) -> [UInt64] {
        (0..<poller.wait(milliseconds: 0)).map { poller.event($0).token }.sorted()
    }

    @Test func aNewConnectionIsWritable() throws {
        let poller = try Self.poller()
        let pair = try SocketPair()
        let isAdded = poller.add(pair.near, .connection, token: 7)
        #expect(isAdded)
        let count = poller.wait(milliseconds: 0)
        try #require(count == 1)
        let event = poller.event(0)
        #expect(event.token == 7)
        #expect(event.isWritable && !event.isReadable && !event.hasPeerClosed && !event.isGone)
    }

    @Test func bytesAreToldOnceAndMoreBytesAgain() throws {
        let poller = try Self.poller()
        let pair = try SocketPair()
        _ = poller.add(pair.near, .connection, token: 7)
        _ = look(poller)
        for _ in 0..<3 {
            #expect(pair.sendFromFar(10) == 10)
            let first = look(poller)
            let second = look(poller)
            #expect(first == [7])
            #expect(second == [])
        }
    }

    @Test func roomIsToldWhenAFullSocketDrains() throws {
        let poller = try Self.poller()
        let pair = try SocketPair()
        _ = poller.add(pair.near, .connection, token: 7)
        pair.fill()
        _ = look(poller)
        #expect(look(poller) == [])
        pair.drainFar()
        try #require(poller.wait(milliseconds: 0) == 1)
        #expect(poller.event(0).isWritable)
    }

    @Test func thePeersHalfCloseIsTold() throws {
        let poller = try Self.poller()
        let pair = try SocketPair()
        _ = poller.add(pair.near, .connection, token: 7)
        _ = look(poller)
        shutdown(pair.far, Int32(SHUT_WR))
        try #require(poller.wait(milliseconds: 0) == 1)
        let event = poller.event(0)
        #expect(event.isReadable && event.hasPeerClosed && !event.isGone)
    }

    @Test func thePeersCloseIsTold() throws {
        let poller = try Self.poller()
        let pair = try SocketPair()
        _ = poller.add(pair.near, .connection, token: 7)
        _ = look(poller)
        pair.closeFar()
        try #require(poller.wait(milliseconds: 0) == 1)
        let event = poller.event(0)
        #expect(event.hasPeerClosed && event.isGone)
    }

    /// An eventfd that is never read: each write is an event of its own.
    @Test func aSignalIsToldForEachWrite() throws {
        let poller = try Self.poller()
        let descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        defer { close(descriptor) }
        _ = poller.add(descriptor, .signal, token: 1)
        for _ in 0..<100 {
            var one: UInt64 = 1
            #expect(write(descriptor, &one, 8) == 8)
            let (first, second) = (look(poller), look(poller))
            #expect(first == [1] && second == [])
        }
    }

    @Test func whatWasRemovedIsSilent() throws {
        let poller = try Self.poller()
        let pair = try SocketPair()
        _ = poller.add(pair.near, .connection, token: 7)
        poller.remove(pair.near)
        #expect(pair.sendFromFar(1) == 1)
        #expect(look(poller) == [])
    }

    @Test func aClosedDescriptorCannotBeAdded() throws {
        let poller = try Self.poller()
        let isAdded = poller.add(-1, .connection, token: 7)
        #expect(!isAdded && errno == EBADF)
    }

    @Test(arguments: [UInt64(0), 1, 1 << 32, .max])
    func aTokenComesBackAsItWas(token: UInt64) throws {
        let poller = try Self.poller()
        let pair = try SocketPair()
        _ = poller.add(pair.near, .connection, token: token)
        #expect(look(poller) == [token])
    }

    @Test func moreEventsThanOneLookHoldsComeWithTheNext() throws {
        let poller = try Self.poller()
        let pairs = try (0..<300).map { _ in try SocketPair() }
        for (index, pair) in pairs.enumerated() { _ = poller.add(pair.near, .connection, token: UInt64(index)) }
        let (first, second) = (look(poller), look(poller))
        #expect(first.count == 256)
        #expect((first + second).sorted() == Array(0..<300))
    }

    // MARK: listeners: epoll_ctl(2), EPOLLEXCLUSIVE

    @Test func aListenerIsToldAsLongAsSomebodyWaits() throws {
        let poller = try Self.poller()
        let (listener, clients) = try Self.listener(clients: 2)
        defer { (clients + [listener]).forEach { close($0) } }
        let isAdded = poller.add(listener, .listener, token: 3)
        #expect(isAdded)
        for _ in 0..<2 {
            #expect(look(poller) == [3])
            close(cl_accept(listener, nil))
        }
        #expect(look(poller) == [])
    }

    @Test func twoReactorsMayWatchOneListener() throws {
        let first = try Self.poller()
        let second = try Self.poller()
        let (listener, clients) = try Self.listener(clients: 1)
        defer { (clients + [listener]).forEach { close($0) } }
        let areAdded = (first.add(listener, .listener, token: 1), second.add(listener, .listener, token: 2))
        #expect(areAdded == (true, true))
        #expect(look(first) == [1])
        #expect(look(second) == [2])
        close(cl_accept(listener, nil))
        #expect(look(first) == [])
        #expect(look(second) == [])
    }

    /// Both sleep; each connection wakes one of them, not both: in all, about as many wake-ups as connections.
    @Test func aConnectionWakesOneReactorOfSeveral() throws {
        let (listener, _) = try Self.listener(clients: 0)
        defer { close(listener) }
        let counts = WakeCounts()
        let end = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        defer { close(end) }
        let reactors = (0..<4).map { _ in NativeThread { Self.acceptAll(listener, until: end, counts) } }
        while counts.asleep.load(ordering: .acquiring) < 4 { sched_yield() }
        let connections = 200
        for accepted in 1...connections {
            close(try Self.connect(to: listener))
            while counts.accepted.load(ordering: .acquiring) < accepted { sched_yield() }
        }
        var one: UInt64 = 1
        #expect(write(end, &one, 8) == 8)
        reactors.forEach { $0.join() }
        #expect(counts.accepted.load(ordering: .acquiring) == connections)
        #expect(counts.wakeUps.load(ordering: .acquiring) < 2 * connections)
    }

    private final class WakeCounts: Sendable {
        let asleep = Atomic(0)
        let wakeUps = Atomic(0)
        let accepted = Atomic(0)
    }

    private static func acceptAll(_ listener: Int32, until end: Int32, _ counts: WakeCounts) {
        guard let poller = Poller(), poller.add(listener, .listener, token: 1) else { return }
        _ = poller.add(end, .signal, token: 2)
        counts.asleep.add(1, ordering: .acquiringAndReleasing)
        while true {
            for index in 0..<poller.wait(milliseconds: 20_000) {
                if poller.event(index).token == 2 { return }
                counts.wakeUps.add(1, ordering: .acquiringAndReleasing)
                let client = cl_accept(listener, nil)
                guard client >= 0 else { continue }
                close(client)
                counts.accepted.add(1, ordering: .acquiringAndReleasing)
            }
        }
    }

    // MARK: sockets

    private static func poller() throws -> Poller {
        guard let poller = Poller() else { throw NoPoller() }
        return poller
    }

    private struct NoPoller: Error {}

    /// A listening socket in the abstract name space, with clients in its queue.
    private static func listener(clients: Int) throws -> (Int32, [Int32]) {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let listener = socket(AF_UNIX, kind, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // Only the family: the kernel chooses a name (unix(7), autobind).
        let size = socklen_t(MemoryLayout<sa_family_t>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) == 0 }
        }
        try #require(isBound && listen(listener, 16) == 0)
        return (listener, try (0..<clients).map { _ in try connect(to: listener) })
    }

    private static func connect(to listener: Int32) throws -> Int32 {
        var address = sockaddr_un()
        var size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let client = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let isConnected = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(listener, $0, &size) == 0 && Glibc.connect(client, $0, size) == 0
            }
        }
        try #require(isConnected)
        return client
    }
}
