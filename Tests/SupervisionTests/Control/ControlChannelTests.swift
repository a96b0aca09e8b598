import CLinux
import Glibc
import Testing

@testable import Supervision

extension DescriptorTests {
    @Suite struct ControlChannelTests {
        private let keeper: ControlChannel
        private let server: ControlChannel

        init() throws {
            let (mine, other) = try ControlChannel.pair()
            keeper = mine
            server = ControlChannel(adopting: other)
        }

        @Test(arguments: ControlMessageTests.every.filter { !$0.carriesDescriptor })
        func messagesArriveBothWays(message: ControlMessage) {
            #expect(keeper.send(message) == .sent)
            #expect(server.receive() == .message(message, descriptor: nil))
            #expect(server.send(message) == .sent)
            #expect(keeper.receive() == .message(message, descriptor: nil))
            #expect(keeper.receive() == .nothing)
        }

        @Test func aDescriptorArrivesAsAnotherOneOfTheSameFile() throws {
            let (reading, writing) = try Descriptors.pipe()
            #expect(keeper.send(.worker(id: 5), descriptor: writing) == .sent)
            close(writing)
            guard case .message(.worker(id: 5), let received?) = server.receive() else {
                Issue.record("no descriptor")
                return
            }
            #expect(cl_fcntl_int(received, F_GETFD, 0) == FD_CLOEXEC)
            #expect(write(received, "x", 1) == 1)
            close(received)
            var bytes: [UInt8] = [0, 0]
            #expect(read(reading, &bytes, 2) == 1)
            close(reading)
        }

        @Test func aMessageThatLacksItsDescriptorIsMalformed() {
            #expect(keeper.send(.worker(id: 5)) == .sent)
            #expect(server.receive() == .malformed)
        }

        @Test func aDescriptorTooManyIsMalformedAndClosed() throws {
            let (reading, writing) = try Descriptors.pipe()
            #expect(keeper.send(.drain, descriptor: writing) == .sent)
            close(writing)
            #expect(server.receive() == .malformed)
            // Nobody holds the writing end any more: end of file instead of "nothing yet".
            #expect(hasEnded(reading))
            close(reading)
        }

        @Test func anythingElseIsMalformed() {
            #expect(write(keeper.descriptor, "hello", 5) == 5)
            #expect(server.receive() == .malformed)
            let tooLong = [UInt8](repeating: 0, count: 100)
            #expect(write(keeper.descriptor, tooLong, 100) == 100)
            #expect(server.receive() == .malformed)
        }

        @Test func theOtherSidesDeathEndsTheChannelAfterItsLastWords() throws {
            let (mine, other) = try ControlChannel.pair()
            var theirs: ControlChannel? = ControlChannel(adopting: other)
            #expect(mine.send(.drain) == .sent)  // never read: the kernel reports a reset first
            #expect(theirs?.send(.drained(count: 1, milliseconds: 2)) == .sent)
            theirs = nil
            #expect(mine.receive() == .message(.drained(count: 1, milliseconds: 2), descriptor: nil))
            #expect(mine.receive() == .ended)
            #expect(mine.send(.drain) == .closed)
        }

        @Test func aServerThatDoesNotReadIsNotWaitedFor() {
            var sent = 0
            while keeper.send(.reopenLogs) == .sent { sent += 1 }
            #expect(sent > 50)
            #expect(keeper.send(.reopenLogs) == .full)
            #expect(server.receive() == .message(.reopenLogs, descriptor: nil))
        }

        @Test func whatDoesNotFitIsSentLaterInOrderAndWithItsDescriptors() throws {
            let poller = try Poller()
            let (mine, other) = try ControlChannel.pair()
            let theirs = ControlChannel(adopting: other)
            let link = ControlLink(mine, poller: poller)
            let (reading, writing) = try Descriptors.pipe()
            for id in 0..<UInt32(2000) {
                if id % 500 == 499 { link.send(.worker(id: id), descriptor: writing) } else { link.send(.started) }
            }
            close(writing)
            var ids: [UInt32] = []
            var count = 0
            while count < 2000 {
                switch theirs.receive() {
                case .message(let message, let descriptor):
                    count += 1
                    if case .worker(let id) = message { ids.append(id) }
                    if let descriptor { close(descriptor) }
                case .nothing: link.flush()
                case .ended, .malformed: count = .max
                }
            }
            #expect(count == 2000)
            #expect(ids == [499, 999, 1499, 1999])
            #expect(hasEnded(reading), "a copy of the descriptor is left open")
            close(reading)
        }
    }
}
