import CLinux
import Glibc
import Peers
import Reactor

/// New connections.
extension EventLoop {
    /// Other reactors and other events get their turn too.
    private static let acceptsPerTurn = 64

    func listen(_ listener: ListeningSocket) {
        listeners.append(listener)
        places.append(ListenerPlace(listener))
        let token = Token.listener(UInt8(listeners.count - 1)).raw
        _ = poller.add(listener.descriptor, .listener, token: token)
    }

    func accept(from number: Int) { accept(from: number, most: Self.acceptsPerTurn) }

    /// All that stand in the backlog: nobody will come for them later.
    func acceptAll(from number: Int) { accept(from: number, most: .max) }

    private func accept(from number: Int, most: Int) {
        guard isAccepting else { return }
        let listener = listeners[number]
        for _ in 0..<most {
            var storage = sockaddr_storage()
            let descriptor = cl_accept(listener.descriptor, &storage)
            guard descriptor >= 0 else { return acceptFailed(errno, listener) }
            let peer = listener.family == .unix ? nil : withUnsafeBytes(of: &storage) { IPEndpoint(socketAddress: $0) }
            admit(descriptor, peer: peer, listener: UInt8(number))
        }
    }

    private func admit(_ descriptor: Int32, peer: IPEndpoint?, listener number: UInt8) {
        let listener = listeners[Int(number)]
        guard counts.connectionOpened(limit: configuration.connections) else {
            if now >= nextLimitLine {
                tell(.connectionLimit)
                nextLimitLine = now + 10_000_000_000
            }
            close(descriptor)
            return
        }
        if listener.family == .internet {
            var one: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        }
        let index = connections.take(blank: Connection())
        let connection = connections[index]
        let generation = connection.pointee.generation &+ 1
        connection.pointee = Connection()
        connection.pointee.index = index
        connection.pointee.generation = generation
        connection.pointee.descriptor = descriptor
        connection.pointee.listener = number
        connection.pointee.phase = listener.proxies == nil ? .head : .proxyHeader
        setDeadline(connection, after: configuration.timeouts.header)
        guard poller.add(descriptor, .connection, token: connection.pointee.token) else { return drop(connection) }
        // Behind a proxy the client's address counts, not the proxy's.
        let isProxied = listener.proxies != nil
        guard setPeer(connection, peer, counts: !isProxied), listener.mayOpen(peer) else { return drop(connection) }
    }

    /// False where the address has too many connections already.
    func setPeer(_ connection: ConnectionPointer, _ peer: IPEndpoint?, counts: Bool) -> Bool {
        guard let peer else { return true }
        connection.pointee.peer = peer.address
        connection.pointee.peerPort = peer.port
        connection.pointee.hasAddress = true
        guard counts, let limit = configuration.connectionsPerAddress else { return true }
        guard addressCounts[peer.address, default: 0] < limit else { return false }
        addressCounts[peer.address, default: 0] += 1
        connection.pointee.isCounted = true
        return true
    }

    /// No descriptor, or no memory, is left: the spare descriptor lets one waiting client be turned away instead of left
    /// hanging, and accepting pauses, so that the others wait in the backlog and the log gets one line.
    private func acceptFailed(_ error: Int32, _ listener: ListeningSocket) {
        guard [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error), drain == nil else { return }
        tell(.descriptorsExhausted)
        if spare >= 0 { close(spare) }
        let turnedAway = cl_accept(listener.descriptor, nil)
        if turnedAway >= 0 { close(turnedAway) }
        spare = cl_open("/dev/null", O_RDONLY | O_CLOEXEC, 0)
        isAccepting = false
        for listener in listeners { poller.remove(listener.descriptor) }
        listenAgain = now + Self.acceptPause
    }

    private static var acceptPause: Int64 { 250_000_000 }

    func resumeAccepting() {
        listenAgain = .max
        guard drain == nil else { return }
        isAccepting = true
        for (index, listener) in listeners.enumerated() {
            _ = poller.add(listener.descriptor, .listener, token: Token.listener(UInt8(index)).raw)
        }
    }

    func stopAccepting() {
        isAccepting = false
        for listener in listeners {
            poller.remove(listener.descriptor)
            close(listener.descriptor)
        }
    }
}

extension ListeningSocket {
    /// A PROXY header is believed from certain peers only; others have no business here.
    fileprivate func mayOpen(_ peer: IPEndpoint?) -> Bool {
        guard let proxies else { return true }
        return family == .unix ? true : proxies.contains(peer?.address)
    }
}

/// What requests are told of their listener: plain data, so that handing it on counts no references.
struct ListenerPlace {
    /// Never freed: listeners stay as long as the process.
    let serverName: UnsafeRawBufferPointer
    let serverPort: UInt16

    init(_ listener: ListeningSocket) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: listener.serverName.count, alignment: 1)
        memory.copyBytes(from: listener.serverName)
        serverName = UnsafeRawBufferPointer(memory)
        serverPort = listener.serverPort
    }
}
