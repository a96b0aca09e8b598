/// Where the parts of this plait lie, found from the executable: a server and a bridge of different versions must not
/// meet, so neither is looked for anywhere else.
struct Installation {
    /// Absolute path of `plait/_worker.py`; the bridge lies beside it.
    let workerScript: String

    /// The Python of the virtual environment that plait is installed in; nil outside one, and in those that pipx and
    /// `uv tool` make: they hold plait alone, and no application could be imported.
    let environmentPython: String?

    /// The Python that plait is installed for where there is no virtual environment, as in a container's image. It comes
    /// after the environments of a project: whoever has one means it.
    let plainPython: String?

    static func ofThisProcess() -> Installation? {
        readLink("/proc/self/exe").flatMap { Installation(executable: $0, release: plaitVersion) }
    }

    /// Nil where the executable stands alone.
    init?(executable: String, release: String) {
        guard let bin = parentDirectory(executable), let root = parentDirectory(bin),
            let library = Self.library(root: root, bin: bin, release: release)
        else { return nil }
        workerScript = Self.workerScript(in: library)
        let isEnvironment = isFile("\(root)/pyvenv.cfg")
        let holdsPlaitAlone = isFile("\(root)/pipx_metadata.json") || isFile("\(root)/uv-receipt.toml")
        environmentPython =
            isEnvironment && !holdsPlaitAlone
            ? ["\(bin)/python3", "\(bin)/python"].first(where: isExecutableFile) : nil
        let python = Self.pythonName(of: library).map { "\(bin)/\($0)" }
        plainPython = isEnvironment ? nil : [python].compactMap(\.self).first(where: isExecutableFile)
    }

    /// The directory that holds the package `plait` which came with the executable. Several Pythons may share one `bin`,
    /// and the executable there is of whichever was installed last; pip's record of that release tells which.
    private static func library(root: String, bin: String, release: String) -> String? {
        let libraries = libraries(under: root)
        let recorded = libraries.filter { isDirectory("\($0)/plait-\(release).dist-info") }
        // `make install`; then pip without its records, as distributions remove them; `pip install --target`.
        let places = recorded + ["\(root)/lib/plait/python"] + libraries + [root] + checkout(around: bin)
        return places.first { isFile(workerScript(in: $0)) }
    }

    /// Where pip puts packages. Debian says dist-packages, and Fedora has what is native under lib64.
    private static func libraries(under root: String) -> [String] {
        ["\(root)/lib", "\(root)/lib64"].flatMap { library in
            names(inDirectory: library).filter { $0.hasPrefix("python3") }.flatMap { python in
                ["\(library)/\(python)/site-packages", "\(library)/\(python)/dist-packages"]
            }
        }
    }

    /// A build directory, `.build…/…/release`, lies in its checkout.
    private static func checkout(around directory: String) -> [String] {
        var here: String? = directory
        while let path = here, let parent = parentDirectory(path) {
            let name = path.split(separator: "/").last ?? ""
            if name.hasPrefix(".build") { return ["\(parent)/python"] }
            here = parent
        }
        return []
    }

    private static func workerScript(in library: String) -> String { "\(library)/plait/_worker.py" }

    /// `python3.12` of `…/lib/python3.12/site-packages`.
    private static func pythonName(of library: String) -> Substring? {
        library.split(separator: "/").dropLast().last.flatMap { $0.hasPrefix("python3") ? $0 : nil }
    }
}

extension Installation {
    /// `plait/_import.py`, beside the worker's.
    var importScript: String { (parentDirectory(workerScript) ?? "") + "/_import.py" }
}

enum InstallationError: Error { case workerScriptMissing }
