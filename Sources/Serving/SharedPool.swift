import Dispatch
import Synchronization

/// The one pool, as all reactors use it. Held for a few dozen instructions at a time.
final class SharedPool: Sendable {
    private let pool: Mutex<Pool>

    init(_ configuration: Pool.Configuration) { pool = Mutex(Pool(configuration)) }

    @inline(__always)
    func with<Result>(_ body: (inout sending Pool) -> sending Result) -> Result { pool.withLock(body) }
}
