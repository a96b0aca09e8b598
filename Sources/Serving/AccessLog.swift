import CLinux
import Glibc
import HTTP
import Peers
import Synchronization

package enum AccessLogFormat: Sendable { case off, combined, json }

/// The access log: reactors put lines into a bounded buffer and never wait; one thread writes.
package final class AccessLog: Sendable {
    private struct State {
        var lines: [UInt8] = []
        var dropped = 0
        var isClosed = false
        var descriptor: Int32
    }

    private static let most = 1 << 20
    private let format: AccessLogFormat
    private let state: Mutex<State>
    private let path: String?
    /// Wakes the writer; only when it sleeps.
    private let signal: Int32

    /// `path` nil: standard output. Nil if the file cannot be opened, with `errno` set.
    package init?(format: AccessLogFormat, path: String?) {
        self.format = format
        self.path = path
        guard let descriptor = Self.open(path) else { return nil }
        state = Mutex(State(descriptor: descriptor))
        signal = eventfd(0, Int32(EFD_CLOEXEC))
    }

    private static func open(_ path: String?) -> Int32? {
        guard let path else { return STDOUT_FILENO }
        let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        return descriptor >= 0 ? descriptor : nil
    }

    /// SIGUSR1: a rotated file is opened anew; a failure keeps the old one.
    package func reopen() {
        guard path != nil, let fresh = Self.open(path) else { return }
        let old = state.withLock { state in
            defer { state.descriptor = fresh }
            return state.descriptor
        }
        close(old)
    }

    func note(_ request: Request, _ connection: Connection, now: Int64) {
        guard format != .off else { return }
        let line = AccessLine(request, connection, seconds: Int64(time(nil)), nanoseconds: now - request.since)
        let wakes = state.withLock { state -> Bool in
            guard state.lines.count < Self.most else {
                state.dropped += 1
                return false
            }
            let wasEmpty = state.lines.isEmpty
            line.write(as: format, into: &state.lines)
            return wasEmpty
        }
        guard wakes else { return }
        var one: UInt64 = 1
        _ = write(signal, &one, 8)
    }

    /// The writer thread's work, until `close()`.
    package func writeUntilClosed() {
        while true {
            var count: UInt64 = 0
            _ = read(signal, &count, 8)
            let (lines, descriptor, isClosed) = state.withLock { state in
                defer { state.lines.removeAll(keepingCapacity: true) }
                return (state.lines, state.descriptor, state.isClosed)
            }
            Self.writeAll(lines, to: descriptor)
            if isClosed { return }
        }
    }

    package func close() {
        state.withLock { $0.isClosed = true }
        var one: UInt64 = 1
        _ = write(signal, &one, 8)
    }

    private static func writeAll(_ lines: [UInt8], to descriptor: Int32) {
        lines.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let run = UnsafeRawBufferPointer(rebasing: rest)
                let count = Glibc.write(descriptor, run.baseAddress, run.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    private func close(_ descriptor: Int32) {
        if descriptor != STDOUT_FILENO { Glibc.close(descriptor) }
    }
}
