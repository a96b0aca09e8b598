import CLinux
import CPython
import Exchange
import Glibc

/// A thread that runs application calls while it holds the baton.
final class RequestThread {
    private let index: Int
    private let worker: Worker
    private var handle = pthread_t()

    /// Starts the thread; it needs the interpreter lock soon, which the caller lets go of by waiting.
    /// Nil where the system refuses another.
    init?(index: Int, worker: Worker) {
        self.index = index
        self.worker = worker
        let me = Unmanaged.passRetained(self)
        guard pthread_create(&handle, nil, { start(of: $0) }, me.toOpaque()) == 0 else {
            me.release()
            return nil
        }
    }

    func join() { pthread_join(handle, nil) }

    fileprivate func main() {
        Self.blockSignals()
        let state = PyGILState_Ensure()
        let call = CallPointer.allocate(capacity: 1)
        call.initialize(to: Call(worker: worker))
        if index == 0 { serve(call) }
        while Lock.released({ worker.baton.waitForBaton(index) }) { serve(call) }
        PyGILState_Release(state)
    }

    /// Python's signal handlers belong to the main thread, so no other may receive a signal.
    private static func blockSignals() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
    }

    /// Runs requests back to back until the baton is lost or the worker stops.
    private func serve(_ call: CallPointer) {
        let worker = worker
        while true {
            guard let next = worker.take() else {
                worker.tidy()
                Lock.released { worker.sleepForWork() }
                if worker.baton.isStopped { return }
                continue
            }
            let mine = worker.baton.begin(index)
            // Behind the fence in `begin`: what is not seen here, `cancelRunning` sees.
            if worker.baton.isStopped { return }
            let began = worker.callTime.begin(monotonicNanoseconds)
            run(next.lane, next.slot, next.generation, call)
            worker.callTime.end(began, monotonicNanoseconds)
            guard worker.baton.end(mine) else { return }
        }
    }

    @inline(__always)
    private func run(_ lane: Int, _ index: Int, _ generation: UInt64, _ call: CallPointer) {
        let slot = worker.lanes[lane].slot(index)
        call.pointee.serial &+= 1
        call.pointee.lane = lane
        call.pointee.slot = index
        call.pointee.generation = generation
        call.pointee.writer = BlockWriter(slot: slot)
        call.pointee.head = .missing
        Answer(worker: worker, call: call).run(slot.requestArea)
        call.pointee.serial &+= 1
        call.pointee.writer.publish()
        // Fails only if the server has broken its own law; there is nobody to tell then.
        _ = slot.move(generation: generation, from: .running, to: .done)
        worker.lanes[lane].notify(slot: index)
    }
}

private func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

private func start(of argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<RequestThread>.fromOpaque(argument).takeRetainedValue().main()
    return nil
}
