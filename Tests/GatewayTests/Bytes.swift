import Gateway

/// The rules work on plain bytes; tests are easier to read with text.
enum Bytes {
    static func variable(_ name: String) -> String { String(decoding: variableBytes(Array(name.utf8)), as: UTF8.self) }

    static func variableBytes(_ name: [UInt8]) -> [UInt8] {
        var target = [UInt8](repeating: 0, count: name.count + 5)
        let range = name.withUnsafeBytes { name in
            target.withUnsafeMutableBytes { EnvironRules.variable(name, into: $0) }
        }
        return Array(target[range])
    }

    static func decoded(_ path: String) -> [UInt8] { decoded(Array(path.utf8)) }

    static func decoded(_ path: [UInt8]) -> [UInt8] {
        var target = [UInt8](repeating: 0, count: path.count)
        let count = path.withUnsafeBytes { path in
            target.withUnsafeMutableBytes { EnvironRules.percentDecode(path, into: $0) }
        }
        return Array(target[..<count])
    }

    static func status(_ text: String) -> Result<Status, ResponseRules.StatusFault> { status(Array(text.utf8)) }

    static func status(_ bytes: [UInt8]) -> Result<Status, ResponseRules.StatusFault> {
        bytes.withUnsafeBytes { bytes in
            Result { () throws(ResponseRules.StatusFault) in
                let (code, reason) = try ResponseRules.status(bytes)
                return Status(code: code, reason: String(decoding: reason, as: UTF8.self))
            }
        }
    }

    struct Status: Equatable {
        let code: UInt16
        let reason: String
    }

    static func holds(_ text: String, _ rule: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        Array(text.utf8).withUnsafeBytes(rule)
    }

    static func holds(_ bytes: [UInt8], _ rule: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        bytes.withUnsafeBytes(rule)
    }
}
