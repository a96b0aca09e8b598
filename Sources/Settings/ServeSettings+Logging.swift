extension ServeSettings {
    /// What is written where.
    package struct Logging: Sendable, Equatable {
        package let access: AccessLog
        package let level: LogLevel
        package let format: LogFormat

        package init(access: AccessLog, level: LogLevel, format: LogFormat) {
            self.access = access
            self.level = level
            self.format = format
        }
    }
}
