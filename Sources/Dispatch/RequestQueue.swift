/// First in, first out, bounded, without allocation once made. Requests that were taken back go before all others, in
/// their own order, and do not count against the bound.
struct RequestQueue {
    private let capacity: Int
    private var returned = RequestRing(places: 16)
    private var arrived: RequestRing

    init(capacity: Int) {
        self.capacity = capacity
        arrived = RequestRing(places: max(16, capacity))
    }

    var count: Int { returned.count + arrived.count }
    var isEmpty: Bool { count == 0 }
    /// Memory held, in requests.
    var places: Int { returned.places + arrived.places }

    mutating func append(_ request: UInt64, isReserved: Bool, now: Int64) -> Bool {
        guard count < capacity || isReserved else { return false }
        arrived.append(request, now: now)
        return true
    }

    /// Behind those that were taken back before it, and before all others.
    mutating func prepend(_ request: UInt64, now: Int64) { returned.append(request, now: now) }

    mutating func popFirst() -> UInt64? { returned.popFirst(olderThan: .max) ?? arrived.popFirst(olderThan: .max) }

    /// Each kind by itself: one taken back just now may stand before others that have waited for long.
    mutating func popFirst(olderThan limit: Int64) -> UInt64? {
        returned.popFirst(olderThan: limit) ?? arrived.popFirst(olderThan: limit)
    }

    mutating func remove(_ request: UInt64) -> Bool { returned.remove(request) || arrived.remove(request) }
}
