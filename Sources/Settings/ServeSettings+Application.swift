extension ServeSettings {
    /// What is served, and by which Python.
    package struct Application: Sendable, Equatable {
        /// Nil: to be found among the files in `directory`.
        package let name: ApplicationName?

        /// Importable; absolute, or relative to the working directory as typed.
        package let directory: String

        /// What `--python` says: an interpreter or a virtual environment. Nil: to be found.
        package let python: String?

        /// What this plait is called in logs and process lists.
        package let instance: InstanceName

        package init(name: ApplicationName?, directory: String, python: String?, instance: InstanceName) {
            self.name = name
            self.directory = directory
            self.python = python
            self.instance = instance
        }
    }
}
