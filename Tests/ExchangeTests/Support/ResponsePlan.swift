import Exchange

/// What the worker of the tests answers to request `number`: both sides work it out by themselves.
struct ResponsePlan {
    static let largest = Layout.responseRingBytes - blockHeaderBytes
    static let kinds: [BlockKind] = [.head, .body, .file, .failed]

    let number: UInt64
    let counts: [Int]

    init(number: UInt64) {
        self.number = number
        var generator = SeededGenerator(seed: number)
        func random(_ range: ClosedRange<Int>, _ count: Int) -> [Int] {
            (0..<count).map { _ in Int.random(in: range, using: &generator) }
        }
        switch number % 200 {
        case 1: counts = [Self.largest]  // the ring exactly full
        case 2: counts = [Self.largest - 8, 5, Self.largest]
        case 3: counts = random(1...Self.largest, 6)
        case 4: counts = random(1...20, 3000)
        case 5...9: counts = random(1...9000, 60)  // goes round the ring
        case 10...30: counts = random(1...64, 20)
        default: counts = [60, 13]
        }
    }

    func kind(_ block: Int) -> BlockKind { Self.kinds[(Int(truncatingIfNeeded: number) + block) % Self.kinds.count] }
    func bytes(_ block: Int) -> UnsafeRawBufferPointer {
        Pattern.shared.run(key: number &* 7919 &+ UInt64(block), count: counts[block])
    }
}
