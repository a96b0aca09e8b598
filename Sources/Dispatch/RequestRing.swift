/// Requests in the order of their coming; any may leave from the middle. Grows where it must, and
/// closes its gaps first.
struct RequestRing {
    private var entries: [UInt64?]
    private var first = 0
    /// Places in use, gaps included.
    private var span = 0
    private(set) var count = 0

    init(places: Int) { entries = Array(repeating: nil, count: places) }

    var places: Int { entries.count }

    mutating func append(_ request: UInt64) {
        if span == entries.count { makeRoom() }
        entries[(first + span) % entries.count] = request
        span += 1
        count += 1
    }

    mutating func popFirst() -> UInt64? {
        guard span > 0, let request = entries[first] else { return nil }
        entries[first] = nil
        count -= 1
        passGaps()
        return request
    }

    mutating func remove(_ request: UInt64) -> Bool {
        for step in 0..<span {
            let place = (first + step) % entries.count
            guard entries[place] == request else { continue }
            entries[place] = nil
            count -= 1
            passGaps()
            return true
        }
        return false
    }

    /// The first place is never a gap.
    private mutating func passGaps() {
        while span > 0, entries[first] == nil {
            first = (first + 1) % entries.count
            span -= 1
        }
    }

    private mutating func makeRoom() {
        let ordered = (0..<span).map { entries[(first + $0) % entries.count] }.filter { $0 != nil }
        let places = ordered.count > entries.count / 2 ? entries.count * 2 : entries.count
        entries = ordered + Array(repeating: nil, count: places - ordered.count)
        first = 0
        span = ordered.count
    }
}
