import CLinux
import Exchange
import Glibc
import TestSupport
import Testing

/// A race on purpose: a reader that does not look at the ring's cursor. `scripts/test-exchange-tsan` runs it to see that
/// ThreadSanitizer finds such a thing in this build; nothing else does.
@Suite(.enabled(if: getenv("PLAIT_PLANT_RACE") != nil)) struct PlantedRaceTests {
    @Test func aReaderThatDoesNotLookAtTheCursorIsReported() throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        nonisolated(unsafe) let slot = ring.slot
        nonisolated(unsafe) let bytes = Pattern.shared.run(key: 1, count: 4096)
        let worker = NativeThread {
            var writer = BlockWriter(slot: slot)
            writer.append(.body, bytes)
            writer.publish()
        }
        let early = UnsafeRawBufferPointer(start: slot.responseRing + blockHeaderBytes, count: bytes.count)
        _ = same(early, bytes)
        worker.join()
    }
}
