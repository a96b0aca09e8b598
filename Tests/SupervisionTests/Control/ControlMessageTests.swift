import Testing

@testable import Supervision

@Suite struct ControlMessageTests {
    static let every: [ControlMessage] = [
        .listener(index: 3), .listenersDone(count: 4), .worker(id: 0xffff_ffff), .workerGone(id: 2, waitStatus: -1),
        .workerGone(id: 2, waitStatus: 0x8b), .drain, .reopenLogs, .stopping, .retireWorker(id: 6), .started,
        .workerReady(id: 7, pythonHexVersion: 0x030d_00f0), .workerCondemned(id: 9, reason: .brokeTheExchange),
        .drained(count: .max, milliseconds: 25_000),
    ]

    @Test(arguments: every)
    func whatIsEncodedDecodesToTheSame(message: ControlMessage) {
        let bytes = message.encoded()
        #expect(bytes.count == 32)
        #expect(ControlMessage(decoding: bytes) == message)
    }

    @Test func anUnknownReasonIsStillACondemnation() {
        var bytes = ControlMessage.workerCondemned(id: 9, reason: .unresponsive).encoded()
        bytes[16] = 99
        #expect(ControlMessage(decoding: bytes) == .workerCondemned(id: 9, reason: .unspecified))
    }

    @Test func recordsOfAnotherBuildAreRefused() {
        var otherMark = ControlMessage.drain.encoded()
        otherMark[0] ^= 1
        var otherKind = ControlMessage.drain.encoded()
        otherKind[4] = 200
        for bytes in [otherMark, otherKind, Array(otherMark.dropLast()), []] {
            #expect(ControlMessage(decoding: bytes) == nil)
        }
    }
}
