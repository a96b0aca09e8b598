import Exchange
import HTTP

/// A worker's head block, already in private memory, made into the head of an HTTP/1.1 response.
struct AnswerHead {
    let count: Int
    let status: UInt16
    let framing: ResponseFraming
    let closes: Bool

    enum Failure: Error {
        /// The block's own lengths do not fit together.
        case malformed
        case refused(ResponseError)

        var reason: String {
            switch self {
            case .malformed: "malformed"
            case .refused(let error): "\(error)"
            }
        }
    }

    private static let server: StaticString = "plait"

    static func render(
        _ block: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, context: ResponseContext,
        date: UnsafeRawBufferPointer
    ) throws(Failure) -> AnswerHead {
        var reader = BlockBytes(block)
        guard let record = reader.head(), let reason = reader.take(Int(record.reasonCount)) else { throw .malformed }
        // A 1xx would leave the client waiting for the answer proper.
        guard record.status >= 200 else { throw .refused(.statusOutOfRange) }
        var writer = ResponseWriter(into: target, context: context)
        do throws(ResponseError) { try writer.writeStatus(record.status, reason: reason) } catch {
            throw .refused(error)
        }
        for _ in 0..<record.fieldCount {
            guard let (name, value) = reader.field() else { throw .malformed }
            do throws(ResponseError) { try writer.append(name: name, value: value) } catch { throw .refused(error) }
        }
        let server = UnsafeRawBufferPointer(start: server.utf8Start, count: server.utf8CodeUnitCount)
        let known = record.knownLength == .max ? nil : record.knownLength
        do throws(ResponseError) {
            let framing = try writer.finish(knownLength: known, date: date, server: server)
            return AnswerHead(count: writer.count, status: writer.status, framing: framing, closes: writer.closes)
        } catch {
            throw .refused(error)
        }
    }
}

/// Reads a head block; every length is held against what is left.
private struct BlockBytes {
    private var rest: UnsafeRawBufferPointer
    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    mutating func head() -> HeadRecord? {
        take(MemoryLayout<HeadRecord>.size).map { $0.loadUnaligned(as: HeadRecord.self) }
    }

    @inline(__always)
    mutating func field() -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)? {
        guard let lengths = take(6) else { return nil }
        let nameCount = Int(lengths.loadUnaligned(as: UInt16.self))
        let valueCount = Int(lengths.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
        guard let name = take(nameCount), let value = take(valueCount) else { return nil }
        return (name, value)
    }

    @inline(__always)
    mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count <= rest.count else { return nil }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
        return UnsafeRawBufferPointer(rebasing: rest[..<count])
    }
}
