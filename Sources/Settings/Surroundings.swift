/// What defaults depend on besides the settings themselves; read once by the command, so that resolving is pure.
package struct Surroundings: Sendable, Hashable {
    package let machine: Machine

    /// Absolute.
    package let workingDirectory: String

    package let errorIsTerminal: Bool

    package init(machine: Machine, workingDirectory: String, errorIsTerminal: Bool) {
        self.machine = machine
        self.workingDirectory = workingDirectory
        self.errorIsTerminal = errorIsTerminal
    }
}
