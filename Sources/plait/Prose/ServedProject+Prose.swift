import Settings

extension ErrorLines {
    init(_ error: ProjectError) {
        switch error {
        case .siteFile:
            self.init(
                "\(quoted(ServedProject.siteFile)) is a site, which `plait run` will serve in a later version; "
                    + "accepted: plait serve APP, with \(acceptedApplications)")
        case .noDirectory(let path):
            self.init("no directory \(quoted(path)), in `--app-dir`; accepted: the directory to import from")
        case .nothingHere(let directory, let nearby):
            let looked = ([ServedProject.djangoFile, "$FLASK_APP"] + ServedProject.applicationFiles)
                .joined(separator: ", ")
            self.init(
                "no application given, and none found in \(quoted(directory)) (\(looked)); "
                    + "accepted: plait serve APP, with \(acceptedApplications)",
                hint: nearby?.hint)
        }
    }
}

extension ProjectError.Nearby {
    fileprivate var hint: String {
        switch self {
        case .django(let directory):
            "\(quoted("\(directory)/\(ServedProject.djangoFile)")) is there: `--app-dir \(directory)`"
        case .flaskVariables(let file): "\(quoted(file)) names FLASK_APP: `--env-file \(file)`"
        }
    }
}

extension ServedProject {
    /// Before the project's own Python has read more.
    var text: String {
        switch self {
        case .named(let name): name.text
        case .django: Self.djangoFile
        case .flask(let text): text
        case .file(let name): name
        }
    }
}
