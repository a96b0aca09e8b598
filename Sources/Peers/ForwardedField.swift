/// Which forwarded headers are believed from trusted peers. One family only: what the other says is then a client's
/// invention. The raw value is the word people choose it by.
package enum ForwardedFamily: String, Sendable, CaseIterable {
    /// `X-Forwarded-For`, `-Proto`, `-Host`, `-Port` and `-Prefix`.
    case x

    /// `Forwarded` (RFC 7239).
    case rfc7239

    case off
}

/// A request field that speaks about hops in front.
package enum ForwardedField: Sendable, Equatable {
    case forwarded
    case xForwardedFor
    case xForwardedProto
    case xForwardedHost
    case xForwardedPort
    case xForwardedPrefix

    /// - Parameter name: a field name in any case.
    package init?(name: UnsafeRawBufferPointer) {
        guard Self.speaksOfHops(name) else { return nil }
        if name.equalsIgnoringCase("forwarded") {
            self = .forwarded
        } else if name.equalsIgnoringCase("x-forwarded-for") {
            self = .xForwardedFor
        } else if name.equalsIgnoringCase("x-forwarded-proto") {
            self = .xForwardedProto
        } else if name.equalsIgnoringCase("x-forwarded-host") {
            self = .xForwardedHost
        } else if name.equalsIgnoringCase("x-forwarded-port") {
            self = .xForwardedPort
        } else if name.equalsIgnoringCase("x-forwarded-prefix") {
            self = .xForwardedPrefix
        } else {
            return nil
        }
    }

    package var family: ForwardedFamily {
        self == .forwarded ? .rfc7239 : .x
    }

    /// Whether a name is `Forwarded`, `X-Real-IP` or any `X-Forwarded-…`, known here or not: what must not reach an
    /// application as a client sent it.
    package static func speaksOfHops(_ name: UnsafeRawBufferPointer) -> Bool {
        guard name.count >= 9 else { return false }
        if name.count == 9 {
            return name.equalsIgnoringCase("forwarded") || name.equalsIgnoringCase("x-real-ip")
        }
        return name.count > 12 && name.part(0..<12).equalsIgnoringCase("x-forwarded-")
    }
}

/// One field line: its name, understood, and its value, borrowed.
package struct ForwardedLine {
    package let field: ForwardedField
    package let value: UnsafeRawBufferPointer

    package init(field: ForwardedField, value: UnsafeRawBufferPointer) {
        self.field = field
        self.value = value
    }
}
