import Glibc
import Testing

/// The files of `Tests/corpus/http1`; their format is described in the README there.
enum Corpus {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        /// One block of `key: value` lines for each request described.
        let blocks: [Block]
        var testDescription: String { name }
    }

    struct Block: Sendable {
        let lines: [(key: String, value: [UInt8])]

        func bytes(_ key: String) -> [UInt8]? { lines.first { $0.key == key }?.value }
        func text(_ key: String) -> String? { bytes(key).map { String(decoding: $0, as: UTF8.self) } }
        func all(_ key: String) -> [[UInt8]] { lines.filter { $0.key == key }.map(\.value) }
    }

    static let valid = load("valid")
    static let invalid = load("invalid")

    static func invalid(_ prefix: String) -> [Case] { invalid.filter { $0.name.hasPrefix(prefix) } }
    static func valid(_ prefix: String) -> [Case] { valid.filter { $0.name.hasPrefix(prefix) } }

    private static func load(_ folder: String) -> [Case] {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
        let path = parts.joined(separator: "/") + "/corpus/http1/" + folder
        return names(in: path).filter { $0.hasSuffix(".http") }.sorted().map { file in
            let name = String(file.dropLast(5))
            return Case(
                name: name, bytes: contents("\(path)/\(file)"), blocks: blocks(contents("\(path)/\(name).expect")))
        }
    }

    private static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }

    private static func contents(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&block, 1, block.count, file)
            guard count > 0 else { return bytes }
            bytes += block[..<count]
        }
    }

    private static func blocks(_ text: [UInt8]) -> [Block] {
        var blocks: [[(String, [UInt8])]] = [[]]
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), line.first != UInt8(ascii: "#") else {
                if line.isEmpty { blocks.append([]) }
                continue
            }
            let key = String(decoding: line[..<colon], as: UTF8.self)
            blocks[blocks.count - 1].append((key, unescaped(line[(colon + 1)...].dropFirst())))
        }
        return blocks.filter { !$0.isEmpty }.map { Block(lines: $0.map { (key: $0.0, value: $0.1) }) }
    }

    private static func unescaped(_ value: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            switch escape {
            case UInt8(ascii: "r"): bytes.append(0x0d)
            case UInt8(ascii: "n"): bytes.append(0x0a)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "x"):
                bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            default: bytes.append(escape)
            }
        }
        return bytes
    }
}
