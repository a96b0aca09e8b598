/// The name a mistyped one most likely stands for: the fewest edits away, if few for its length; nil when none is near.
package func nearestName(to text: String, among names: [String]) -> String? {
    let typed = Array(text.utf8)
    let limit = max(1, typed.count / 3)
    let candidates = names.map { (name: $0, edits: edits(from: typed, to: Array($0.utf8))) }
    if let nearest = candidates.min(by: { $0.edits < $1.edits }), nearest.edits <= limit { return nearest.name }
    return text.utf8.count < 3 ? nil : names.first { $0.hasPrefix(text) }
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one name into the other (the "optimal string
/// alignment" distance).
private func edits(from source: [UInt8], to target: [UInt8]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...target.count)
    for (row, byte) in source.enumerated() {
        var current = [row + 1]
        for (column, other) in target.enumerated() {
            var best = min(previous[column + 1] + 1, current[column] + 1, previous[column] + (byte == other ? 0 : 1))
            if row > 0, column > 0, byte == target[column - 1], source[row - 1] == other {
                best = min(best, beforePrevious[column - 1] + 1)
            }
            current.append(best)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous[target.count]
}
