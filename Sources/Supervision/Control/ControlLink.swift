import CLinux
import Glibc

/// The keeper's end of the control channel with what the server has not taken yet: the keeper never waits for it.
final class ControlLink {
    private struct Letter {
        let message: ControlMessage
        /// Our own copy, to be closed when it is sent.
        let descriptor: Int32?
    }

    var descriptor: Int32 { channel.descriptor }
    private let channel: ControlChannel
    private let poller: Poller
    private var waiting: [Letter] = []

    init(_ channel: ControlChannel, poller: Poller) {
        self.channel = channel
        self.poller = poller
        poller.watch(channel.descriptor, for: EPOLLIN)
    }

    deinit {
        for case let descriptor? in waiting.map(\.descriptor) { close(descriptor) }
        poller.forget(channel.descriptor)
    }

    /// Borrows the descriptor.
    func send(_ message: ControlMessage, descriptor: Int32? = nil) {
        if waiting.isEmpty, channel.send(message, descriptor: descriptor) != .full { return }
        let copy = descriptor.flatMap { (source: Int32) -> Int32? in try? Descriptors.copyAside(source) }
        waiting.append(Letter(message: message, descriptor: copy))
        listenForRoom()
    }

    func receive() -> ControlChannel.Receipt { channel.receive() }

    func flush() {
        while let letter = waiting.first {
            guard channel.send(letter.message, descriptor: letter.descriptor) != .full else { break }
            waiting.removeFirst()
            if let descriptor = letter.descriptor { close(descriptor) }
        }
        listenForRoom()
    }

    private func listenForRoom() {
        poller.change(channel.descriptor, to: EPOLLIN.rawValue | (waiting.isEmpty ? 0 : EPOLLOUT.rawValue))
    }
}
