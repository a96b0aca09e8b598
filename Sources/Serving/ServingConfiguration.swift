package import HTTP
package import Peers

/// What the server needs to know to serve; made by the composition root from the settings.
package struct ServingConfiguration: Sendable {
    package struct Timeouts: Sendable {
        package let keepAlive: Duration
        package let header: Duration
        package let body: Duration
        package let write: Duration
        package let drainIdle: Duration
        /// How long a request may wait for a worker.
        package let queueAge: Duration
        package init(
            keepAlive: Duration, header: Duration, body: Duration, write: Duration, drainIdle: Duration,
            queueAge: Duration
        ) {
            self.queueAge = queueAge
            self.keepAlive = keepAlive
            self.header = header
            self.body = body
            self.write = write
            self.drainIdle = drainIdle
        }
    }

    /// Whether the application starts when its request's body is whole, or at the head.
    package enum Delivery: Sendable { case collect, stream }

    /// A value for a path and all below it. The path has no `/` at its end; the root is empty.
    package struct Rule<Value: Sendable>: Sendable {
        package let path: [UInt8]
        package let value: Value
        package init(path: [UInt8], value: Value) {
            self.path = path
            self.value = value
        }
    }

    package struct Bodies: Sendable {
        /// Longest path first; the last covers everything.
        package let largest: [Rule<UInt64>]
        package let delivery: [Rule<Delivery>]
        /// For all bodies and slow answers together.
        package let spool: UInt64
        package let spoolDirectory: String
        package init(
            largest: [Rule<UInt64>], delivery: [Rule<Delivery>], spool: UInt64, spoolDirectory: String
        ) {
            self.largest = largest
            self.delivery = delivery
            self.spool = spool
            self.spoolDirectory = spoolDirectory
        }
    }

    package let reactors: Int
    package let timeouts: Timeouts
    package let head: HeadLimits
    package let connections: Int
    package let connectionsPerAddress: Int?
    package let bodies: Bodies
    package let trusted: TrustedPeers
    package let forwarded: ForwardedFamily
    /// Ends in `/`; nil where health is not answered.
    package let health: [UInt8]?
    package let accessLog: AccessLogFormat

    package init(
        reactors: Int, timeouts: Timeouts, head: HeadLimits, connections: Int, connectionsPerAddress: Int?,
        bodies: Bodies, trusted: TrustedPeers, forwarded: ForwardedFamily, health: [UInt8]?, accessLog: AccessLogFormat
    ) {
        self.reactors = reactors
        self.timeouts = timeouts
        self.head = head
        self.connections = connections
        self.connectionsPerAddress = connectionsPerAddress
        self.bodies = bodies
        self.trusted = trusted
        self.forwarded = forwarded
        self.health = health
        self.accessLog = accessLog
    }
}

extension Array {
    /// The value of the first rule whose path covers `path`: the path itself or one below it.
    func value<Value>(for path: UnsafeRawBufferPointer) -> Value? where Element == ServingConfiguration.Rule<Value> {
        if count == 1 { return self[0].value }
        return first { rule in
            path.starts(with: rule.path)
                && (path.count == rule.path.count || rule.path.isEmpty || path[rule.path.count] == UInt8(ascii: "/"))
        }?.value
    }
}
