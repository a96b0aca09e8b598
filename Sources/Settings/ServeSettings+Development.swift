extension ServeSettings {
    /// For the one who writes the application.
    package struct Development: Sendable, Equatable {
        /// The worker has the terminal, and failures are shown in the browser.
        package let isDev: Bool

        package let watch: Watch

        package init(isDev: Bool, watch: Watch) {
            self.isDev = isDev
            self.watch = watch
        }
    }
}
