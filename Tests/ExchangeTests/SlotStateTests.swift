import Exchange
import Testing

/// The slot's state word, step by step (the steps in every order: `InterleavingTests`).
@Suite struct SlotStateTests {
    @Test func aRequestPassesFromFreeToFreeInTheNextGeneration() throws {
        let lane = try Lane()
        let (ticket, _) = try lane.submitted()
        let slot = lane.slot(Int(ticket.slot))
        #expect(slot.stamp == Slot.Stamp(generation: 1, state: .queued))
        let taken = try #require(lane.take())
        #expect(taken.slot == Int(ticket.slot) && taken.generation == 1)
        #expect(slot.stamp.state == .running)
        #expect(slot.move(generation: 1, from: .running, to: .done))
        #expect(lane.finish(ticket))
        #expect(slot.stamp == Slot.Stamp(generation: 2, state: .free))
        #expect(lane.server.inUse == 0)
    }

    @Test func aRequestIsFinishedOnlyWhenItIsDone() throws {
        let lane = try Lane()
        let (ticket, _) = try lane.submitted()
        #expect(!lane.finish(ticket))
        _ = lane.take()
        #expect(!lane.finish(ticket))
    }

    @Test func aTicketOfAnEarlierGenerationFinishesNothing() throws {
        let lane = try Lane()
        lane.leaveSlots(1)
        let (early, _) = try lane.submitted()
        _ = lane.take()
        _ = lane.end(early)
        #expect(lane.finish(early))
        let (late, _) = try lane.submitted()
        #expect(late.slot == early.slot && late.generation > early.generation)
        _ = lane.take()
        _ = lane.end(late)
        #expect(!lane.finish(early))
        #expect(lane.finish(late))
    }

    @Test func aReclaimedRequestIsSkippedByTheWorker() throws {
        let lane = try Lane()
        let (first, position) = try lane.submitted()
        let (second, _) = try lane.submitted()
        #expect(lane.reclaim(first, position: position))
        #expect(lane.take()?.slot == Int(second.slot))
        #expect(lane.take() == nil)
    }

    @Test func aRunningRequestIsNotReclaimed() throws {
        let lane = try Lane()
        let (ticket, position) = try lane.submitted()
        _ = lane.take()
        #expect(!lane.reclaim(ticket, position: position))
        #expect(lane.slot(Int(ticket.slot)).stamp.state == .running)
    }

    @Test func aReclaimedSlotServesAgainOnlyWhenItsEntryHasBeenPassed() throws {
        let lane = try Lane()
        lane.leaveSlots(1)
        let (ticket, position) = try lane.submitted()
        #expect(lane.reclaim(ticket, position: position))
        #expect(lane.acquire() == nil)
        #expect(lane.take() == nil)
        let again = try #require(lane.acquire())
        #expect(again.slot == ticket.slot && again.generation == ticket.generation + 1)
    }

    @Test func aReclaimedSlotIsFreedAtTheNextAcquireAlthoughOthersAreFree() throws {
        let lane = try Lane()
        let (ticket, position) = try lane.submitted()
        #expect(lane.reclaim(ticket, position: position))
        #expect(lane.take() == nil)
        _ = try #require(lane.acquire())
        #expect(lane.server.inUse == 1)
    }

    @Test func allSlotsMayBeTakenAndNoMore() throws {
        let lane = try Lane()
        let tickets = (0..<Layout.slotsPerLane).compactMap { _ in lane.acquire() }
        #expect(Set(tickets.map(\.slot)).count == Layout.slotsPerLane)
        #expect(lane.acquire() == nil)
        lane.release(unsubmitted: try #require(tickets.last))
        #expect(lane.acquire()?.slot == tickets.last?.slot)
    }

    @Test func requestsAreTakenInTheOrderOfTheirSubmission() throws {
        let lane = try Lane()
        let sent = try (0..<Layout.slotsPerLane).map { _ in Int(try lane.submitted().ticket.slot) }
        #expect((0..<Layout.slotsPerLane).compactMap { _ in lane.take()?.slot } == sent)
    }

    @Test func newsOfASlotStandInTheRingAtMostOnce() throws {
        let lane = try Lane()
        for _ in 0..<1000 { lane.notify(slot: 7) }
        #expect(lane.next() == .news(slot: 7))
        #expect(lane.next() == .none)
        lane.notify(slot: 7)
        #expect(lane.next() == .news(slot: 7))
    }

    /// A slot may be finished and used again (a client became writable) while the news of its last end still stand.
    @Test func newsOfASlotStandInTheRingAtMostOnceAcrossItsReuse() throws {
        let lane = try Lane()
        lane.leaveSlots(1)
        for _ in 0..<2 * Layout.ringEntries {
            let ticket = try lane.running().ticket
            _ = lane.end(ticket)
            lane.notify(slot: Int(ticket.slot))
            #expect(lane.finish(ticket))
        }
        #expect(lane.next() == .news(slot: Layout.slotsPerLane - 1))
        #expect(lane.next() == .none)
    }

    @Test func clearedCursorsLeaveNothingOfTheRequestBefore() throws {
        let lane = try Lane()
        lane.leaveSlots(1)
        let (ticket, ring) = try lane.running()
        ring.append(.body, Pattern.shared.run(key: 1, count: 100))
        ring.publish()
        ring.slot.cancel()
        #expect(ring.step() == .block(.body, count: 100))
        ring.consume(100)
        _ = lane.end(ticket)
        #expect(lane.finish(ticket))
        let next = try lane.running().ring
        #expect(next.step() == .empty)
        #expect(!next.slot.isCancelled)
        #expect(next.room == Layout.responseRingBytes)
    }

    @Test func aStateThatDoesNotExistIsNil() {
        #expect(Slot.Stamp(raw: 0x1FF).state == nil)
        #expect(Slot.Stamp(raw: 0x105).generation == 1)
    }
}
