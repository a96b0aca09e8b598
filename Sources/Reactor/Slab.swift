/// Elements with fixed addresses, named by index and generation, so that an event for one that has gone cannot reach its
/// successor. Grows by blocks and never shrinks. One thread owns it.
package struct Slab<Element> {
    private static var block: Int { 256 }
    /// More elements than this are refused by `take` with a trap; callers count.
    package static var most: Int { 1 << 24 }
    /// A table that never moves: finding an element counts no references. Pages of it are touched as it fills.
    private let blocks = UnsafeMutablePointer<UnsafeMutablePointer<Element>>.allocate(capacity: Self.most / Self.block)
    private var free: [UInt32] = []
    /// Indices below this have been used at some time.
    package private(set) var extent: UInt32 = 0
    package private(set) var count = 0

    package init() {}

    /// The element's memory; an index that was never taken traps.
    @inline(__always)
    package subscript(index: UInt32) -> UnsafeMutablePointer<Element> {
        blocks[Int(index) / Self.block] + Int(index) % Self.block
    }

    /// The caller initialises what it gets: fresh memory holds `blank`, used memory what was left there.
    package mutating func take(blank: Element) -> UInt32 {
        count += 1
        if let index = free.popLast() { return index }
        if Int(extent) % Self.block == 0 {
            precondition(Int(extent) < Self.most, "more elements than a slab holds")
            let memory = UnsafeMutablePointer<Element>.allocate(capacity: Self.block)
            memory.initialize(repeating: blank, count: Self.block)
            blocks[Int(extent) / Self.block] = memory
        }
        extent += 1
        return extent - 1
    }

    package mutating func give(_ index: UInt32) {
        count -= 1
        free.append(index)
    }
}
