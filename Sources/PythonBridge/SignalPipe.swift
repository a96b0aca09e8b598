import CLinux
import CPython

/// Wakes the main thread when a signal has come, to whichever thread: Python's C handler writes into it
/// (`signal.set_wakeup_fd`). Without it a signal that arrives just before the main thread sleeps, or on a thread of the
/// application's, would be handled only with the next event.
struct SignalPipe {
    /// -1 where there is no pipe; poll(2) passes over it, and signals are handled when they interrupt it.
    let reading: Int32

    /// Only on the main thread. Where the application has set a descriptor of its own, that one stays.
    init() {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else {
            reading = -1
            return
        }
        reading = ends[0]
        if !Self.register(ends[1]) { PyErr_Clear() }
    }

    /// False with the error set.
    private static func register(_ writing: Int32) -> Bool {
        guard let wsgi = PyImport_ImportModule("plait._wsgi") else { return false }
        defer { cpy_release(wsgi) }
        guard let wake = PyObject_GetAttrString(wsgi, "wake_on_signals") else { return false }
        defer { cpy_release(wake) }
        guard let number = PyLong_FromLong(Int(writing)) else { return false }
        defer { cpy_release(number) }
        guard let done = callWithOne(wake, number) else { return false }
        cpy_release(done)
        return true
    }

    /// Forgets what was written.
    func drain() {
        var bytes: (UInt64, UInt64) = (0, 0)
        while read(reading, &bytes, MemoryLayout.size(ofValue: bytes)) > 0 {}
    }
}
