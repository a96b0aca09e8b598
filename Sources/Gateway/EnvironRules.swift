/// How a request becomes CGI variables (PEP 3333 "environ Variables", RFC 3875 §4.1), on plain bytes.
package enum EnvironRules {
    /// `Accept-Language` → `HTTP_ACCEPT_LANGUAGE`; `Content-Type` → `CONTENT_TYPE` (RFC 3875 §4.1.2, §4.1.3, §4.1.18).
    /// `target` has room for five bytes more than the name. Returns where in it the variable stands.
    package static func variable(
        _ name: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) -> Range<Int> {
        for index in 0..<5 { target[index] = prefix(index) }
        for index in 0..<name.count {
            let byte = name[index]
            let upper = byte &- 0x61 < 26 ? byte & 0xDF : byte
            target[5 + index] = upper == UInt8(ascii: "-") ? UInt8(ascii: "_") : upper
        }
        let bare = UnsafeRawBufferPointer(rebasing: target[5..<5 + name.count])
        return (equals(bare, "CONTENT_TYPE") || equals(bare, "CONTENT_LENGTH") ? 5 : 0)..<5 + name.count
    }

    private static func equals(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
        bytes.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private static func prefix(_ index: Int) -> UInt8 {
        let text: StaticString = "HTTP_"
        return text.utf8Start[index]
    }

    /// Percent-decodes once; a bad escape stays as it is. Returns the count, never more than came in.
    package static func percentDecode(
        _ path: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) -> Int {
        var read = 0
        var written = 0
        while read < path.count {
            let byte = path[read]
            if byte == UInt8(ascii: "%"), read + 2 < path.count, let high = hex(path[read + 1]),
                let low = hex(path[read + 2])
            {
                target[written] = high << 4 | low
                read += 3
            } else {
                target[written] = byte
                read += 1
            }
            written += 1
        }
        return written
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// How many bytes of a decoded path belong to `SCRIPT_NAME`, given `--root-path`: its length where the path lies
    /// below it, else 0. A proxy may have cut the prefix off already; then the whole path is `PATH_INFO`.
    package static func scriptNameCount(path: UnsafeRawBufferPointer, root: [UInt8]) -> Int {
        guard !root.isEmpty, path.count >= root.count else { return 0 }
        for index in root.indices where path[index] != root[index] { return 0 }
        guard path.count == root.count || path[root.count] == UInt8(ascii: "/") else { return 0 }
        return root.count
    }
}
