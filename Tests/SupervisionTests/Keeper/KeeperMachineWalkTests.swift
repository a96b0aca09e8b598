import Testing

@testable import Supervision

/// Random lives of a keeper, against what must hold in every one of them.
@Suite struct KeeperMachineWalkTests {
    @Test(arguments: 0..<400)
    func everyLifeKeepsTheLaws(seed: Int) {
        var walk = KeeperWalk(seed: UInt64(seed))
        for _ in 0..<300 where !walk.isOver { walk.step() }
        walk.stopForGood()
        #expect(walk.violations == [])
        #expect(walk.isOver)
    }
}

private struct KeeperWalk {
    private var machine: KeeperMachine
    private var random: SplitMix
    private var now: Duration = .zero
    private var alive: [KeeperEvent.Role: Bool] = [:]  // role → killed
    private var neverReused: Set<UInt32> = []
    private(set) var violations: [String] = []
    private(set) var isOver = false
    private let workerCount: Int
    private var mayListen = true

    init(seed: UInt64) {
        random = SplitMix(state: seed &* 0x9e37_79b9)
        workerCount = Int(random.next() % 4) + 1
        machine = KeeperMachine(
            rules: .init(
                workerCount: workerCount, grace: .seconds(Int(random.next() % 5)),
                drainDelay: .seconds(Int(random.next() % 3)),
                succession: random.next() % 4 == 0 ? .inPlace : .beside))
        handle(.start)
    }

    mutating func step() {
        now += .milliseconds(Int(random.next() % 700))
        if let deadline = machine.deadline, deadline <= now { handle(.timer) }
        switch random.next() % 100 {
        case 0..<40: becomeReady()
        case 40..<60: exitSomeone()
        case 60..<64: handle(.control(.workerCondemned(id: someID(), reason: .unresponsive)))
        case 64..<66: if alive[.server] != nil { handle(.controlEnded) }
        case 66..<70: handle(random.next() % 2 == 0 ? .signal(.hangUp) : .reload(.files(first: "a.py", count: 1)))
        case 70..<71: handle(.signal(.stop(15)))
        case 71..<72: handle(.signal(.reopenLogs))
        default: handle(.timer)
        }
    }

    /// From any state, two stops end it once the kernel has done what it was asked.
    mutating func stopForGood() {
        for _ in 0..<2 { handle(.signal(.stop(2))) }
        for role in alive.keys where !isOver { exit(role) }
        for _ in 0..<4 {
            guard !isOver, let deadline = machine.deadline else { continue }
            now = max(now, deadline)
            handle(.timer)
        }
    }

    private mutating func becomeReady() {
        handle(random.next() % 3 == 0 ? .control(.started) : .control(.workerReady(id: someID(), pythonHexVersion: 1)))
    }

    private mutating func exitSomeone() {
        let roles = alive.keys.sorted { "\($0)" < "\($1)" }
        guard !roles.isEmpty else { return }
        exit(roles[Int(random.next() % UInt64(roles.count))])
    }

    private mutating func exit(_ role: KeeperEvent.Role) {
        alive[role] = nil
        handle(.exited(role, .exited(code: Int32(random.next() % 2)), peakResidentBytes: 0))
    }

    private mutating func someID() -> UInt32 { UInt32(random.next() % UInt64(neverReused.count + 2)) }

    private mutating func handle(_ event: KeeperMachine.Event) {
        var pending = [event]
        while !pending.isEmpty {
            for action in machine.handle(pending.removeFirst(), at: now) {
                if isOver { violations.append("\(action) after the exit") }
                if let answer = perform(action) { pending.append(answer) }
            }
        }
        // A deadline in the past would make the keeper's loop spin.
        if let deadline = machine.deadline, deadline <= now { violations.append("overdue after \(event)") }
        if !isOver, alive.isEmpty, machine.deadline == nil { violations.append("nothing to wait for after \(event)") }
    }

    private mutating func perform(_ action: KeeperMachine.Action) -> KeeperMachine.Event? {
        switch action {
        case .spawnServer:
            if !mayListen { violations.append("a server without listeners") }
            return spawn(.server)
        case .spawnWorker(let id):
            if !neverReused.insert(id).inserted { violations.append("id \(id) twice") }
            if alive[.server] == nil { violations.append("worker without a server") }
            return spawn(.worker(id: id))
        case .kill(let role), .terminate(let role):
            if alive[role] == nil { violations.append("\(action) for nobody") }
        case .send: if alive[.server] == nil { violations.append("\(action) to nobody") }
        case .closeListeners: mayListen = false
        case .exit: isOver = true
        case .announce: break
        }
        return nil
    }

    private mutating func spawn(_ role: KeeperEvent.Role) -> KeeperMachine.Event {
        if alive[role] != nil { violations.append("\(role) twice") }
        if random.next() % 20 == 0 { return .spawnFailed(role, number: 11) }
        alive[role] = false
        return .spawned(role, pid: 1000)
    }
}

/// splitmix64: the same life for the same seed, on every machine.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
