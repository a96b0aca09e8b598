/// One value for every path, chosen by the longest path that matches: `/=1g`, `/upload=4g`.
///
/// A rule for `/upload` holds for `/upload` and everything below it (`/upload/a`), not for `/uploads`: rules match
/// whole segments. Rules are kept longest path first, so that the first match is the answer.
package struct PathRules<Value: Sendable & Equatable>: Sendable, Equatable {
    package let rules: [PathRule<Value>]

    /// Of two rules with the same path the later one holds.
    package init(_ rules: [PathRule<Value>]) {
        var kept: [PathRule<Value>] = []
        for rule in rules {
            kept.removeAll { $0.path == rule.path }
            kept.append(rule)
        }
        self.rules = kept.sorted { ($0.path.utf8.count, $1.path) > ($1.path.utf8.count, $0.path) }
    }

    /// The value for a decoded path; nil when no rule matches, which a rule for `/` excludes.
    package func value(for path: String) -> Value? {
        rules.first { $0.covers(path) }?.value
    }
}

/// `PATH=VALUE`; the path begins with `/` and has no `/` at its end, except `/` itself, which covers everything.
package struct PathRule<Value: Sendable & Equatable>: Sendable, Equatable {
    package let path: String
    package let value: Value

    package init(path: String, value: Value) {
        self.path = path
        self.value = value
    }

    func covers(_ other: String) -> Bool {
        path == "/" || other.hasPrefix(path) && (other.utf8.count == path.utf8.count || other.hasPrefix(path + "/"))
    }
}
