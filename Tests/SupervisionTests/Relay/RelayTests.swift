import CLinux
import Glibc
import Testing

@testable import Supervision

extension DescriptorTests {
    /// Real pipes on both sides.
    @Suite struct RelayTests {
        private let workersOut: (reading: Int32, writing: Int32)
        private let keepersOut: (reading: Int32, writing: Int32)
        private let sink: LineSink
        private let stream: WorkerStream

        init() throws {
            signal(SIGPIPE, SIG_IGN)  // the keeper blocks it
            workersOut = try Descriptors.pipe()
            keepersOut = try Descriptors.pipe()
            sink = LineSink(descriptor: keepersOut.writing)
            stream = WorkerStream(descriptor: workersOut.reading, sink: sink)
        }

        private func write(_ text: String) { Glibc.write(workersOut.writing, text, text.utf8.count) }

        private func endOutput() -> String {
            close(keepersOut.writing)
            defer { close(keepersOut.reading) }
            return text(readToEnd(keepersOut.reading))
        }

        @Test func linesPassUnchangedAndTheLastIsCompleted() {
            write("print\nwarning: é\n")
            #expect(stream.relay() == .more)
            #expect(stream.relay() == .empty)
            write("no newline")
            close(workersOut.writing)
            #expect(stream.relay() == .more)
            #expect(hasInput(workersOut.reading))
            #expect(stream.relayRest() == .ended)
            #expect(!sink.flush())
            #expect(endOutput() == "print\nwarning: é\nno newline\n")
        }

        @Test func aReaderThatSleepsIsNotWaitedForAndGetsEverythingLater() {
            let line = String(repeating: "x", count: 1023) + "\n"
            for _ in 0..<200 {
                write(line)
                _ = stream.relay()
            }
            #expect(sink.flush(), "a pipe holds 64 KiB, there were 200")
            var received: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while received.count < 200 * 1024, hasInput(keepersOut.reading) {
                received += buffer[..<max(0, read(keepersOut.reading, &buffer, buffer.count))]
                sink.flush()
            }
            #expect(received == Array(String(repeating: line, count: 200).utf8))
            #expect(sink.takeLosses() == nil)
            close(workersOut.writing)
            #expect(endOutput() == "")
        }

        @Test func whatAReaderNeverTakesIsCountedAndTheWorkerIsStillDrained() {
            let line = String(repeating: "x", count: 32_767) + "\n"
            for _ in 0..<64 {
                write(line)
                #expect(stream.relay() == .more)
                sink.flush()
            }
            #expect(sink.queue.count <= OutputQueue.limit)
            sink.flush(within: .zero)
            while !sink.queue.isEmpty, hasInput(keepersOut.reading) {
                var buffer = [UInt8](repeating: 0, count: 65_536)
                _ = read(keepersOut.reading, &buffer, buffer.count)
                sink.flush()
            }
            let losses = sink.takeLosses()
            #expect((losses?.lines ?? 0) >= 28)
            #expect(losses?.bytes == (losses?.lines ?? 0) * 32_768)
            close(workersOut.writing)
            _ = endOutput()
        }

        @Test func aReaderThatHasGoneIsReportedOnceAndNeverFatal() {
            close(keepersOut.reading)
            write("one\n")
            _ = stream.relay()
            #expect(!sink.flush())
            #expect(sink.takeLosses() == OutputQueue.Losses(lines: 1, bytes: 4))
            write("two\n")
            _ = stream.relay()
            #expect(!sink.flush())
            #expect(sink.takeLosses() == nil)
            close(workersOut.writing)
            close(keepersOut.writing)
        }

        @Test func lastWordsAreGivenTimeButNotForEver() {
            let line = String(repeating: "x", count: 65_535) + "\n"
            for _ in 0..<3 {
                write(line)
                _ = stream.relay()
            }
            sink.flush(within: .milliseconds(1))
            #expect(!sink.queue.isEmpty)
            close(workersOut.writing)
            #expect(endOutput().utf8.count == 65_536)
        }

        @Test func aRegularFileIsAlwaysWritable() throws {
            let directory = try TemporaryDirectory()
            let file = cl_open(directory.file("log"), O_CREAT | O_RDWR, 0o600)
            let log = LineSink(descriptor: file)
            log.appendOwn([UInt8](repeating: 10, count: 500_000))
            #expect(!log.flush())
            #expect(lseek(file, 0, SEEK_END) == 500_000)
            close(file)
            for descriptor in [workersOut.writing, keepersOut.reading, keepersOut.writing] { close(descriptor) }
        }
    }
}
