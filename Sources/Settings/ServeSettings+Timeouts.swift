extension ServeSettings {
    /// After which time what is given up.
    package struct Timeouts: Sendable, Equatable {
        /// Of an idle connection.
        package let keepAlive: Duration

        /// For a whole head, from its first byte.
        package let header: Duration

        /// Between two reads of a body.
        package let body: Duration

        /// Between two writes to a client that does not read.
        package let write: Duration

        /// For running requests to finish while stopping; may be zero.
        package let grace: Duration

        /// From the signal to the start of draining; may be zero.
        package let drainDelay: Duration

        /// For idle connections while stopping; may be zero.
        package let drainIdle: Duration

        package init(
            keepAlive: Duration, header: Duration, body: Duration, write: Duration, grace: Duration,
            drainDelay: Duration, drainIdle: Duration
        ) {
            self.keepAlive = keepAlive
            self.header = header
            self.body = body
            self.write = write
            self.grace = grace
            self.drainDelay = drainDelay
            self.drainIdle = drainIdle
        }
    }
}
