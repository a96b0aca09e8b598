/// Where the line about each answered request goes, and in which format.
package enum AccessLog: Sendable, Hashable {
    case off
    case lines(Format, to: Destination)

    package enum Format: String, Sendable, CaseIterable {
        /// The "combined" format of Apache and nginx.
        case combined

        /// One JSON object per line.
        case json
    }

    package enum Destination: Sendable, Hashable {
        case standardOutput

        /// Appended to; made when it is not there.
        case file(String)
    }

    /// Reads `off`, `combined`, `json`, `combined:FILE`, `json:FILE`.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if text == "off" {
            self = .off
        } else if let format = Format(rawValue: String(parts[0])), parts.last != "" {
            self = .lines(format, to: parts.count == 2 ? .file(String(parts[1])) : .standardOutput)
        } else {
            return nil
        }
    }
}
