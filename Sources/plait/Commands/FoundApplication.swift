import CLinux
import Glibc

/// What a worker found in the project: the start line shows it, since nobody typed it.
struct FoundApplication: Equatable {
    /// As it could be typed: `mysite.wsgi.application`.
    let name: String

    /// By what, as `Django: manage.py, mysite.settings`.
    let source: String

    /// Nil where none had to be looked for.
    init?(_ report: WorkerReport) {
        guard let name = report.facts["application"], let source = report.facts["found"] else { return nil }
        self.name = name
        self.source = source
    }
}

/// What a worker tells beside its work: facts by name, each written as `name=text` and ended by a zero byte.
struct WorkerReport: Equatable {
    let facts: [String: String]

    init(_ bytes: some Collection<UInt8>) {
        var facts: [String: String] = [:]
        for entry in bytes.split(separator: 0) {
            let parts = String(decoding: entry, as: UTF8.self).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { facts[String(parts[0])] = String(parts[1]) }
        }
        self.facts = facts
    }
}

/// The pipe by which the first worker tells what it found. It has told before it is ready, so that nobody waits.
struct FindingsPipe {
    let reading: Int32

    /// The worker's; stays open, for a worker that dies is followed by another.
    let writing: Int32

    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else { return nil }
        (reading, writing) = (ends[0], ends[1])
    }

    /// Once; nil where nothing was told.
    func take() -> FoundApplication? {
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = max(0, read(reading, buffer.baseAddress, buffer.count))
        }
        return FoundApplication(WorkerReport(bytes))
    }
}
