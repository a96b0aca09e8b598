extension ServeSettings {
    /// How many run what.
    package struct Workers: Sendable, Equatable {
        package let count: WorkerRange

        /// Requests one worker runs at the same time.
        package let threads: Int

        /// Threads of the server that own connections.
        package let reactors: Int

        package init(count: WorkerRange, threads: Int, reactors: Int) {
            self.count = count
            self.threads = threads
            self.reactors = reactors
        }
    }
}
