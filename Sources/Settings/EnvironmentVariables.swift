/// The variables that settings are read from, and that the application's processes get: those of the process, and below
/// them those of files.
package struct EnvironmentVariables: Sendable {
    package let values: [String: String]
    private let places: [String: EnvironmentFilePlace]

    /// - Parameter files: of two with one name the later file's holds.
    package init(process: [String: String], files: [EnvironmentFile] = []) {
        var values = process
        var places: [String: EnvironmentFilePlace] = [:]
        for file in files {
            for entry in file.entries where process[entry.name] == nil {
                values[entry.name] = entry.value
                places[entry.name] = EnvironmentFilePlace(path: file.path, line: entry.line)
            }
        }
        self.values = values
        self.places = places
    }

    /// Those that a file says.
    package var ofFiles: [String: String] { values.filter { places[$0.key] != nil } }

    func origin(of name: String) -> Origin {
        .variable(name, in: places[name])
    }
}
