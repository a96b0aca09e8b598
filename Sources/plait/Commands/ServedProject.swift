import Settings

/// What is served: what the command line names, or what kind of project lies in the application's directory.
///
/// Here only files are looked at; which application they mean is for the project's own Python to read
/// (python/plait/_project.py).
enum ServedProject: Equatable {
    case named(ApplicationName)

    /// By `manage.py`.
    case django

    /// By `FLASK_APP`; carries its value.
    case flask(String)

    /// By a file that `flask run` would take as well; carries its name.
    case file(String)

    static let djangoFile = "manage.py"
    static let siteFile = "plaitfile.py"

    /// The names of `flask run`.
    static let applicationFiles = ["app.py", "wsgi.py"]

    /// In this order; the first that is there holds.
    ///
    /// - Parameter directory: absolute.
    init(
        _ name: ApplicationName?, in directory: String, environment: [String: String]
    ) throws(ProjectError) {
        guard isDirectory(directory) else { throw .noDirectory(directory) }
        if let name {
            guard name.text.split(separator: "/").last.map(String.init) != Self.siteFile else { throw .siteFile }
            self = .named(name)
        } else if isFile("\(directory)/\(Self.siteFile)") {
            throw .siteFile
        } else if Self.isDjango("\(directory)/\(Self.djangoFile)", environment) {
            self = .django
        } else if let flask = environment["FLASK_APP"], !flask.isEmpty {
            self = .flask(flask)
        } else if let file = Self.applicationFiles.first(where: { isFile("\(directory)/\($0)") }) {
            self = .file(file)
        } else {
            throw .nothingHere(directory, nearby: Self.nearby(directory, environment))
        }
    }

    /// Other frameworks have files of that name, too; Django's names its settings, unless the environment does.
    private static func isDjango(_ path: String, _ environment: [String: String]) -> Bool {
        guard isFile(path), let text = readSmallFile(path) else { return false }
        return environment[settingsVariable] != nil || text.contains(settingsVariable)
    }

    private static let settingsVariable = "DJANGO_SETTINGS_MODULE"

    /// What people have who expected something to be found.
    private static func nearby(_ directory: String, _ environment: [String: String]) -> ProjectError.Nearby? {
        let below = names(inDirectory: directory).first { name in
            !name.hasPrefix(".") && isDjango("\(directory)/\(name)/\(djangoFile)", environment)
        }
        if let below { return .django(directory: below) }
        let variables = flaskFiles.first { readSmallFile("\(directory)/\($0)")?.contains("FLASK_APP") ?? false }
        return variables.map(ProjectError.Nearby.flaskVariables)
    }

    /// Which `flask run` reads by itself where python-dotenv is installed.
    private static let flaskFiles = [".flaskenv", ".env"]
}

/// Why there is nothing to serve.
enum ProjectError: Error, Equatable {
    /// A site's file is another verb's.
    case siteFile

    /// `--app-dir` names no directory.
    case noDirectory(String)

    case nothingHere(String, nearby: Nearby?)

    enum Nearby: Equatable {
        /// A directory, one level down, that has Django's file.
        case django(directory: String)

        /// A file of variables that says what FLASK_APP is.
        case flaskVariables(file: String)
    }
}
