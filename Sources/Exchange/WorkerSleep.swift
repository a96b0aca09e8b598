import CLinux

/// Where a worker sleeps when no lane has work. Only the holder of the baton sleeps here.
package struct WorkerSleep {
    private let header: UnsafeMutableRawPointer
    package init(segment: Segment) { header = segment.base }

    /// Says that the worker is about to sleep. The caller then looks at every lane once more, and calls either
    /// `sleep(ticket)` or `cancel()`.
    package func prepare() -> UInt32 {
        let ticket = cl_load_u32(header + Layout.Header.wake)
        cl_store_seq_u32(header + Layout.Header.workerSleeps, 1)
        cl_fence()
        return ticket
    }

    package func cancel() { cl_store_u32(header + Layout.Header.workerSleeps, 0) }

    /// Sleeps until the server, or `wake()`, changes the word. May return early; the caller looks again.
    package func sleep(_ ticket: UInt32) {
        _ = cl_futex_wait(header + Layout.Header.wake, ticket, -1)
        cancel()
    }

    /// From another thread of this worker: the server's end has closed.
    package func wake() {
        _ = cl_add_u32(header + Layout.Header.wake, 1)
        _ = cl_futex_wake(header + Layout.Header.wake, 1)
    }
}
