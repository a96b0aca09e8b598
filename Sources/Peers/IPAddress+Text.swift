// The canonical text form of RFC 5952 §4: lower case, no leading zeros, the longest run of at least two zero groups
// (the first of equals) as `::`. IPv4 appears as IPv4.

extension IPAddress: CustomStringConvertible {
    /// Room enough for every address: eight groups of four digits and seven colons.
    package static let longestText = 39

    package var description: String {
        String(unsafeUninitializedCapacity: Self.longestText) { write(into: UnsafeMutableRawBufferPointer($0)) }
    }

    /// Writes the text at the start of `buffer`, which has at least `longestText` bytes; returns its length.
    /// Does not allocate.
    package func write(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var writer = AddressWriter(buffer: buffer)
        if let ipv4 { writer.writeIPv4(ipv4) } else { writer.writeIPv6(self) }
        return writer.count
    }

    /// The group at `index`, 0 to 7, from the left.
    fileprivate func group(_ index: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - 16 * (index % 4)))
    }

    fileprivate var longestZeroRun: Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0..<8 {
            if group(index) != 0 {
                start = index + 1
            } else if index + 1 - start > longest.count {
                longest = start..<index + 1
            }
        }
        return longest.count >= 2 ? longest : 0..<0
    }
}

private struct AddressWriter {
    let buffer: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(buffer: UnsafeMutableRawBufferPointer) {
        self.buffer = buffer
    }

    mutating func writeIPv4(_ address: UInt32) {
        for index in 0..<4 as Range<UInt32> {
            if index > 0 { write(UInt8(ascii: ".")) }
            writeNumber(address >> (24 - 8 * index) & 0xff, radix: 10)
        }
    }

    mutating func writeIPv6(_ address: IPAddress) {
        let gap = address.longestZeroRun
        var index = 0
        while index < 8 {
            if index == gap.lowerBound && !gap.isEmpty {
                write(UInt8(ascii: ":"))
                if gap.upperBound == 8 { write(UInt8(ascii: ":")) }
                index = gap.upperBound
                continue
            }
            if index > 0 { write(UInt8(ascii: ":")) }
            writeNumber(UInt32(address.group(index)), radix: 16)
            index += 1
        }
    }

    private mutating func writeNumber(_ number: UInt32, radix: UInt32) {
        if number >= radix { writeNumber(number / radix, radix: radix) }
        let digit = UInt8(number % radix)
        write(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }

    private mutating func write(_ byte: UInt8) {
        buffer[count] = byte
        count += 1
    }
}
