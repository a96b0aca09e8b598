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

    mutating func append(_ request: UInt64, isReserved: Bool) -> Bool {
        guard count < capacity || isReserved else { return false }
        arrived.append(request)
        return true
    }

    /// Behind those that were taken back before it, and before all others.
    mutating func prepend(_ request: UInt64) { returned.append(request) }

    mutating func popFirst() -> UInt64? { returned.popFirst() ?? arrived.popFirst() }

    mutating func remove(_ request: UInt64) -> Bool { returned.remove(request) || arrived.remove(request) }
}
