import CLinux
import Glibc

/// What a worker found in the project: the start line shows it, since nobody typed it.
struct FoundApplication: Equatable {
    /// As it could be typed: `mysite.wsgi.application`.
    let name: String

    /// By what, as `Django: manage.py, mysite.settings`.
    let source: String

    /// Two texts, each ended by a zero byte, as `_project.py` writes them.
    init?(_ bytes: some Collection<UInt8>) {
        let texts = bytes.split(separator: 0, omittingEmptySubsequences: false)
        guard texts.count == 3 else { return nil }
        name = String(decoding: texts[0], as: UTF8.self)
        source = String(decoding: texts[1], as: UTF8.self)
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
        return FoundApplication(bytes)
    }
}
