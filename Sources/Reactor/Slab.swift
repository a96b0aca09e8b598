/// Elements with fixed addresses, named by index and generation, so that an event for one that has gone cannot reach its
/// successor. Grows by blocks and never shrinks. One thread owns it.
package struct Slab<Element> {
    private static var block: Int { 256 }
    private var blocks: [UnsafeMutablePointer<Element>] = []
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
        if Int(extent) == blocks.count * Self.block {
            let memory = UnsafeMutablePointer<Element>.allocate(capacity: Self.block)
            memory.initialize(repeating: blank, count: Self.block)
            blocks.append(memory)
        }
        extent += 1
        return extent - 1
    }

    package mutating func give(_ index: UInt32) {
        count -= 1
        free.append(index)
    }
}
