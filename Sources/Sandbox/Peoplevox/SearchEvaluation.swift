// Whether a row matches. A comparison of kinds that do not fit is a mistake of the whole clause, as it is in LINQ; what
// is absent matches nothing but an empty text.

extension SearchClause {
    /// The rows that match.
    func rows(of listing: Listing) throws(SearchMistake) -> [[Cell]] {
        var matching: [[Cell]] = []
        for row in listing.rows where try matches(row) { matching.append(row) }
        return matching
    }

    func matches(_ row: [Cell]) throws(SearchMistake) -> Bool {
        switch self {
        case .comparison(let column, let test, let literal): return try test.holds(row[column], literal)
        case .not(let clause): return try !clause.matches(row)
        case .all(let clauses):
            for clause in clauses where try !clause.matches(row) { return false }
            return true
        case .any(let clauses):
            for clause in clauses where try clause.matches(row) { return true }
            return false
        }
    }
}

extension SearchClause.Test {
    fileprivate func holds(_ cell: Cell, _ literal: SearchClause.Literal) throws(SearchMistake) -> Bool {
        switch (cell, literal) {
        case (.text(let text), .text(let other)), (.status(_, let text), .text(let other)): holds(text, other)
        case (.integer(let number), .number(let other)): holds(Double(number), other)
        case (.status(let id, _), .number(let other)): holds(Double(id), other)
        case (.decimal(let text), .number(let other)): holds(Double(text) ?? 0, other)
        case (.time(let time), .time(let other)), (.day(let time), .time(let other)): holds(time, other)
        case (.flag(let flag), .flag(let other)) where self == .equals: flag == other
        case (.flag(let flag), .text(let other)) where self == .equals: (flag ? "True" : "False") == other
        case (.absent, .text(let other)): holds("", other)
        case (.absent, _): false
        default: throw SearchMistake(text: "a column is compared with a value of another type")
        }
    }

    private func holds(_ text: String, _ other: String) -> Bool {
        switch self {
        case .contains: other.isEmpty || text.contains(other)
        case .startsWith: text.hasPrefix(other)
        case .endsWith: text.hasSuffix(other)
        default: inOrder(text, other)
        }
    }

    private func holds<Value: Comparable>(_ value: Value, _ other: Value) -> Bool { inOrder(value, other) }

    private func inOrder<Value: Comparable>(_ value: Value, _ other: Value) -> Bool {
        switch self {
        case .equals: value == other
        case .less: value < other
        case .lessOrEqual: value <= other
        case .greater: value > other
        case .greaterOrEqual: value >= other
        case .contains, .startsWith, .endsWith: false
        }
    }
}
