import CLinux
import Exchange
import TestSupport
import Testing

/// Server and worker on two threads over one mapping: `scripts/test-exchange-tsan` runs these under ThreadSanitizer.
@Suite(.serialized) struct TwoThreadTests {
    /// Full speed, and one request at a time so that each side falls asleep before each.
    @Test(arguments: [(UInt64(20_000), 64), (4000, 3), (6000, 1)])
    func everyBlockArrivesAsItWasSent(requests: UInt64, atOnce: Int) throws {
        let lane = try Lane()
        let watch = WakeWatch(lane.wakeDescriptor)
        defer { watch.end() }
        nonisolated(unsafe) let segment = lane.segment
        let wakeDescriptor = lane.wakeDescriptor
        let worker = NativeThread {
            var worker = AnsweringWorker(segment: segment, wakeDescriptor: wakeDescriptor)
            worker.gathersBlocks = atOnce > 1
            worker.run()
        }
        var server = ComparingServer(segment: segment, watch: watch)
        do throws(ComparingServer.Fault) {
            try server.serve(0..<requests, atOnce: atOnce)
        } catch {
            Issue.record("\(error) after \(server.answered) answers")
            server.cancelAll()
        }
        server.end()
        WorkerSleep(segment: segment).wake()
        worker.join()
        #expect(server.answered == Int(requests))
    }
}
