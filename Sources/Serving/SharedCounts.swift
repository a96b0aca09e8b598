import Synchronization

/// What all reactors count together.
final class SharedCounts: Sendable {
    private let connections = Atomic<Int>(0)
    private let spooled = Atomic<Int>(0)
    let requests = Atomic<Int>(0)
    private let removalsTold = Atomic<UInt32>(0)

    func connectionOpened(limit: Int) -> Bool {
        if connections.add(1, ordering: .relaxed).newValue <= limit { return true }
        connections.subtract(1, ordering: .relaxed)
        return false
    }

    /// Those whose removal nobody has told of yet; from now on somebody has.
    func firstRemovals(of fields: ForwardedFields) -> ForwardedFields {
        let told = ForwardedFields(rawValue: removalsTold.load(ordering: .relaxed))
        if told.isSuperset(of: fields) { return [] }
        let before = removalsTold.bitwiseOr(fields.rawValue, ordering: .relaxed).oldValue
        return fields.subtracting(ForwardedFields(rawValue: before))
    }

    func requestEnded() { requests.add(1, ordering: .relaxed) }

    func connectionClosed() { connections.subtract(1, ordering: .relaxed) }

    /// Takes from the budget of `--max-spool`; false when it is used up.
    func spool(_ bytes: Int, limit: UInt64) -> Bool {
        if spooled.add(bytes, ordering: .relaxed).newValue <= Int(clamping: limit) { return true }
        spooled.subtract(bytes, ordering: .relaxed)
        return false
    }

    func hasRoomToSpool(_ bytes: Int, limit: UInt64) -> Bool {
        spooled.load(ordering: .relaxed) + bytes <= Int(clamping: limit)
    }

    func unspool(_ bytes: UInt64) { spooled.subtract(Int(bytes), ordering: .relaxed) }
}
