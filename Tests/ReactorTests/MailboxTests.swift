import CLinux
import Reactor
import TestSupport
import Testing

/// Messages from any thread to the one that owns the mailbox.
@Suite struct MailboxTests {
    @Test func anEmptyMailboxGivesNothing() { #expect(Mailbox<Int>().takeAll().isEmpty) }

    @Test func messagesComeInTheOrderOfTheirPosting() {
        let mailbox = Mailbox<Int>()
        (0..<100).forEach(mailbox.post)
        #expect(mailbox.takeAll() == Array(0..<100))
        #expect(mailbox.takeAll().isEmpty)
    }

    /// Only the first message into an empty mailbox writes.
    @Test func aFullMailboxIsAnnouncedOnce() {
        let mailbox = Mailbox<Int>()
        (0..<100).forEach(mailbox.post)
        var count: UInt64 = 0
        #expect(read(mailbox.descriptor, &count, 8) == 8)
        #expect(count == 1)
    }

    @Test func whatWasPostedBeforeTheOwnerWatchesIsToldToo() throws {
        let mailbox = Mailbox<Int>()
        mailbox.post(1)
        let poller = try #require(Owner())
        #expect(poller.watch(mailbox) == 1)
    }

    /// No message is lost, each sender's stay in order, and the owner sleeps whenever its mailbox is empty.
    @Test(arguments: [1, 4])
    func noMessageIsLostBetweenThreads(senders: Int) throws {
        struct Message { let sender: Int, number: Int }
        let mailbox = Mailbox<Message>()
        let each = 20_000
        let owner = try #require(Owner())
        _ = owner.watch(mailbox)
        let threads = (0..<senders).map { sender in
            NativeThread { for number in 0..<each { mailbox.post(Message(sender: sender, number: number)) } }
        }
        var next = Array(repeating: 0, count: senders)
        var inOrder = true
        while next.reduce(0, +) < senders * each {
            guard owner.sleep() else {
                Issue.record("no wake-up within the deadline after \(next)")
                break
            }
            for message in mailbox.takeAll() {
                inOrder = inOrder && message.number == next[message.sender]
                next[message.sender] += 1
            }
        }
        threads.forEach { $0.join() }
        #expect(inOrder)
        #expect(next == Array(repeating: each, count: senders))
    }

    /// The owner's side: a class, since a poller cannot be captured by a claim.
    private final class Owner {
        private let poller: Poller

        init?() {
            guard let poller = Poller() else { return nil }
            self.poller = poller
        }

        /// Returns how many events stand ready then.
        func watch<Message: Sendable>(_ mailbox: Mailbox<Message>) -> Int {
            _ = poller.add(mailbox.descriptor, .signal, token: 1)
            return poller.wait(milliseconds: 0)
        }

        /// False when nothing came until the deadline.
        func sleep() -> Bool { poller.wait(milliseconds: 20_000) > 0 }
    }
}
