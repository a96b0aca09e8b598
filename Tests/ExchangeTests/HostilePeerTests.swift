import CLinux
import Exchange
import TestSupport
import Testing

/// A worker that writes whatever it likes (design: "the server treats the segment as hostile"). Its server reports a
/// violation, or sees nothing; it does not trap, leave the ring, or stay for ever.
@Suite struct HostilePeerTests {
    // MARK: one fault at a time

    struct BadBlock: CustomTestStringConvertible {
        var testDescription: String
        var kind: UInt32 = BlockKind.body.rawValue
        var length: UInt32 = 8
        var tail: UInt64 = 16
    }

    static let badBlocks = [
        BadBlock(testDescription: "kind 0", kind: 0),
        BadBlock(testDescription: "kind 5", kind: 5),
        BadBlock(testDescription: "kind of another byte order", kind: 0x0200_0000),
        BadBlock(testDescription: "no length", length: 0),
        BadBlock(testDescription: "one byte more than published", length: 9),
        BadBlock(testDescription: "the greatest length", length: .max),
        BadBlock(testDescription: "a length whose padding overflows 32 bits", length: .max - 6),
        BadBlock(testDescription: "a header without its block", tail: 8),
        BadBlock(testDescription: "a tail that is not aligned", tail: 17),
        BadBlock(testDescription: "a tail beyond the ring", tail: UInt64(Layout.responseRingBytes) + 8),
        BadBlock(testDescription: "a tail before the head", tail: UInt64(bitPattern: -8)),
        BadBlock(testDescription: "the greatest tail", tail: .max),
        BadBlock(
            testDescription: "as long as the ring, without room for the header",
            length: UInt32(Layout.responseRingBytes), tail: UInt64(Layout.responseRingBytes)),
    ]

    @Test(arguments: badBlocks)
    func aBlockThatCannotBeIsAViolation(_ bad: BadBlock) throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        ring.slot.responseRing.storeBytes(of: bad.kind, as: UInt32.self)
        ring.slot.responseRing.storeBytes(of: bad.length, toByteOffset: 4, as: UInt32.self)
        cl_store_u64(ring.slot.base + Layout.Slot.responseTail, bad.tail)
        #expect(ring.step() == .violation)
        #expect(ring.step() == .violation)
    }

    @Test func aTailThatGoesBackIsAViolation() throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        ring.append(.body, Pattern.shared.run(key: 1, count: 100))
        ring.publish()
        _ = ring.step()
        ring.consume(100)
        cl_store_u64(ring.slot.base + Layout.Slot.responseTail, 8)
        #expect(ring.step() == .violation)
    }

    /// The header is read once: what the worker makes of it afterwards changes nothing.
    @Test func aHeaderThatChangesWhileItIsReadChangesNothing() throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        ring.append(.body, Pattern.shared.run(key: 1, count: 100))
        ring.publish()
        #expect(ring.step() == .block(.body, count: 100))
        cl_store_u64(ring.slot.responseRing, .max)
        cl_store_u64(ring.slot.base + Layout.Slot.responseTail, .max)
        #expect(ring.step() == .block(.body, count: 100))
        ring.consume(60)
        #expect(ring.step() == .block(.body, count: 40))
        #expect(ring.reader.payload().first.count == 40)
    }

    /// The server's cursor in the segment is told, not believed.
    @Test func theServersOwnCursorsAreNotReadBack() throws {
        let lane = try Lane()
        let ring = try lane.running().ring
        cl_store_u64(ring.slot.base + Layout.Slot.responseHead, 1 << 40)
        cl_store_u32(lane.control + Layout.Lane.completedHead, 77)
        cl_store_u32(lane.control + Layout.Lane.submittedTail, 77)
        ring.append(.body, Pattern.shared.run(key: 1, count: 8))
        ring.publish()
        #expect(ring.step() == .block(.body, count: 8))
        #expect(lane.next() == .none)
        #expect(try lane.submitted().position == 1)
    }

    @Test(arguments: [UInt32(129), 1 << 16, 1 << 31, .max])
    func moreNewsThanTheRingHoldsAreAViolation(tail: UInt32) throws {
        let lane = try Lane()
        cl_store_u32(lane.control + Layout.Lane.completedTail, tail)
        #expect(lane.next() == .violation)
    }

    @Test(arguments: [UInt32(64), 65, 255, 1 << 31, .max])
    func newsOfASlotThatDoesNotExistAreAViolation(slot: UInt32) throws {
        let lane = try Lane()
        lane.control.storeBytes(of: slot, toByteOffset: Layout.Lane.completedEntries, as: UInt32.self)
        cl_store_u32(lane.control + Layout.Lane.completedTail, 1)
        #expect(lane.next() == .violation)
    }

    @Test(arguments: [UInt32(1000), UInt32(1) << 31, UInt32.max - 3])
    func aCursorThatLiesFreesNoReclaimedSlotTooManyTimes(head: UInt32) throws {
        let lane = try Lane()
        lane.leaveSlots(1)
        let (ticket, position) = try lane.submitted()
        #expect(lane.reclaim(ticket, position: position))
        cl_store_u32(lane.control + Layout.Lane.submittedHead, head)
        let acquired = (0..<3).compactMap { _ in lane.acquire() }
        #expect(acquired.count <= 1)
    }

    /// It harms its own requests only: they stay where they are until the worker has gone.
    @Test(arguments: [UInt64(0x1FF), 0x106, 0x203, 0x2_0000_0003, .max])
    func aStateThatCannotBeFinishesNothing(raw: UInt64) throws {
        let lane = try Lane()
        let (ticket, position) = try lane.submitted()
        cl_store_u64(lane.slot(Int(ticket.slot)).base + Layout.Slot.state, raw)
        #expect(!lane.finish(ticket))
        #expect(!lane.reclaim(ticket, position: position))
    }

    @Test func aFloodOfNewsNeverHoldsMoreThanTheRing() throws {
        let lane = try Lane()
        for place in 0..<Layout.ringEntries {
            lane.control.storeBytes(of: 3, toByteOffset: Layout.Lane.completedEntries + place * 4, as: UInt32.self)
        }
        cl_store_u32(lane.control + Layout.Lane.completedTail, UInt32(Layout.ringEntries))
        for _ in 0..<Layout.ringEntries { #expect(lane.next() == .news(slot: 3)) }
        #expect(lane.next() == .none)
    }

    // MARK: everything at once

    @Test(arguments: UInt64(1)...8)
    func scribblingBetweenStepsBreaksNothing(seed: UInt64) throws {
        #expect(try scribble(seed: seed, while: { $0 < 20_000 }) > 0)
    }

    @Test func scribblingForASecondWithAFreshSeedBreaksNothing() throws {
        let seed = UInt64.random(in: 1 ... .max)
        print("HostilePeerTests: seed \(seed)")
        let end = ContinuousClock.now + .seconds(1)
        #expect(throws: Never.self, "seed \(seed)") {
            try scribble(seed: seed, while: { $0 % 100 != 0 || ContinuousClock.now < end })
        }
    }

    /// Another thread writes all the time: values change between two looks.
    @Test func scribblingDuringStepsBreaksNothing() throws {
        let seed = UInt64.random(in: 1 ... .max)
        let lane = try Lane()
        nonisolated(unsafe) let control = lane.control
        nonisolated(unsafe) let isOver = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
        isOver.initialize(to: 0)
        defer { isOver.deallocate() }
        let scribbler = NativeThread {
            var hand = HostileHand(lane: control, generator: SeededGenerator(seed: seed))
            while cl_load_u32(isOver) == 0 { hand.scribble() }
        }
        var steps = WarySteps(lane.server, generator: SeededGenerator(seed: seed &+ 1))
        #expect(throws: Never.self, "seed \(seed)") {
            for _ in 0..<50_000 {
                do throws(WarySteps.Broken) { try steps.step() } catch {
                    // A worker that keeps adding blocks is stopped by the reactor's own bounds, not by the ring's.
                    if error != .endless { throw error }
                }
            }
        }
        cl_store_u32(isOver, 1)
        scribbler.join()
        #expect(steps.violations > 0)
    }

    /// Returns how many violations were reported.
    private func scribble(seed: UInt64, while goesOn: (Int) -> Bool) throws -> Int {
        let lane = try Lane()
        var hand = HostileHand(lane: lane.control, generator: SeededGenerator(seed: seed))
        var steps = WarySteps(lane.server, generator: SeededGenerator(seed: seed &+ 1))
        var round = 0
        while goesOn(round) {
            for _ in 0..<Int.random(in: 0...3, using: &hand.generator) { hand.scribble() }
            try steps.step()
            round += 1
        }
        return steps.violations
    }
}
