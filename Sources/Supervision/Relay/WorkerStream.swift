import CLinux
import Glibc

/// The reading end of a worker's standard output or error, on its way to the keeper's. Owns its descriptor.
final class WorkerStream {
    enum Progress { case more, empty, ended }

    /// What a pipe holds, pipe(7).
    private static let readSize = 65_536

    let descriptor: Int32
    private let sink: LineSink
    private var assembler = LineAssembler()

    init(descriptor: Int32, sink: LineSink) {
        self.descriptor = descriptor
        self.sink = sink
    }

    deinit { close(descriptor) }

    /// One read, passed on. After `ended` the stream has nothing more to give, and its last line is complete.
    func relay() -> Progress {
        let progress = withUnsafeTemporaryAllocation(byteCount: Self.readSize, alignment: 1) { space in
            let count = read(descriptor, space.baseAddress, space.count)
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) ? Progress.empty : .ended }
            sink.append(assembler.append(space[..<count]), from: descriptor)
            return .more
        }
        if case .ended = progress { finish() }
        return progress
    }

    /// Everything that is in the pipe now: of a worker that has ended, its last words. Bounded, for a grandchild may
    /// hold the pipe's other end and write for ever.
    func relayRest() -> Progress {
        for _ in 0..<32 {
            let progress = relay()
            guard case .more = progress else { return progress }
        }
        return .more
    }

    /// Completes the last line of a stream that is given up.
    func finish() {
        sink.append(assembler.finish(), from: descriptor)
    }
}
