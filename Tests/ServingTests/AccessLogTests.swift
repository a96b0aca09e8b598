import Glibc
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Serving

/// Threads, files, and lines that must all be accounted for.
@Suite struct AccessLogTests {
    @Test func aLineIsWrittenWithoutAnotherToPushIt() throws {
        let directory = try TestDirectory()
        let log = try RunningLog(directory.file("log"))
        NativeThread {
            var producer = Producer(log.log, "/only")
            producer.put()
            producer.flush()
        }.join()
        try directory.wait { log.file.lines.count == 1 }
        #expect(log.close() == 0)
    }

    @Test func twoProducersLoseNothingThatIsNotCounted() throws {
        let directory = try TestDirectory()
        let log = try RunningLog(directory.file("log"))
        let each = 20_000
        let threads = ["/a", "/b"].map { name in
            NativeThread {
                var producer = Producer(log.log, name)
                for number in 1...each {
                    producer.put()
                    if number % 7 == 0 { producer.flush() }
                }
                producer.flush()
            }
        }
        threads.forEach { $0.join() }
        let dropped = log.close()
        let lines = log.file.lines
        #expect(lines.count + dropped == 2 * each)
        #expect(lines.filter { !$0.isWhole }.isEmpty)
        for name in ["/a", "/b"] {
            let numbers = lines.filter { $0.target == name }.map(\.number)
            #expect(numbers == Array(Set(numbers)).sorted())
        }
    }

    @Test func whatAFullRingTurnsAwayIsToldOnce() throws {
        let directory = try TestDirectory()
        let log = try RunningLog(directory.file("log"), isStarted: false)
        NativeThread {
            var producer = Producer(log.log, "/full")
            for _ in 0..<10_000 { producer.put() }
            producer.flush()
        }.join()
        log.start()
        let dropped = log.close()
        #expect(dropped > 0)
        #expect(log.file.lines.count + dropped == 10_000)
        #expect(log.losses.map(\.errno) == [0])
    }

    @Test func whatCannotBeWrittenIsToldWithItsReason() throws {
        let log = try RunningLog(TestFile(path: "/dev/full"))
        NativeThread {
            var producer = Producer(log.log, "/full")
            for _ in 0..<100 { producer.put() }
            producer.flush()
        }.join()
        #expect(log.close() == 100)
        #expect(Set(log.losses.map(\.errno)) == [ENOSPC])
    }

    @Test func aPipeThatNobodyReadsHoldsUpNoEnd() throws {
        let directory = try TestDirectory()
        let pipe = directory.file("pipe")
        #expect(mkfifo(pipe.path, 0o600) == 0)
        let reader = open(pipe.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        let log = try RunningLog(pipe)
        NativeThread {
            var producer = Producer(log.log, "/pipe")
            for _ in 0..<5000 { producer.put() }
            producer.flush()
        }.join()
        let dropped = log.close()
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(reader, &bytes, bytes.count)
        #expect(bytes[..<max(0, count)].count { $0 == UInt8(ascii: "\n") } + dropped == 5000)
    }

    @Test func reopeningWhileWritingLosesNothing() throws {
        let directory = try TestDirectory()
        let log = try RunningLog(directory.file("log"))
        let state = Producing()
        let thread = NativeThread {
            var producer = Producer(log.log, "/turning")
            while !state.isOver.load(ordering: .relaxed) {
                producer.put()
                producer.flush()
                state.produced.add(1, ordering: .relaxed)
            }
        }
        var rotated: [TestFile] = []
        for number in 0..<5 {
            rotated.append(directory.file("log.\(number)"))
            rename(log.file.path, rotated[number].path)
            log.log.reopen()
            try directory.wait { log.file.size > 0 }
        }
        state.isOver.store(true, ordering: .relaxed)
        thread.join()
        let dropped = log.close()
        let lines = (rotated + [log.file]).flatMap(\.lines)
        #expect(lines.count + dropped == state.produced.load(ordering: .relaxed))
        #expect(lines.filter { !$0.isWhole }.isEmpty)
        let numbers = lines.map(\.number)
        #expect(numbers == Array(Set(numbers)).sorted())
    }

    @Test func aFileThatCannotBeReopenedIsWrittenOn() throws {
        let directory = try TestDirectory()
        let log = try RunningLog(directory.file("log"))
        let kept = directory.file("kept")
        rename(log.file.path, kept.path)
        mkdir(log.file.path, 0o700)
        log.log.reopen()
        try directory.wait { log.failures == [EISDIR] }
        NativeThread {
            var producer = Producer(log.log, "/kept")
            producer.put()
            producer.flush()
        }.join()
        #expect(log.close() == 0)
        #expect(kept.lines.count == 1)
    }

    @Test func aDirectoryIsNoLog() throws {
        #expect(AccessLog(format: .json, path: "/", tell: { _ in }) == nil)
        #expect(errno == EISDIR)
    }
}

private final class Producing: Sendable {
    let isOver = Atomic<Bool>(false)
    let produced = Atomic<Int>(0)
}

/// What a reactor is to the log. Made on the thread that uses it.
private struct Producer {
    private let lane: AccessLogLane
    private let target: [UInt8]
    private var number: UInt64 = 0

    init(_ log: AccessLog, _ target: String) {
        lane = log.lane()
        self.target = Array(target.utf8)
    }

    mutating func put() {
        number += 1
        target.withUnsafeBytes { head in
            var line = AccessLine(client: nil, head: head)
            (line.method, line.target) = (Slice(from: 0, to: 1), Slice(from: 0, to: head.count))
            line.identifier = number
            lane.put(line, now: 0)
        }
    }

    func flush() { lane.flush() }
}

/// A log with its writer thread, and all it tells.
private final class RunningLog: Sendable {
    private struct Told {
        var losses: [(count: Int, errno: Int32)] = []
        var failures: [Int32] = []
    }
    private final class Ears: Sendable { let told = Mutex(Told()) }

    let log: AccessLog
    let file: TestFile
    private let ears = Ears()

    init(_ file: TestFile, isStarted: Bool = true) throws {
        self.file = file
        let ears = ears
        log = try #require(
            AccessLog(format: .json, path: file.path) { event in
                ears.told.withLock { told in
                    switch event {
                    case .accessLinesDropped(let count, let errno): told.losses.append((count, errno))
                    case .accessLogNotReopened(let errno): told.failures.append(errno)
                    default: break
                    }
                }
            })
        if isStarted { start() }
    }

    func start() { NativeThread { [log] in log.writeUntilClosed() }.detach() }

    /// How many lines were lost, as told.
    func close() -> Int {
        log.close()
        return losses.reduce(0) { $0 + $1.count }
    }

    var losses: [(count: Int, errno: Int32)] { ears.told.withLock { $0.losses } }
    var failures: [Int32] { ears.told.withLock { $0.failures } }
}
