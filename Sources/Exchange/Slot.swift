import CLinux

/// One place for one request in a worker's segment, seen from either side.
///
/// The state is one atomic word with a generation, moved only by compare-and-swap:
///
///     free ──server──▶ queued ──worker──▶ running ──worker──▶ done ──server──▶ free (next generation)
///                         └────server (reclaim)────▶ reclaimed ──server, entry consumed──▶ free (next generation)
///
/// A worker takes a slot by (generation, queued) → running and skips what fails, so a request that the server has taken
/// back is never run twice, and one that runs is never taken back.
package struct Slot {
    package enum State: UInt8 { case free = 0, queued, running, done, reclaimed }

    /// What the state word holds.
    package struct Stamp: Equatable {
        package let raw: UInt64
        @inlinable @inline(__always) package init(raw: UInt64) { self.raw = raw }
        @inlinable @inline(__always) package init(generation: UInt64, state: State) {
            raw = generation << 8 | UInt64(state.rawValue)
        }
        @inlinable @inline(__always) package var generation: UInt64 { raw >> 8 }
        /// Nil when the other side has written a state that does not exist.
        @inlinable @inline(__always) package var state: State? { State(rawValue: UInt8(truncatingIfNeeded: raw)) }
    }

    package let base: UnsafeMutableRawPointer
    @inlinable @inline(__always) package init(base: UnsafeMutableRawPointer) { self.base = base }

    @inlinable @inline(__always) package var stamp: Stamp { Stamp(raw: cl_load_u64(base + Layout.Slot.state)) }

    /// Returns false when the word no longer was `(generation, from)`.
    @inlinable @inline(__always) package func move(generation: UInt64, from: State, to next: State) -> Bool {
        cl_cas_u64(
            base + Layout.Slot.state, Stamp(generation: generation, state: from).raw,
            Stamp(generation: generation, state: next).raw)
    }

    /// The server's step from done or reclaimed to free: nobody else looks at the slot then.
    @inlinable @inline(__always) package func free(nextGeneration: UInt64) {
        cl_store_u64(base + Layout.Slot.state, Stamp(generation: nextGeneration, state: .free).raw)
    }

    /// Clears the cursors for a new request. Only while the slot is free.
    ///
    /// Not `notified`: the worker that has just finished here may be about to set it, and while it is 1 an entry for
    /// this slot stands in the completed ring.
    @inlinable @inline(__always) package func reset() {
        for offset in stride(from: Layout.Slot.responseTail, to: Layout.Slot.notified, by: 8) {
            base.storeBytes(of: 0, toByteOffset: offset, as: UInt64.self)
        }
        base.storeBytes(of: 0, toByteOffset: Layout.Slot.waitsForSpace, as: UInt32.self)
        base.storeBytes(of: 0, toByteOffset: Layout.Slot.waitsForBody, as: UInt32.self)
        base.storeBytes(of: 0, toByteOffset: Layout.Slot.consumed, as: UInt64.self)
    }

    @inlinable @inline(__always) package var requestArea: UnsafeMutableRawPointer { base + Layout.Slot.requestArea }
    @inlinable @inline(__always) package var responseRing: UnsafeMutableRawPointer { base + Layout.Slot.responseRing }

    // MARK: cancel

    @inlinable @inline(__always) package var isCancelled: Bool { cl_load_u32(base + Layout.Slot.cancel) != 0 }

    /// The client is gone (said by the server), or the server is (said by the worker). Wakes a thread that waits for body or for room.
    package func cancel() {
        cl_store_seq_u32(base + Layout.Slot.cancel, 1)
        signal(Layout.Slot.bodySignal)
        signal(Layout.Slot.spaceSignal)
    }

    package func signal(_ word: Int) {
        _ = cl_add_u32(base + word, 1)
        _ = cl_futex_wake(base + word, 1)
    }
}
