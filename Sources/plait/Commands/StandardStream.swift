import Glibc

enum StandardStream: Int32 {
    case output = 1
    case error = 2
}

/// Writes all of a text; false when nobody takes it.
@discardableResult
func writeAll(_ text: String, to stream: StandardStream) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let written = bytes.withUnsafeBytes { write(stream.rawValue, $0.baseAddress, $0.count) }
        if written < 0 && errno == EINTR { continue }
        if written < 0 { return false }
        bytes = bytes.dropFirst(written)
    }
    return true
}
