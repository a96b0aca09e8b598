import CLinux
import Glibc

/// One worker's shared memory, mapped here until `unmap()`.
///
/// The server makes it and seals it before it is passed on: nobody can shrink it under a reader (SIGBUS) or grow it.
/// The worker checks size, seals and version before it believes a byte.
package struct Segment {
    package enum Failure: Error, Equatable {
        case memfd(errno: Int32)
        case seal(errno: Int32)
        case map(errno: Int32)
        case notSealed
        case size(found: Int, expected: Int)
        case version(found: UInt32, expected: UInt32)
    }

    package let base: UnsafeMutableRawPointer
    package let reactors: Int
    package var byteCount: Int { Layout.segmentBytes(reactors: reactors) }

    /// Server: makes, sizes, labels and seals a segment. The caller owns `descriptor`.
    package static func create(reactors: Int) throws(Failure) -> (segment: Segment, descriptor: Int32) {
        let bytes = Layout.segmentBytes(reactors: reactors)
        let descriptor = cl_memfd_create("plait-exchange")
        guard descriptor >= 0 else { throw .memfd(errno: errno) }
        guard ftruncate(descriptor, off_t(bytes)) == 0, cl_seal(descriptor) == 0 else {
            let code = errno
            close(descriptor)
            throw .seal(errno: code)
        }
        let segment: Segment
        do throws(Failure) { segment = try map(descriptor, bytes: bytes, reactors: reactors) } catch {
            close(descriptor)
            throw error
        }
        let base = segment.base
        base.storeBytes(of: Layout.magic, toByteOffset: Layout.Header.magic, as: UInt32.self)
        base.storeBytes(of: Layout.version, toByteOffset: Layout.Header.version, as: UInt32.self)
        base.storeBytes(of: UInt32(reactors), toByteOffset: Layout.Header.reactors, as: UInt32.self)
        base.storeBytes(
            of: UInt32(Layout.slotsPerLane), toByteOffset: Layout.Header.slotsPerLane, as: UInt32.self)
        base.storeBytes(of: UInt32(Layout.slotBytes), toByteOffset: Layout.Header.slotBytes, as: UInt32.self)
        return (segment, descriptor)
    }

    /// Worker: maps what it was handed. `reactors` comes with the descriptor.
    package static func attach(descriptor: Int32, reactors: Int) throws(Failure) -> Segment {
        // -1, every bit set, where the descriptor is no memory file at all.
        let seals = cl_seals(descriptor)
        guard seals >= 0, seals & Int32(CL_SEALS) == Int32(CL_SEALS) else { throw .notSealed }
        let bytes = Layout.segmentBytes(reactors: reactors)
        let found = Int(lseek(descriptor, 0, SEEK_END))
        guard found == bytes else { throw .size(found: found, expected: bytes) }
        let segment = try map(descriptor, bytes: bytes, reactors: reactors)
        let version = segment.base.load(fromByteOffset: Layout.Header.version, as: UInt32.self)
        let magic = segment.base.load(fromByteOffset: Layout.Header.magic, as: UInt32.self)
        guard magic == Layout.magic, version == Layout.version else {
            segment.unmap()
            throw .version(found: version, expected: Layout.version)
        }
        return segment
    }

    private static func map(_ descriptor: Int32, bytes: Int, reactors: Int) throws(Failure) -> Segment {
        let base = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let base, base != UnsafeMutableRawPointer(bitPattern: -1) else {  // MAP_FAILED
            throw .map(errno: errno)
        }
        return Segment(base: base, reactors: reactors)
    }

    package func unmap() { munmap(base, byteCount) }

    @inlinable @inline(__always) package func lane(_ reactor: Int) -> UnsafeMutableRawPointer {
        base + Layout.headerBytes + reactor * Layout.laneBytes
    }

    @inlinable @inline(__always) package static func slot(_ index: Int, lane: UnsafeMutableRawPointer) -> Slot {
        Slot(base: lane + Layout.laneControlBytes + index * Layout.slotBytes)
    }
}
