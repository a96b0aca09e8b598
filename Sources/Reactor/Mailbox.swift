import CLinux
import Glibc
import Synchronization

/// The one way from another thread to a reactor. Any thread posts; the owner watches `descriptor` and takes all.
package final class Mailbox<Message: Sendable>: Sendable {
    /// An eventfd, for the owner's `Poller`. Never read: edge-triggered.
    package let descriptor: Int32
    private let messages = Mutex<[Message]>([])

    package init() { descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }

    deinit { close(descriptor) }

    package func post(_ message: Message) {
        let wasEmpty = messages.withLock { messages in
            messages.append(message)
            return messages.count == 1
        }
        guard wasEmpty else { return }
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    package func takeAll() -> [Message] {
        messages.withLock { messages in
            let taken = messages
            messages.removeAll()
            return taken
        }
    }
}
