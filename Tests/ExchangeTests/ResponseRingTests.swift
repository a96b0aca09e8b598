import CLinux
import Exchange
import TestSupport
import Testing

/// One response ring, both ends on one thread.
@Suite struct ResponseRingTests {
    static let largest = Layout.responseRingBytes - blockHeaderBytes

    @Test(arguments: [1, 7, 8, 9, 4096, largest - 9, largest - 8, largest - 7, largest - 1, largest])
    func aBlockOfAnyLengthComesBackAsItWas(_ count: Int) throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        let bytes = Pattern.shared.run(key: UInt64(count), count: count)
        ring.append(.body, bytes)
        ring.publish()
        #expect(ring.step() == .block(.body, count: count))
        #expect(ring.copy() == Array(bytes))
        ring.consume(count)
        #expect(ring.step() == .empty)
        #expect(ring.room == Layout.responseRingBytes)
    }

    @Test func nothingIsSeenBeforeItIsPublished() throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        ring.append(.body, Pattern.shared.run(key: 1, count: 10))
        #expect(ring.step() == .empty)
    }

    @Test func anExactlyFullRingHasNoRoom() throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        ring.append(.body, Pattern.shared.run(key: 1, count: Self.largest))
        #expect(ring.room == 0)
    }

    /// Every place at which a block's header, payload or padding may meet the ring's end.
    @Test(arguments: Array(stride(from: 8, through: 64, by: 8)), [1, 3, 8, 20, 47, 48, 60])
    func aBlockGoesRoundTheEnd(before: Int, count: Int) throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        let first = Layout.responseRingBytes - before - blockHeaderBytes
        ring.append(.head, Pattern.shared.run(key: 1, count: first))
        ring.publish()
        #expect(ring.step() == .block(.head, count: first))
        ring.consume(first)
        for key in UInt64(2)..<6 {
            ring.append(.body, Pattern.shared.run(key: key, count: count))
            ring.publish()
            #expect(ring.step() == .block(.body, count: count))
            #expect(ring.copy() == Array(Pattern.shared.run(key: key, count: count)))
            ring.consume(count)
        }
    }

    @Test func aBlockMayBeTakenByteByByte() throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        let bytes = Pattern.shared.run(key: 1, count: 21)
        ring.append(.body, bytes)
        ring.append(.failed, bytes)
        ring.publish()
        var taken: [UInt8] = []
        for rest in (1...21).reversed() {
            #expect(ring.step() == .block(.body, count: rest))
            taken.append(ring.copy()[0])
            ring.consume(1)
        }
        #expect(taken == Array(bytes))
        #expect(ring.step() == .block(.failed, count: 21))
    }

    @Test func roomGrowsWithWhatIsConsumed() throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        ring.append(.body, Pattern.shared.run(key: 1, count: Self.largest))
        ring.publish()
        _ = ring.step()
        ring.consume(1000)
        #expect(ring.room == 1000 + blockHeaderBytes)
    }

    @Test func theFirstBlockMayBeBuiltInPlace() throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        ring.writer.firstPayload.copyMemory(from: [1, 2, 3] as [UInt8], byteCount: 3)
        ring.writer.commitFirst(.head, length: 3)
        ring.append(.body, Pattern.shared.run(key: 1, count: 5))
        ring.publish()
        #expect(ring.step() == .block(.head, count: 3))
        #expect(ring.copy() == [1, 2, 3])
        ring.consume(3)
        #expect(ring.step() == .block(.body, count: 5))
    }

    // MARK: waiting for room

    @Test func aWriterIsWokenOnlyWhenHalfTheRingIsFree() throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        ring.append(.body, Pattern.shared.run(key: 1, count: Self.largest))
        ring.publish()
        cl_store_u32(ring.slot.base + Layout.Slot.waitsForSpace, 1)
        _ = ring.step()
        ring.consume(Layout.responseRingBytes / 2 - blockHeaderBytes - 8)
        ring.reader.grantRoom()
        #expect(cl_load_u32(ring.slot.base + Layout.Slot.waitsForSpace) == 1)
        ring.consume(8)
        ring.reader.grantRoom()
        #expect(cl_load_u32(ring.slot.base + Layout.Slot.waitsForSpace) == 0)
        #expect(cl_load_u32(ring.slot.base + Layout.Slot.spaceSignal) == 1)
    }

    @Test func nobodyWaitsWhereHalfTheRingIsFree() throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        ring.append(.body, Pattern.shared.run(key: 1, count: Layout.responseRingBytes / 2 - blockHeaderBytes))
        ring.publish()
        ring.writer.waitForRoom()
    }

    @Test func nobodyWaitsForAClientThatHasGone() throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        ring.append(.body, Pattern.shared.run(key: 1, count: Self.largest))
        ring.publish()
        ring.slot.cancel()
        ring.writer.waitForRoom()
        #expect(cl_load_u32(ring.slot.base + Layout.Slot.waitsForSpace) == 0)
    }

    @Test func cancelWakesAWriterThatWaits() throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        ring.append(.body, Pattern.shared.run(key: 1, count: Self.largest))
        ring.publish()
        nonisolated(unsafe) let (slot, writer) = (ring.slot, ring.writer)
        let waiting = NativeThread { writer.waitForRoom() }
        #expect(Deadline.poll { cl_load_u32(slot.base + Layout.Slot.waitsForSpace) == 1 })
        slot.cancel()
        waiting.join()
    }
}
