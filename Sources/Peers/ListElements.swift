// The elements of a comma-separated list (RFC 9110 §5.6.1) without quoted strings: trimmed, empty ones passed over as
// §5.6.1.2 asks.

struct ElementsFromLeft {
    private let line: UnsafeRawBufferPointer
    private var position = 0

    init(_ line: UnsafeRawBufferPointer) {
        self.line = line
    }

    mutating func next() -> UnsafeRawBufferPointer? {
        while position <= line.count {
            let end = line[min(position, line.count)...].firstIndex(of: UInt8(ascii: ",")) ?? line.count
            let element = line.part(position..<end).trimmed
            position = end + 1
            if !element.isEmpty { return element }
        }
        return nil
    }
}

struct ElementsFromRight {
    private let line: UnsafeRawBufferPointer
    private var end: Int

    init(_ line: UnsafeRawBufferPointer) {
        self.line = line
        end = line.count
    }

    mutating func next() -> UnsafeRawBufferPointer? {
        while end >= 0 {
            let comma = line[..<end].lastIndex(of: UInt8(ascii: ",")) ?? -1
            let element = line.part(comma + 1..<end).trimmed
            end = comma
            if !element.isEmpty { return element }
        }
        return nil
    }
}
