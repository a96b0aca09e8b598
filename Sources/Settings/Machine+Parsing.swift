// The kernel's texts about processors and control groups.

extension Machine {
    /// Counts the processors of the line `Cpus_allowed_list:	0-3,8` of `/proc/self/status` (proc(5)).
    package static func processorCount(inStatus text: String) -> Int? {
        let name = "Cpus_allowed_list:"
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return nil }
        var count = 0
        for range in line.dropFirst(name.count).split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            let ends = range.split(separator: "-").compactMap { wholeNumber($0, in: 0...1_000_000) }
            guard let first = ends.first, let last = ends.last, first <= last else { return nil }
            count += last - first + 1
        }
        return count == 0 ? nil : count
    }
}

extension ProcessorQuota {
    /// Reads `cpu.max`: `150000 100000`; nil for `max 100000`, and for the `-1` of version 1, which are no limit.
    package init?(cpuMax text: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let time = wholeNumber(words[0], in: 1...Int.max / 2),
            let period = wholeNumber(words[1], in: 1...Int.max / 2)
        else { return nil }
        self.init(time: time, period: period)
    }
}

extension ByteCount {
    /// Reads `memory.max` or `memory.limit_in_bytes`; nil for `max`, and for the number of version 1 that stands for
    /// no limit (the largest multiple of the page size).
    package init?(memoryMax text: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 1, let bytes = wholeNumber(words[0], in: 1...(Int.max - (1 << 21))) else { return nil }
        self.init(bytes: bytes)
    }
}
