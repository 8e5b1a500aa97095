// Which known name did a person mean? For mistakes that say what would be right.

/// The known name with the fewest slips of the pen to `name`, capitals not counted; nil when none is near.
func nearest(to name: String, among known: [String]) -> String? {
    let longest = 64
    guard name.utf8.count <= longest else { return nil }
    let candidates = known.map { (name: $0, slips: slips(name.lowercased(), $0.lowercased())) }
    // A third of the letters may be wrong; with more, the guess would be noise.
    guard let best = candidates.min(by: { $0.slips < $1.slips }), best.slips <= max(1, best.name.utf8.count / 3) else {
        return nil
    }
    return best.name
}

/// Letters added, left out, replaced, or swapped with their neighbour (optimal string alignment distance).
private func slips(_ one: String, _ other: String) -> Int {
    let (one, other) = (Array(one.utf8), Array(other.utf8))
    var twoBefore: [Int] = []
    var before = Array(0...other.count)
    for row in one.indices {
        var current = [row + 1]
        for column in other.indices {
            let replaced = before[column] + (one[row] == other[column] ? 0 : 1)
            var fewest = min(before[column + 1] + 1, current[column] + 1, replaced)
            if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
                fewest = min(fewest, twoBefore[column - 1] + 1)
            }
            current.append(fewest)
        }
        (twoBefore, before) = (before, current)
    }
    return before[other.count]
}
