/// How many workers run: always at least `minimum`, never more than `maximum`. Written `4` or `2-8`.
package struct WorkerRange: Sendable, Hashable {
    package let minimum: Int
    package let maximum: Int

    package init(minimum: Int, maximum: Int) {
        self.minimum = minimum
        self.maximum = maximum
    }

    /// Nil unless both are from 1 to 1024 and in order.
    init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { wholeNumber($0, in: 1...1024) }
        guard numbers.count == parts.count, let first = numbers.first, let last = numbers.last, first <= last
        else { return nil }
        self.init(minimum: first, maximum: last)
    }
}

/// Digits only: no sign, no white space, no other script's digits.
func wholeNumber(_ text: Substring, in range: ClosedRange<Int>) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy(\.isDecimalDigit), let number = Int(text), range.contains(number)
    else { return nil }
    return number
}
