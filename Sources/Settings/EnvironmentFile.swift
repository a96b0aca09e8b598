/// Variables from a file, as `--env-file` names it: what a deployment keeps beside the application.
///
/// One `NAME=VALUE` a line, perhaps after `export`; empty lines and lines that begin with `#` say nothing. A value may
/// stand in quotes and then holds line breaks as well: in single quotes as it is, in double quotes `\n`, `\r`, `\t`,
/// `\"`, `\\` and `\$` are escapes. Without quotes it ends with the line or before a blank and `#`. Nothing is ever
/// substituted: `$` is a dollar sign. So much of the shells', Compose's and systemd's forms is common to all of them.
package struct EnvironmentFile: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let name: String
        package let value: String

        /// Counted from 1; where the name stands.
        package let line: Int
    }

    /// As typed.
    package let path: String

    /// In the file's order; of two with one name the later holds.
    package let entries: [Entry]

    package init(path: String, bytes: [UInt8]) throws(EnvironmentFileError) {
        var scanner = EnvironmentFileScanner(bytes)
        var entries: [Entry] = []
        do throws(EnvironmentFileError.Fault) {
            while let entry = try scanner.next() { entries.append(entry) }
        } catch {
            throw EnvironmentFileError(
                place: EnvironmentFilePlace(path: path, line: scanner.entryLine), fault: error)
        }
        self.path = path
        self.entries = entries
    }
}

/// What is wrong with a file of variables, and where.
package struct EnvironmentFileError: Error, Hashable, Sendable {
    package let place: EnvironmentFilePlace
    package let fault: Fault

    package init(place: EnvironmentFilePlace, fault: Fault) {
        self.place = place
        self.fault = fault
    }

    package enum Fault: Error, Hashable, Sendable {
        case notUTF8

        /// A zero byte, which no variable can hold.
        case zeroByte

        case noEquals(String)
        case wrongName(String)

        /// A quote that nothing closes.
        case openQuote

        /// Something but a comment behind the closing quote.
        case textBehindQuote(String)

        /// Files are named by the command line and the process' own variables only.
        case namesAnotherFile
    }
}

/// Where a variable stands.
package struct EnvironmentFilePlace: Hashable, Sendable {
    /// As typed.
    package let path: String

    /// Counted from 1.
    package let line: Int

    package init(path: String, line: Int) {
        self.path = path
        self.line = line
    }
}
