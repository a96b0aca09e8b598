import Glibc
import Settings

extension ErrorLines {
    init(environmentFile path: String, _ error: FileReadError) {
        self.init(
            "\(String(cString: strerror(error.errno))), in \(quoted("--env-file \(path)")); "
                + "accepted: a file of NAME=VALUE lines, at most 1m")
    }

    init(_ error: EnvironmentFileError) {
        self.init(
            "\(error.fault.text), \(error.place.text); "
                + "accepted: NAME=VALUE, NAME='VALUE', NAME=\"VALUE\" or # comment")
    }
}

extension EnvironmentFilePlace {
    var text: String { "in line \(line) of \(quoted(path))" }
}

extension EnvironmentFileError.Fault {
    fileprivate var text: String {
        switch self {
        case .notUTF8: "text that is no UTF-8"
        case .zeroByte: "a zero byte, which no variable can hold"
        case .noEquals(let line): "no = in \(quoted(line))"
        case .wrongName(let name): "\(quoted(name)) is no variable's name"
        case .openQuote: "a quote that is never closed"
        case .textBehindQuote(let text): "\(quoted(text)) behind the closing quote"
        case .namesAnotherFile: "`PLAIT_ENV_FILE` has no effect here"
        }
    }
}
