import CLinux
import Exchange
import TestSupport
import Testing

/// A request body on its way, through rings of several sizes.
@Suite(.serialized) struct BodyStreamTests {
    private func stream(_ lane: Lane, capacity: Int = 256) throws -> (slot: Slot, stream: BodyStream) {
        let slot = lane.slot(Int(try lane.running().ticket.slot))
        return (slot, BodyStream(slot: slot, place: AreaSlice(offset: 640, count: capacity)))
    }

    // MARK: both ends on one thread

    @Test func aBodyThatHasNotBegunIsAwaited() throws {
        let lane = try Lane()
        let (_, stream) = try stream(lane)
        #expect(stream.readiness(consumed: 0) == .nothingYet)
    }

    @Test func bytesComeBeforeTheEnd() throws {
        let lane = try Lane()
        let (_, stream) = try stream(lane)
        #expect(stream.write(Pattern.shared.run(key: 1, count: 10), available: 0) == 10)
        stream.end()
        #expect(stream.readiness(consumed: 0) == .bytes(10))
        #expect(stream.readiness(consumed: 10) == .end)
    }

    @Test func bytesComeBeforeTheCancel() throws {
        let lane = try Lane()
        let (slot, stream) = try stream(lane)
        _ = stream.write(Pattern.shared.run(key: 1, count: 10), available: 0)
        slot.cancel()
        #expect(stream.readiness(consumed: 0) == .bytes(10))
        #expect(stream.readiness(consumed: 10) == .cancelled)
    }

    @Test func aWholeBodyIsNotCancelledAfterwards() throws {
        let lane = try Lane()
        let (slot, stream) = try stream(lane)
        stream.end()
        slot.cancel()
        #expect(stream.readiness(consumed: 0) == .end)
    }

    @Test func whatDoesNotFitIsNotTaken() throws {
        let lane = try Lane()
        let (_, stream) = try stream(lane)
        #expect(stream.write(Pattern.shared.run(key: 1, count: 300), available: 0) == 256)
        #expect(stream.write(Pattern.shared.run(key: 1, count: 1), available: 256) == 0)
        #expect(stream.freeRun(available: 256).isEmpty)
    }

    @Test func theFreeRunEndsAtTheRingsEnd() throws {
        let lane = try Lane()
        let (slot, stream) = try stream(lane)
        _ = stream.write(Pattern.shared.run(key: 1, count: 200), available: 0)
        var bytes = [UInt8](repeating: 0, count: 150)
        stream.read(into: &bytes, count: 150, consumed: 0)
        let run = stream.freeRun(available: 200)
        #expect(run.baseAddress == slot.requestArea + 640 + 200)
        #expect(run.count == 56)
        #expect(stream.room(available: 200) == 206)
    }

    /// A worker that says it has read what was never written.
    @Test(arguments: [UInt64(101), UInt64(1) << 40, UInt64.max / 2])
    func aWorkerThatLiesAboutWhatItReadGetsNoMore(consumed: UInt64) throws {
        let lane = try Lane()
        let (slot, stream) = try stream(lane)
        _ = stream.write(Pattern.shared.run(key: 1, count: 100), available: 0)
        cl_store_u64(slot.base + Layout.Slot.consumed, consumed)
        #expect(stream.room(available: 100) == 0)
        #expect(stream.freeRun(available: 100).isEmpty)
        #expect(stream.write(Pattern.shared.run(key: 1, count: 1), available: 100) == 0)
    }

    @Test func aStreamWithoutAnyRoomTakesNothing() throws {
        let lane = try Lane()
        let (_, stream) = try stream(lane, capacity: 0)
        #expect(stream.write(Pattern.shared.run(key: 1, count: 1), available: 0) == 0)
        #expect(stream.freeRun(available: 0).isEmpty)
    }

    // MARK: on two threads

    /// How the server brings its bytes.
    enum Way: CaseIterable { case copied, receivedInPlace }

    @Test(arguments: [64, 4096, 100_032], Way.allCases)
    func aLongBodyArrivesWhole(capacity: Int, way: Way) throws {
        let lane = try Lane()
        let (slot, stream) = try stream(lane, capacity: capacity)
        let body = Pattern.shared.run(key: 3, count: min(900_000, capacity * 3000))
        nonisolated(unsafe) let (shared, expected) = (stream, body)
        nonisolated(unsafe) var news = WorkerLane(
            segment: lane.segment, reactor: 0, wakeDescriptor: lane.wakeDescriptor)
        let verdict = Verdict()
        let reader = NativeThread {
            verdict.isGood = Self.read(shared, expected) { news.notify(slot: Layout.slotsPerLane - 1) }
        }
        #expect(feed(body, stream, way, lane))
        slot.cancel()  // frees the reader where the claim above has failed
        reader.join()
        #expect(verdict.isGood)
    }

    @Test func cancelWakesAReaderThatWaits() throws {
        let lane = try Lane()
        let (slot, stream) = try stream(lane)
        nonisolated(unsafe) let shared = stream
        let reader = NativeThread { shared.wait(consumed: 0) }
        #expect(Deadline.poll { cl_load_u32(slot.base + Layout.Slot.waitsForBody) == 1 })
        slot.cancel()
        reader.join()
        #expect(stream.readiness(consumed: 0) == .cancelled)
    }

    @Test func theEndWakesAReaderThatWaits() throws {
        let lane = try Lane()
        let (slot, stream) = try stream(lane)
        nonisolated(unsafe) let shared = stream
        let reader = NativeThread { shared.wait(consumed: 0) }
        #expect(Deadline.poll { cl_load_u32(slot.base + Layout.Slot.waitsForBody) == 1 })
        stream.end()
        reader.join()
        #expect(stream.readiness(consumed: 0) == .end)
    }

    /// Written by the reading thread, read after it has been joined.
    private final class Verdict: @unchecked Sendable { var isGood = false }

    /// Feeds in pieces of many sizes; sleeps, as a reactor does, while the ring is full.
    private func feed(_ body: UnsafeRawBufferPointer, _ stream: BodyStream, _ way: Way, _ lane: Lane) -> Bool {
        let watch = WakeWatch(lane.wakeDescriptor)
        defer { watch.end() }
        var generator = SeededGenerator(seed: 5)
        var sent = 0
        while sent < body.count {
            let most = min(Int.random(in: 1...20_000, using: &generator), body.count - sent)
            let count = put(UnsafeRawBufferPointer(rebasing: body[sent..<sent + most]), stream, way, at: sent)
            sent += count
            guard count == 0 else { continue }
            lane.server.announce(sleeping: true)
            let isAwake = lane.server.hasNews || stream.room(available: UInt64(sent)) > 0 || watch.wait()
            lane.server.announce(sleeping: false)
            guard isAwake else { return false }
            while lane.next() != .none {}
        }
        stream.end()
        return Deadline.poll { stream.room(available: UInt64(sent)) == stream.capacity }
    }

    private func put(_ piece: UnsafeRawBufferPointer, _ stream: BodyStream, _ way: Way, at sent: Int) -> Int {
        guard way == .receivedInPlace else { return stream.write(piece, available: UInt64(sent)) }
        let run = stream.freeRun(available: UInt64(sent))
        let count = min(run.count, piece.count)
        guard count > 0 else { return 0 }
        run.copyMemory(from: UnsafeRawBufferPointer(rebasing: piece[..<count]))
        stream.publish(available: UInt64(sent + count))
        return count
    }

    private static func read(_ stream: BodyStream, _ expected: UnsafeRawBufferPointer, notify: () -> Void) -> Bool {
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: 7000, alignment: 8)
        defer { target.deallocate() }
        guard let base = target.baseAddress else { return false }
        var consumed = 0
        while true {
            switch stream.readiness(consumed: UInt64(consumed)) {
            case .nothingYet: stream.wait(consumed: UInt64(consumed))
            case .end: return consumed == expected.count
            case .cancelled: return false
            case .bytes(let ready):
                let count = min(ready, target.count)
                stream.read(into: base, count: count, consumed: UInt64(consumed))
                let piece = UnsafeRawBufferPointer(rebasing: expected[consumed..<consumed + count])
                guard same(UnsafeRawBufferPointer(start: base, count: count), piece) else { return false }
                consumed += count
                notify()
            }
        }
    }
}
