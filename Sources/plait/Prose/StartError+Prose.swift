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

enum CapacityError: Error { case rangeNotYet }

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
