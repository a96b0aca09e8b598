import HTTP
import Peers

/// Forwarded fields by name, as a set: which came, which were taken away, which removals people have been told of.
struct ForwardedFields: OptionSet, Sendable {
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// - Parameter field: `forwarded` or one of those behind it.
    @inline(__always)
    init(_ field: KnownField) {
        self.init(rawValue: 1 << UInt32(field.rawValue - KnownField.forwarded.rawValue))
    }

    /// Those that do not reach the application, although their sender is trusted.
    func outside(_ family: ForwardedFamily) -> ForwardedFields {
        let standard = ForwardedFields(.forwarded)
        switch family {
        case .x: return intersection(standard)
        case .rfc7239: return subtracting(standard)
        case .off: return self
        }
    }
}

extension EventLoop {
    /// Tells of each name once for the server's life: a proxy that is not trusted sends them with every request, and so
    /// may any client.
    @inline(never)
    func tellRemoved(
        _ removed: ForwardedFields, in bytes: UnsafeRawBufferPointer, peer: IPAddress?, isTrusted: Bool
    ) {
        let news = counts.firstRemovals(of: removed)
        guard !news.isEmpty else { return }
        var told = ForwardedFields()
        for field in head.fields where field.known.rawValue >= KnownField.forwarded.rawValue {
            let one = ForwardedFields(field.known)
            guard news.contains(one), told.insert(one).inserted else { continue }
            tell(
                .forwardedFieldRemoved(
                    name: String(decoding: field.name.bytes(in: bytes), as: UTF8.self), peer: peer,
                    reason: isTrusted ? .otherFamily(believed: configuration.forwarded) : .untrustedPeer))
        }
    }
}
