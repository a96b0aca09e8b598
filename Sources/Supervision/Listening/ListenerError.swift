/// Why an endpoint could not be had. Equality is on the code.
package struct ListenerError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// Another process listens at this address and port.
        case addressInUse
        /// A port below 1024 without the right to it, or a directory that may not be written.
        case permissionDenied
        /// The address is not one of this machine's.
        case addressNotAvailable
        case unknownHost
        /// The kernel has no such address family.
        case familyNotSupported
        /// Longer than the 107 bytes that fit into a socket address.
        case pathTooLong
        /// The socket file's directory does not exist.
        case noSuchDirectory
        /// A process listens at this Unix socket.
        case socketInUse
        /// Something that is no socket bears this path; it is left alone.
        case notASocketFile
        /// No such descriptor is open.
        case descriptorNotOpen
        /// The descriptor is no socket, or one that does not listen for streams.
        case notAListeningSocket
        /// Two endpoints name the same descriptor.
        case descriptorTakenTwice
        /// Socket activation passed nothing to this process.
        case systemdPassedNothing
        /// Socket activation passed sockets, but not this one.
        case systemdHasNoSuchSocket
        /// The socket that was passed is of another domain.
        case wrongDomain
        /// Anything else; see `number`.
        case system
    }

    package let code: Code
    /// The `errno` behind it; 0 where there is none.
    package let number: Int32

    package init(_ code: Code, number: Int32 = 0) {
        self.code = code
        self.number = number
    }

    package static func == (one: ListenerError, other: ListenerError) -> Bool { one.code == other.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

/// Which of several endpoints failed, and why.
package struct ListenersError: Error, Hashable, Sendable {
    /// Position in the list of configurations.
    package let index: Int
    package let cause: ListenerError
}
