import CLinux
import CPython
import Exchange

/// One worker's server side of life: its lanes, its threads, the objects they share. Made and ended by `run`.
final class Worker {
    let settings: WorkerSettings
    let objects: Objects
    let environ: Environ
    let lanes: UnsafeMutablePointer<WorkerLane>
    let laneCount: Int
    /// Per lane: the socket on which descriptors travel.
    let files: [Int32]
    let sleep: WorkerSleep
    let baton: Baton
    var callTime: CallTime
    /// Where the holder looks first for the next request: lanes take turns.
    private var nextLane = 0
    let descriptors: SentDescriptors

    init(settings: WorkerSettings, objects: Objects, attachment: Attachment) {
        self.settings = settings
        self.objects = objects
        environ = Environ(objects: objects, rootPath: settings.rootPath)
        laneCount = attachment.lanes.count
        lanes = .allocate(capacity: laneCount)
        for (index, lane) in attachment.lanes.enumerated() {
            (lanes + index).initialize(
                to: WorkerLane(segment: attachment.segment, reactor: index, wakeDescriptor: lane.wake))
        }
        files = attachment.lanes.map(\.files)
        descriptors = SentDescriptors(sockets: files)
        sleep = WorkerSleep(segment: attachment.segment)
        callTime = CallTime(segment: attachment.segment)
        baton = Baton(threads: settings.threads)
    }

    /// The next request, now running and ours. Only for the holder of the baton, under the interpreter lock.
    @inline(__always)
    func take() -> (lane: Int, slot: Int, generation: UInt64)? {
        for _ in 0..<laneCount {
            let lane = nextLane
            nextLane = lane + 1 == laneCount ? 0 : lane + 1
            if let (slot, generation) = lanes[lane].take() { return (lane, slot, generation) }
        }
        return nil
    }

    /// Sleeps until there may be work. Not under the interpreter lock.
    func sleepForWork() {
        let ticket = sleep.prepare()
        if (0..<laneCount).contains(where: { lanes[$0].hasWork }) || baton.isStopped { return sleep.cancel() }
        sleep.sleep(ticket)
    }

    /// The server has gone: nobody will make room, and no body will come. For the main thread, once it has stopped the
    /// baton: a request that is not seen running here sees that, and is not run (`RequestThread.serve`).
    func cancelRunning() {
        cl_fence()
        for lane in 0..<laneCount {
            for index in 0..<Layout.slotsPerLane where lanes[lane].slot(index).stamp.state == .running {
                lanes[lane].slot(index).cancel()
            }
        }
    }

    /// The descriptor that the server sent beside the slot of this call; the caller owns it. Under the interpreter lock.
    func takeDescriptor(_ call: CallPointer) -> Int32? {
        descriptors.take(lane: call.pointee.lane, slot: call.pointee.slot, generation: call.pointee.generation)
    }

    /// Before the worker sleeps: closes what came with requests that were taken back. Costs nothing where there were
    /// none. Under the interpreter lock.
    @inline(__always)
    func tidy() {
        for lane in 0..<laneCount where lanes[lane].hasPassedReclaimed || descriptors.isHolding(lane: lane) {
            closeStale(lane)
        }
    }

    @inline(never)
    private func closeStale(_ lane: Int) {
        lanes[lane].hasPassedReclaimed = false
        descriptors.closeStale(lane: lane) { slot, generation in
            // What is yet to be published stands in its slot as free, in its own generation already.
            let stamp = lanes[lane].slot(slot).stamp
            return stamp.generation != generation || stamp.state == .reclaimed || stamp.state == .done
        }
    }
}
