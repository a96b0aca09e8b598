extension Duration {
    /// Reads `500ms`, `25s`, `2m`, `1h`, or seconds without a unit; each may have decimals (`1.5s`, at most six
    /// of them). Nil for signs, white space, other units and more than nine digits before the point.
    init?(settingText text: String) {
        let digits = text.prefix { $0 == "." || $0.utf8.first?.isDecimalDigit == true && $0.isASCII }
        guard let unit = Self.nanoseconds(inUnit: text.dropFirst(digits.count)),
            let nanoseconds = Self.product(ofDecimal: digits, and: unit)
        else { return nil }
        self = .seconds(nanoseconds / 1_000_000_000) + .nanoseconds(nanoseconds % 1_000_000_000)
    }

    private static func nanoseconds(inUnit unit: Substring) -> Int64? {
        switch unit {
        case "ms": 1_000_000
        case "s", "": 1_000_000_000
        case "m": 60_000_000_000
        case "h": 3_600_000_000_000
        default: nil
        }
    }

    /// Whole part and decimals apart, so that no rounding of binary fractions enters.
    private static func product(ofDecimal digits: Substring, and unit: Int64) -> Int64? {
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, whole.utf8.count <= 9, let number = Int64(whole) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        guard parts.count == 2 else { return product }
        guard parts[1].utf8.count <= 6, parts[1].utf8.allSatisfy(\.isDecimalDigit), let decimals = Int64(parts[1])
        else { return nil }
        let scale = parts[1].utf8.reduce(into: Int64(1)) { scale, _ in scale *= 10 }
        let (sum, sumOverflow) = product.addingReportingOverflow(decimals * unit / scale)
        return sumOverflow ? nil : sum
    }
}
