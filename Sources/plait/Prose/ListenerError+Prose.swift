import Glibc
import Settings
import Supervision

extension ErrorLines {
    /// - Parameter endpoint: the one that could not be had.
    init(_ error: ListenerError, endpoint: Endpoint) {
        let place = "in `--port \(endpoint.text)`"
        switch error.code {
        case .addressInUse:
            self.init("the port is in use by another process, \(place)", hint: "port 0 takes a free one")
        case .permissionDenied:
            self.init("not permitted, \(place); ports below 1024 need root or CAP_NET_BIND_SERVICE")
        case .addressNotAvailable: self.init("the address is not one of this machine's, \(place)")
        case .unknownHost:
            self.init("the host name is not known, \(place); accepted: an address or a name that resolves")
        case .familyNotSupported: self.init("this machine has no such address family, \(place)")
        case .pathTooLong: self.init("the path is longer than the 107 bytes of a socket address, \(place)")
        case .noSuchDirectory: self.init("the socket's directory does not exist, \(place)")
        case .socketInUse: self.init("another process listens at this socket, \(place)")
        case .notASocketFile: self.init("the file exists and is no socket; it was left alone, \(place)")
        case .descriptorNotOpen: self.init("no such descriptor was handed over, \(place)")
        case .notAListeningSocket: self.init("the descriptor is no listening stream socket, \(place)")
        case .descriptorTakenTwice: self.init("two endpoints name the same descriptor, \(place)")
        case .systemdPassedNothing:
            self.init("no sockets were passed to this process (LISTEN_PID, LISTEN_FDS), \(place)")
        case .systemdHasNoSuchSocket: self.init("no socket of this index or name was passed, \(place)")
        case .wrongDomain: self.init("the socket that was passed is of another domain, \(place)")
        case .system: self.init("\(String(cString: strerror(error.number))), \(place)")
        }
    }
}
