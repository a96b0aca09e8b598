import CLinux
import Glibc

/// The sockets of systemd's socket activation, sd_listen_fds(3). Made of environment values; reads none itself.
package struct SystemdSockets: Hashable, Sendable {
    package enum Choice: Hashable, Sendable {
        /// Counted from 0.
        case index(Int)
        /// `FileDescriptorName=` of the socket unit; of several with one name, the first.
        case name(String)
    }

    /// Nothing was passed.
    package static let none = SystemdSockets(count: 0, names: [])

    /// SD_LISTEN_FDS_START
    private static let first: Int32 = 3
    /// How many were passed.
    package let count: Int32
    private let names: [String]

    /// The values of `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES`. They count only if they were meant for this
    /// process, and if there are as many names as sockets (or no names at all).
    package init(listenPID: String?, listenFDs: String?, names: String?, processID: Int32) {
        guard let listenPID, Int32(listenPID) == processID, let listenFDs, let count = Int32(listenFDs), count > 0,
            count < 4096
        else {
            self = .none
            return
        }
        let names = names.map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) } ?? []
        self = names.isEmpty || names.count == Int(count) ? SystemdSockets(count: count, names: names) : .none
    }

    private init(count: Int32, names: [String]) {
        self.count = count
        self.names = names
    }

    func descriptor(of choice: Choice) throws(ListenerError) -> Int32 {
        guard count > 0 else { throw ListenerError(.systemdPassedNothing) }
        switch choice {
        case .index(let index) where (0..<Int(count)).contains(index): return Self.first + Int32(index)
        case .name(let name):
            guard let index = names.firstIndex(of: name) else { throw ListenerError(.systemdHasNoSuchSocket) }
            return Self.first + Int32(index)
        case .index: throw ListenerError(.systemdHasNoSuchSocket)
        }
    }
}
