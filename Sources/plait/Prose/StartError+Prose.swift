import Glibc
import Settings

/// The access log's file could not be opened.
struct AccessLogError: Error {
    let path: String
    let errno: Int32

    init(_ log: AccessLog, errno: Int32) {
        if case .lines(_, .file(let path)) = log { self.path = path } else { path = "standard output" }
        self.errno = errno
    }
}

/// A pattern of `--watch` leads to no directory.
struct WatchedDirectoryError: Error {
    let path: String
}

enum CapacityError: Error { case rangeNotYet }

/// What `python -m plait serve --dev` cannot do, as the process that was started is the worker.
enum LaunchError: Error {
    case severalWorkers(Int)
    case otherPython(String)

    /// Nil where nothing speaks against it.
    init?(_ settings: ServeSettings, environment: [String: String]) {
        let (workers, python) = (settings.workers.count.maximum, settings.application.python)
        if workers != 1 {
            self = .severalWorkers(workers)
        } else if let python, python != environment["PLAIT_PYTHON"] {
            self = .otherPython(python)
        } else {
            return nil
        }
    }
}

extension ErrorLines {
    init(_ error: AccessLogError) {
        self.init("the access log cannot be opened: \(String(cString: strerror(error.errno))), \(quoted(error.path))")
    }

    init(_ error: InstallationError) {
        switch error {
        case .workerScriptMissing:
            self.init(
                "plait's Python files are not where its executable looks for them; accepted: as pip puts them, "
                    + "or `make install`, or a checkout")
        }
    }

    init(_ error: WatchedDirectoryError) {
        self.init("no directory \(quoted(error.path)), in `--watch`; accepted: patterns below directories that exist")
    }

    init(_ error: LaunchError) {
        let other = "`plait serve … --dev` starts workers of its own"
        switch error {
        case .severalWorkers(let count):
            self.init(
                "with `python -m plait serve --dev` this very process is the worker, in `--workers \(count)`; accepted: 1",
                hint: other)
        case .otherPython(let path):
            self.init(
                "with `python -m plait serve --dev` this very process is the worker, in `--python \(path)`; "
                    + "accepted: none, or the Python that was started",
                hint: other)
        }
    }

    init(_ error: CapacityError) {
        switch error {
        case .rangeNotYet:
            self.init("a range of workers comes with a later version, in `--workers`; accepted: one number")
        }
    }

    init(_ error: ImportError) {
        switch error {
        case .interpreterWouldNotStart(let path, let errno):
            self.init("\(quoted(path)) cannot be started: \(String(cString: strerror(errno)))")
        }
    }
}
