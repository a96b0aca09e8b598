import CPython

/// `REMOTE_PORT` as a str, remembered: connections that are kept alive send many requests from one port. Used under the
/// interpreter lock.
struct PortNumbers {
    private static let places = 1024
    private let kept: UnsafeMutablePointer<(port: UInt16, text: Object)?>

    init() {
        kept = .allocate(capacity: Self.places)
        kept.initialize(repeating: nil, count: Self.places)
    }

    /// Borrowed, until the next call; nil with the error set.
    @inline(__always)
    func string(_ port: UInt16) -> Object? {
        let place = Int(port) & (Self.places - 1)
        if let entry = kept[place], entry.port == port { return entry.text }
        return make(port, place)
    }

    @inline(never)
    private func make(_ port: UInt16, _ place: Int) -> Object? {
        guard let text = PyUnicode_FromString("\(port)") else { return nil }
        if let old = kept[place] { cpy_release(old.text) }
        kept[place] = (port, text)
        return text
    }
}
