/// What is to be run: the whole of a child's command line and environment, decided before anything starts.
package struct Program: Hashable, Sendable {
    /// Path of the executable; not looked up in `PATH`.
    package let executable: String
    /// `argv`, its first element included.
    package let arguments: [String]
    /// `NAME=value`, complete: nothing is added from the keeper's own environment. Whoever makes it leaves out
    /// `LISTEN_PID`, `LISTEN_FDS`, `LISTEN_FDNAMES` and `NOTIFY_SOCKET`, which speak to the keeper alone.
    package let environment: [String]
    /// nil: the keeper's own.
    package let workingDirectory: String?
    /// A descriptor that the child gets as `Spawn.reportNumber`, to tell something; borrowed.
    package let report: Int32?

    package init(
        executable: String, arguments: [String], environment: [String], workingDirectory: String? = nil,
        report: Int32? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.report = report
    }
}
