// Values chosen from a closed list; the raw value is the word people type.

/// When a request with a body reaches the application.
package enum BodyDelivery: String, Sendable, CaseIterable {
    /// After the whole body: a slow client never holds a Python thread.
    case collect

    /// At the head; the application reads the body as it arrives.
    case stream
}

/// How plait's own log is written.
package enum LogFormat: String, Sendable, CaseIterable {
    case text
    case json
}

/// The least important message that is still logged.
package enum LogLevel: String, Sendable, CaseIterable, Comparable {
    case debug
    case info
    case warning
    case error

    package static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }
}
