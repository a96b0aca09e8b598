/// Who is alive, and under which process id.
struct Children {
    private var roles: [Int32: KeeperEvent.Role] = [:]
    private var streamsOfWorkers: [UInt32: [Int32]] = [:]

    func pid(of role: KeeperEvent.Role) -> Int32? { roles.first { $0.value == role }?.key }

    mutating func add(_ role: KeeperEvent.Role, pid: Int32) { roles[pid] = role }

    /// Of a child that was reaped; nil if it was not ours.
    mutating func remove(_ pid: Int32) -> KeeperEvent.Role? { roles.removeValue(forKey: pid) }

    mutating func setStreams(_ descriptors: [Int32], ofWorker id: UInt32) { streamsOfWorkers[id] = descriptors }

    mutating func takeStreams(ofWorker id: UInt32) -> [Int32] { streamsOfWorkers.removeValue(forKey: id) ?? [] }
}
