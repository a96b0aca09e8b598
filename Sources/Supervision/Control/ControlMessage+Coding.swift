/// The record: mark, kind, id (UInt32 each), four bytes of zero, then two UInt64; in the machine's byte order, for both
/// ends are on one machine.
extension ControlMessage {
    package static let recordSize = 32
    private static let mark: UInt32 = 0x3174_6c70  // "plt1"

    private enum Kind: UInt32 {
        case listener = 1, listenersDone, worker, workerGone, drain, reopenLogs, stopping, retireWorker
        case started = 65, workerReady, workerCondemned, drained
    }

    private struct Record {
        var kind: Kind
        var id: UInt32 = 0
        var value: UInt64 = 0
        var extra: UInt64 = 0
    }

    package func encoded() -> [UInt8] {
        let record = self.record
        var bytes = [UInt8](repeating: 0, count: Self.recordSize)
        bytes.withUnsafeMutableBytes { space in
            space.storeBytes(of: Self.mark, toByteOffset: 0, as: UInt32.self)
            space.storeBytes(of: record.kind.rawValue, toByteOffset: 4, as: UInt32.self)
            space.storeBytes(of: record.id, toByteOffset: 8, as: UInt32.self)
            space.storeBytes(of: record.value, toByteOffset: 16, as: UInt64.self)
            space.storeBytes(of: record.extra, toByteOffset: 24, as: UInt64.self)
        }
        return bytes
    }

    /// nil for a record of another size, mark or kind.
    package init?(decoding bytes: [UInt8]) {
        guard bytes.count == Self.recordSize else { return nil }
        let record: Record? = bytes.withUnsafeBytes { space in
            guard space.load(fromByteOffset: 0, as: UInt32.self) == Self.mark,
                let kind = Kind(rawValue: space.load(fromByteOffset: 4, as: UInt32.self))
            else { return nil }
            return Record(
                kind: kind,
                id: space.load(fromByteOffset: 8, as: UInt32.self),
                value: space.load(fromByteOffset: 16, as: UInt64.self),
                extra: space.load(fromByteOffset: 24, as: UInt64.self))
        }
        guard let record else { return nil }
        self.init(record)
    }

    private var record: Record {
        switch self {
        case .listener(let index): Record(kind: .listener, id: index)
        case .listenersDone(let count): Record(kind: .listenersDone, id: count)
        case .worker(let id): Record(kind: .worker, id: id)
        case .workerGone(let id, let status):
            Record(kind: .workerGone, id: id, value: UInt64(UInt32(bitPattern: status)))
        case .stopping: Record(kind: .stopping)
        case .drain: Record(kind: .drain)
        case .reopenLogs: Record(kind: .reopenLogs)
        case .retireWorker(let id): Record(kind: .retireWorker, id: id)
        case .started: Record(kind: .started)
        case .workerReady(let id, let version): Record(kind: .workerReady, id: id, value: UInt64(version))
        case .workerCondemned(let id, let reason):
            Record(kind: .workerCondemned, id: id, value: UInt64(reason.rawValue))
        case .drained(let count, let milliseconds): Record(kind: .drained, value: count, extra: milliseconds)
        }
    }

    private init(_ record: Record) {
        let value = UInt32(truncatingIfNeeded: record.value)
        switch record.kind {
        case .listener: self = .listener(index: record.id)
        case .listenersDone: self = .listenersDone(count: record.id)
        case .worker: self = .worker(id: record.id)
        case .workerGone: self = .workerGone(id: record.id, waitStatus: Int32(bitPattern: value))
        case .stopping: self = .stopping
        case .drain: self = .drain
        case .reopenLogs: self = .reopenLogs
        case .retireWorker: self = .retireWorker(id: record.id)
        case .started: self = .started
        case .workerReady: self = .workerReady(id: record.id, pythonHexVersion: value)
        case .workerCondemned:
            self = .workerCondemned(id: record.id, reason: CondemnationReason(rawValue: value) ?? .unspecified)
        case .drained: self = .drained(count: record.value, milliseconds: record.extra)
        }
    }
}
