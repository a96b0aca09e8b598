import CLinux
import Exchange
import Glibc
import Testing

/// What a segment is, and what is refused.
@Suite struct SegmentTests {
    @Test func aSegmentIsSealed() throws {
        let (segment, descriptor) = try Segment.create(reactors: 1)
        defer { end(segment, descriptor) }
        #expect(cl_seals(descriptor) == Int32(CL_SEALS))
        for size in [0, segment.byteCount - 1, segment.byteCount + 1] {
            #expect(ftruncate(descriptor, off_t(size)) == -1 && errno == EPERM)
        }
        #expect(cl_seal(descriptor) == -1)
    }

    @Test func aSegmentIsNotInheritedByChildren() throws {
        let (segment, descriptor) = try Segment.create(reactors: 1)
        defer { end(segment, descriptor) }
        #expect(cl_fcntl_int(descriptor, F_GETFD, 0) & FD_CLOEXEC != 0)
    }

    @Test(arguments: 1...4)
    func bothSidesSeeTheSameBytes(reactors: Int) throws {
        let (segment, descriptor) = try Segment.create(reactors: reactors)
        defer { end(segment, descriptor) }
        let attached = try Segment.attach(descriptor: descriptor, reactors: reactors)
        defer { attached.unmap() }
        #expect(attached.base != segment.base)
        let last = Segment.slot(Layout.slotsPerLane - 1, lane: segment.lane(reactors - 1))
        let end = last.responseRing + Layout.responseRingBytes
        #expect(end == segment.base + segment.byteCount)
        (end - 8).storeBytes(of: 0x1234_5678, as: UInt64.self)
        #expect((attached.base + attached.byteCount - 8).load(as: UInt64.self) == 0x1234_5678)
    }

    @Test func anUnsealedFileIsRefused() throws {
        let descriptor = try unsealed(bytes: Layout.segmentBytes(reactors: 1))
        defer { close(descriptor) }
        #expect(throws: Segment.Failure.notSealed) { try Segment.attach(descriptor: descriptor, reactors: 1) }
    }

    @Test func aPartlySealedFileIsRefused() throws {
        let descriptor = try unsealed(bytes: Layout.segmentBytes(reactors: 1))
        defer { close(descriptor) }
        #expect(cl_fcntl_int(descriptor, F_ADD_SEALS, F_SEAL_SHRINK) == 0)
        #expect(throws: Segment.Failure.notSealed) { try Segment.attach(descriptor: descriptor, reactors: 1) }
    }

    @Test func whatIsNoMemoryFileIsRefused() throws {
        let descriptor = cl_open("/dev/null", O_RDWR | O_CLOEXEC, 0)
        defer { close(descriptor) }
        #expect(throws: Segment.Failure.notSealed) { try Segment.attach(descriptor: descriptor, reactors: 1) }
    }

    @Test(arguments: [-1, 1, 4096])
    func anotherSizeIsRefused(difference: Int) throws {
        let expected = Layout.segmentBytes(reactors: 1)
        let descriptor = try unsealed(bytes: expected + difference)
        defer { close(descriptor) }
        #expect(cl_seal(descriptor) == 0)
        #expect(throws: Segment.Failure.size(found: expected + difference, expected: expected)) {
            try Segment.attach(descriptor: descriptor, reactors: 1)
        }
    }

    @Test func anotherNumberOfReactorsIsAnotherSize() throws {
        let (segment, descriptor) = try Segment.create(reactors: 2)
        defer { end(segment, descriptor) }
        let expected = Layout.segmentBytes(reactors: 3)
        #expect(throws: Segment.Failure.size(found: segment.byteCount, expected: expected)) {
            try Segment.attach(descriptor: descriptor, reactors: 3)
        }
    }

    @Test(arguments: [Layout.Header.version, Layout.Header.magic])
    func anotherVersionIsRefused(word: Int) throws {
        let (segment, descriptor) = try Segment.create(reactors: 1)
        defer { end(segment, descriptor) }
        (segment.base + word).storeBytes(of: 99, as: UInt32.self)
        let found: UInt32 = word == Layout.Header.version ? 99 : Layout.version
        #expect(throws: Segment.Failure.version(found: found, expected: Layout.version)) {
            try Segment.attach(descriptor: descriptor, reactors: 1)
        }
    }

    /// More than the address space holds.
    @Test func aSegmentThatCannotBeMappedLeavesNoDescriptorBehind() throws {
        let reactors = 1 << 23
        #expect(throws: Segment.Failure.map(errno: ENOMEM)) { try Segment.create(reactors: reactors) }
        let size = off_t(Layout.segmentBytes(reactors: reactors))
        let left = (0..<Int32(1024)).filter { descriptor in
            var status = stat()
            return fstat(descriptor, &status) == 0 && status.st_size == size
        }
        #expect(left.isEmpty)
    }

    /// The two sides' words must not share a cache line, and nothing may overlap.
    /// A slot goes to the worker and back whole, so its words share one line; the lane's cursors are written on both
    /// sides all the time, so each has its own.
    @Test func aRequestWithoutStreamsMovesOneLineOfControlWords() {
        let slot = [
            Layout.Slot.state, Layout.Slot.responseTail, Layout.Slot.responseHead, Layout.Slot.available,
            Layout.Slot.cancel, Layout.Slot.complete, Layout.Slot.notified, Layout.Slot.waitsForSpace,
            Layout.Slot.waitsForBody,
        ]
        #expect(Set(slot.map { $0 / 64 }) == [0])
        #expect(Set(slot).count == slot.count)
        let lane = [
            Layout.Lane.submittedTail, Layout.Lane.submittedHead, Layout.Lane.completedTail, Layout.Lane.completedHead,
            Layout.Lane.reactorSleeps,
        ]
        #expect(Set(lane.map { $0 / 64 }).count == lane.count)
        #expect(Layout.Lane.submittedEntries + 8 * Layout.ringEntries <= Layout.Lane.completedEntries)
        #expect(Layout.Lane.completedEntries + 4 * Layout.ringEntries <= Layout.laneControlBytes)
        #expect(Layout.slotBytes % Layout.page == 0 && Layout.responseRingBytes % 8 == 0)
        #expect(Layout.slotsPerLane <= Layout.ringEntries && Layout.slotsPerLane <= 256)
    }

    private func unsealed(bytes: Int) throws -> Int32 {
        let descriptor = cl_memfd_create("plait-test")
        try #require(descriptor >= 0 && ftruncate(descriptor, off_t(bytes)) == 0)
        return descriptor
    }

    private func end(_ segment: Segment, _ descriptor: Int32) {
        segment.unmap()
        close(descriptor)
    }
}
