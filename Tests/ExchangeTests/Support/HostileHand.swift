import CLinux
import Exchange

/// Writes what no worker of ours would: anything, anywhere in the lane, most often where the server looks.
struct HostileHand {
    private static let slotWords = [
        Layout.Slot.state, Layout.Slot.available, Layout.Slot.complete & ~7, Layout.Slot.responseHead,
        Layout.Slot.bodySignal, Layout.Slot.responseTail, Layout.Slot.consumed, Layout.Slot.notified,
        Layout.Slot.waitsForBody,
    ]
    private static let laneWords = [
        Layout.Lane.submittedTail, Layout.Lane.submittedHead, Layout.Lane.completedTail, Layout.Lane.completedHead,
        Layout.Lane.reactorSleeps,
    ]
    private static let telling: [UInt64] = [
        0, 1, 2, 7, 8, 9, 63, 64, 127, 128, 129, 255, UInt64(Layout.responseRingBytes) - 8,
        UInt64(Layout.responseRingBytes), UInt64(Layout.responseRingBytes) + 8, 1 << 31, (1 << 32) - 1, 1 << 32,
        1 << 63,
        .max - 7, .max,
    ]

    let lane: UnsafeMutableRawPointer
    var generator: SeededGenerator

    mutating func scribble() {
        let slot = Segment.slot(Int.random(in: 0..<Layout.slotsPerLane, using: &generator), lane: lane)
        switch Int.random(in: 0..<8, using: &generator) {
        case 0...1: write(lane + pick(Self.laneWords))
        case 2...4: write(slot.base + pick(Self.slotWords))
        case 5: header(at: slot.responseRing + Int.random(in: 0..<64, using: &generator) * 8)
        case 6: header(at: slot.responseRing + Int.random(in: 0..<Layout.responseRingBytes / 8, using: &generator) * 8)
        default: write(lane + Int.random(in: 0..<Layout.laneControlBytes / 8, using: &generator) * 8)
        }
    }

    private mutating func pick(_ words: [Int]) -> Int { words[Int.random(in: words.indices, using: &generator)] }

    /// Plausible headers come often, so that the server gets past them.
    private mutating func header(at place: UnsafeMutableRawPointer) {
        let kind = UInt64.random(in: 0...5, using: &generator)
        let length = UInt64.random(in: 0...3, using: &generator) == 0 ? value() : value() % 4096
        cl_store_u64(place, length << 32 | kind)
    }

    private mutating func write(_ place: UnsafeMutableRawPointer) { cl_store_u64(place, value()) }

    private mutating func value() -> UInt64 {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: generator.next()
        case 1: UInt64.random(in: 0...300, using: &generator) * 8
        case 2: UInt64.random(in: 0...40, using: &generator) << 8 | UInt64.random(in: 0...6, using: &generator)
        default: Self.telling[Int.random(in: Self.telling.indices, using: &generator)]
        }
    }
}
