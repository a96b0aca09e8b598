extension ServeSettings {
    /// Where requests come from.
    package struct Listening: Sendable, Equatable {
        /// At least one.
        package let endpoints: [Endpoint]

        /// Nil leaves it as it is.
        package let umask: FileMode?

        /// Nil: health is not answered.
        package let health: HealthPrefix?

        package init(endpoints: [Endpoint], umask: FileMode?, health: HealthPrefix?) {
            self.endpoints = endpoints
            self.umask = umask
            self.health = health
        }
    }
}
