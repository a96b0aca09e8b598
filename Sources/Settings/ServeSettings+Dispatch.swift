extension ServeSettings {
    /// What may wait for a worker.
    package struct Dispatch: Sendable, Equatable {
        /// Requests, in all.
        package let queue: Int

        package let queueAge: Duration

        package init(queue: Int, queueAge: Duration) {
            self.queue = queue
            self.queueAge = queueAge
        }
    }
}
