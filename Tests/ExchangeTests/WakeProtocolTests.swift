import CLinux
import Exchange
import Synchronization
import TestSupport
import Testing

/// Who sleeps says so, and looks once more; who has news wakes a sleeper, and nobody else. That nothing is lost in any
/// order of threads is `TwoThreadTests`' claim with one request at a time.
@Suite struct WakeProtocolTests {
    @Test func anAwakeReactorIsNotWoken() throws {
        let lane = try Lane()
        for slot in 0..<8 { lane.notify(slot: slot) }
        #expect(wakeUps(lane) == 0)
    }

    @Test func aSleepingReactorIsWokenOnceForAllNews() throws {
        let lane = try Lane()
        lane.server.announce(sleeping: true)
        for slot in 0..<8 { lane.notify(slot: slot) }
        #expect(wakeUps(lane) == 1)
    }

    @Test func aReactorThatSaysItSleepsSeesEarlierNewsAtItsLastLook() throws {
        let lane = try Lane()
        lane.notify(slot: 1)
        lane.server.announce(sleeping: true)
        #expect(lane.server.hasNews)
    }

    @Test func aReactorIsWokenAgainAfterEachSleep() throws {
        let lane = try Lane()
        for round in 1...100 {
            lane.server.announce(sleeping: true)
            lane.notify(slot: round % Layout.slotsPerLane)
            lane.server.announce(sleeping: false)
            _ = lane.next()
        }
        #expect(wakeUps(lane) == 100)
    }

    /// The reactor never reads the descriptor: each write is an edge of its own.
    @Test func eachWakeUpIsAnEvent() throws {
        let lane = try Lane()
        let watch = WakeWatch(lane.wakeDescriptor)
        defer { watch.end() }
        for round in 0..<100 {
            #expect(watch.ready() == 0)
            lane.server.announce(sleeping: true)
            lane.notify(slot: round % Layout.slotsPerLane)
            #expect(watch.ready() == 1)
            _ = lane.next()
        }
    }

    @Test func anAwakeWorkerIsNotWoken() throws {
        let lane = try Lane()
        let before = wakeWord(lane)
        _ = try lane.submitted()
        lane.server.wakeWorker()
        #expect(!lane.server.workerSleeps)
        #expect(wakeWord(lane) == before)
    }

    @Test func aSleepingWorkerIsWokenOnce() throws {
        let lane = try Lane()
        let before = WorkerSleep(segment: lane.segment).prepare()
        #expect(lane.server.workerSleeps)
        for _ in 0..<5 { lane.server.wakeWorker() }
        #expect(!lane.server.workerSleeps)
        #expect(wakeWord(lane) == before + 1)
    }

    /// The word has changed since the ticket was drawn, so the kernel lets it pass; a lost one would hang here.
    @Test func aWakeUpBetweenTheLastLookAndTheSleepIsNotLost() throws {
        let lane = try Lane()
        let sleep = WorkerSleep(segment: lane.segment)
        for _ in 0..<1000 {
            let ticket = sleep.prepare()
            lane.server.wakeWorker()
            sleep.sleep(ticket)
        }
    }

    @Test func aWorkerThatDidNotSleepAfterAllIsAwake() throws {
        let lane = try Lane()
        let sleep = WorkerSleep(segment: lane.segment)
        _ = sleep.prepare()
        sleep.cancel()
        #expect(!lane.server.workerSleeps)
    }

    /// Two reactors wake one worker, which sleeps whenever both lanes are empty.
    @Test func requestsOfTwoReactorsAreAllTaken() throws {
        let (segment, descriptor) = try Segment.create(reactors: 2)
        close(descriptor)
        defer { segment.unmap() }
        nonisolated(unsafe) let shared = segment
        let each = 5000
        let progress = Progress()
        let worker = NativeThread { Self.takeAll(shared, progress) }
        let reactors = (0..<2).map { number in
            NativeThread { Self.submit(each, from: number, shared, progress) }
        }
        reactors.forEach { $0.join() }
        progress.isOver.store(true, ordering: .releasing)
        WorkerSleep(segment: segment).wake()
        worker.join()
        #expect(progress.finished.load(ordering: .acquiring) == 2 * each)
    }

    private final class Progress: Sendable {
        let isOver = Atomic(false)
        let finished = Atomic(0)
    }

    private static func takeAll(_ segment: Segment, _ progress: Progress) {
        var lanes = (0..<2).map { WorkerLane(segment: segment, reactor: $0, wakeDescriptor: -1) }
        let sleep = WorkerSleep(segment: segment)
        while true {
            let ticket = sleep.prepare()
            if progress.isOver.load(ordering: .acquiring) { return }
            if !lanes.contains(where: \.hasWork) { sleep.sleep(ticket) } else { sleep.cancel() }
            for lane in lanes.indices {
                while let (slot, generation) = lanes[lane].take() {
                    _ = lanes[lane].slot(slot).move(generation: generation, from: .running, to: .done)
                }
            }
        }
    }

    /// One request at a time; gives up when one has not been taken for as long as a wake-up may last.
    private static func submit(_ count: Int, from reactor: Int, _ segment: Segment, _ progress: Progress) {
        var lane = ServerLane(segment: segment, reactor: reactor)
        for _ in 0..<count {
            guard let ticket = lane.acquire() else { return }
            _ = lane.submit(ticket)
            lane.wakeWorker()
            let deadline = ContinuousClock.now + .milliseconds(Int(WakeWatch.deadline))
            while !lane.finish(ticket) {
                if ContinuousClock.now > deadline { return }
                cl_relax()
            }
            progress.finished.add(1, ordering: .acquiringAndReleasing)
        }
    }

    private func wakeUps(_ lane: Lane) -> UInt64 {
        var count: UInt64 = 0
        return read(lane.wakeDescriptor, &count, 8) == 8 ? count : 0
    }

    private func wakeWord(_ lane: Lane) -> UInt32 { cl_load_u32(lane.segment.base + Layout.Header.wake) }
}
