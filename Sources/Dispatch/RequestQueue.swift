/// First in, first out, bounded, without allocation once made. Requests that were taken back may go before all others
/// and do not count against the bound.
struct RequestQueue {
    private let capacity: Int
    private var entries: [UInt64?]
    private var first = 0
    /// Places in use, removed ones included.
    private var span = 0
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        entries = Array(repeating: nil, count: max(16, capacity))
    }

    var isEmpty: Bool { count == 0 }

    mutating func append(_ request: UInt64, isReserved: Bool) -> Bool {
        guard count < capacity || isReserved else { return false }
        if span == entries.count { widen() }
        entries[(first + span) % entries.count] = request
        span += 1
        count += 1
        return true
    }

    mutating func prepend(_ request: UInt64) {
        if span == entries.count { widen() }
        first = (first + entries.count - 1) % entries.count
        entries[first] = request
        span += 1
        count += 1
    }

    mutating func popFirst() -> UInt64? {
        dropRemoved()
        guard span > 0, let request = entries[first] else { return nil }
        entries[first] = nil
        advance()
        count -= 1
        return request
    }

    mutating func remove(_ request: UInt64) -> Bool {
        for step in 0..<span {
            let place = (first + step) % entries.count
            guard entries[place] == request else { continue }
            entries[place] = nil
            count -= 1
            dropRemoved()
            return true
        }
        return false
    }

    private mutating func dropRemoved() {
        while span > 0, entries[first] == nil { advance() }
    }

    private mutating func advance() {
        first = (first + 1) % entries.count
        span -= 1
    }

    private mutating func widen() {
        let ordered = (0..<span).map { entries[(first + $0) % entries.count] }.filter { $0 != nil }
        span = ordered.count
        first = 0
        entries = ordered + Array(repeating: nil, count: max(entries.count, 16))
    }
}
