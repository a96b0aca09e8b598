/// Where the parts of this plait lie, found from the executable: a server and a bridge of different versions must not
/// meet, so neither is looked for anywhere else.
struct Installation {
    /// Absolute path of `plait/_worker.py`; the bridge lies beside it.
    let workerScript: String

    /// Nil where the executable stands alone.
    init?(executable: String?) {
        guard let executable, let bin = parentDirectory(executable) else { return nil }
        let installed = parentDirectory(bin).map { "\($0)/lib/plait/python/plait/_worker.py" }
        guard let script = [installed, Self.inCheckout(bin)].compactMap({ $0 }).first(where: isFile) else { return nil }
        workerScript = script
    }

    /// A build directory, `.build…/…/release`, lies in its checkout.
    private static func inCheckout(_ directory: String) -> String? {
        var here: String? = directory
        while let path = here, let parent = parentDirectory(path) {
            let name = path.split(separator: "/").last ?? ""
            if name.hasPrefix(".build") { return "\(parent)/python/plait/_worker.py" }
            here = parent
        }
        return nil
    }
}

extension Installation {
    /// `plait/_import.py`, beside the worker's.
    var importScript: String { (parentDirectory(workerScript) ?? "") + "/_import.py" }
}

enum InstallationError: Error { case workerScriptMissing }
