/// What a proxy says about a connection in front of its first byte: version 1 (text) and version 2 (binary) of "The
/// PROXY protocol" (HAProxy's doc/proxy-protocol.txt; sections below are that document's).
///
/// Only for listeners that were told to expect it, from peers that may send it (section 2: a receiver must not guess
/// whether the header is there). Pure: the caller collects bytes until the answer is no longer `incomplete`, at most
/// `longest` of them, and bounds the time.
package enum ProxyHeader: Equatable, Sendable {
    /// No fault yet; more bytes decide.
    case incomplete

    /// The header takes up the first `length` bytes; behind it the client's bytes begin. Without addresses the proxy
    /// speaks for itself (LOCAL, as in health checks) or does not know: the connection's own addresses stand.
    case complete(length: Int, ends: Ends?)

    /// No such header; nothing may be answered, the connection is closed.
    case failed(Failure)

    package struct Ends: Equatable, Sendable {
        package let source: IPEndpoint
        package let destination: IPEndpoint

        package init(source: IPEndpoint, destination: IPEndpoint) {
            self.source = source
            self.destination = destination
        }
    }

    package enum Failure: Equatable, Sendable {
        /// The first bytes are neither version's signature.
        case noSignature

        /// Version 1: no CR LF within 107 bytes; version 2: a length beyond what is accepted here.
        case tooLong

        /// Version 1: the line is not of the form of section 2.1.
        case malformedLine

        /// Version 2: a version other than 2, or a command other than LOCAL and PROXY (section 2.2).
        case unknownVersionOrCommand

        /// Version 2: a family or transport that is not in section 2.2, or is no stream.
        case unknownFamily

        /// Version 2: the length leaves no room for the family's addresses.
        case tooShortForFamily
    }

    /// More than this is never needed to decide: section 2.2's addresses of 216 bytes at most and room for TLVs. 536
    /// is the smallest segment every IPv4 host takes (RFC 1122 §4.2.2.6), so a header always fits one.
    package static let longest = 536

    /// Reads the start of a connection. Does not allocate.
    package init(_ bytes: UnsafeRawBufferPointer) {
        if Self.begins(bytes, with: Version2.signature) {
            self = Version2.read(bytes)
        } else if Self.begins(bytes, with: Version1.signature) {
            self = Version1.read(bytes)
        } else {
            self = .failed(.noSignature)
        }
    }

    /// Whether the bytes there are, as far as they go, agree with a signature; so garbage fails at its first byte.
    private static func begins(_ bytes: UnsafeRawBufferPointer, with signature: StaticString) -> Bool {
        let count = min(bytes.count, signature.utf8CodeUnitCount)
        return (0..<count).allSatisfy { bytes[$0] == signature.utf8Start[$0] }
    }
}
