// A search clause as a tree. `AND` binds tighter than `OR`; brackets go first; a column stands on the left:
//
//     clause     = term { OR term }               term = factor { AND factor }
//     factor     = [ ! ] ( "(" clause ")" | comparison )
//     comparison = column ( .Equals | .Contains | .StartsWith | .EndsWith ) "(" literal ")" | column operator literal
//     literal    = "text" | number | true | false | DateTime(yyyy,MM,dd,HH,mm,ss)

indirect enum SearchClause: Equatable {
    enum Test: Equatable {
        case equals, contains, startsWith, endsWith, less, lessOrEqual, greater, greaterOrEqual
    }

    enum Literal: Equatable {
        case text(String)
        case number(Double)
        case flag(Bool)
        case time(CivilTime)
    }

    /// `column` is a place in a row.
    case comparison(column: Int, Test, Literal)
    case not(SearchClause)
    case all([SearchClause])
    case any([SearchClause])

    /// GetData names a template's bare columns, GetReportData a report's titles in brackets; each refuses the other.
    enum Names {
        case columns, titles
    }

    static func parse(_ text: String, _ names: Names, columns: [String]) throws(SearchMistake) -> SearchClause {
        var parser = SearchParser(tokens: try SearchToken.all(text), names: names, columns: columns)
        let clause = try parser.clause(depth: 0)
        guard parser.place == parser.tokens.count else { throw SearchMistake(text: "something stands behind the end") }
        return clause
    }
}

private struct SearchParser {
    let tokens: [SearchToken]
    let names: SearchClause.Names
    let columns: [String]
    var place = 0

    mutating func clause(depth: Int) throws(SearchMistake) -> SearchClause {
        var terms = [try term(depth: depth)]
        while take(word: "OR") { terms.append(try term(depth: depth)) }
        return terms.count == 1 ? terms[0] : .any(terms)
    }

    private mutating func term(depth: Int) throws(SearchMistake) -> SearchClause {
        var factors = [try factor(depth: depth)]
        while take(word: "AND") { factors.append(try factor(depth: depth)) }
        return factors.count == 1 ? factors[0] : .all(factors)
    }

    private mutating func factor(depth: Int) throws(SearchMistake) -> SearchClause {
        guard depth < 64 else { throw SearchMistake(text: "it is nested too deep") }
        if take("!") { return .not(try factor(depth: depth + 1)) }
        if take("(") {
            let clause = try clause(depth: depth + 1)
            try require(")")
            return clause
        }
        return try comparison()
    }

    private mutating func comparison() throws(SearchMistake) -> SearchClause {
        let column = try column()
        if take(".") {
            let method = try word()
            try require("(")
            let literal = try literal()
            try require(")")
            return .comparison(column: column, try test(ofMethod: method, literal), literal)
        }
        guard case .mark(let mark)? = next() else { throw SearchMistake(text: "a comparison is lacking") }
        let literal = try literal()
        switch mark {
        case "=", "==": return .comparison(column: column, .equals, literal)
        case "!=": return .not(.comparison(column: column, .equals, literal))
        case "<": return .comparison(column: column, .less, literal)
        case "<=": return .comparison(column: column, .lessOrEqual, literal)
        case ">": return .comparison(column: column, .greater, literal)
        case ">=": return .comparison(column: column, .greaterOrEqual, literal)
        default: throw SearchMistake(text: "a comparison is lacking")
        }
    }

    private func test(
        ofMethod method: String, _ literal: SearchClause.Literal
    ) throws(SearchMistake) -> SearchClause.Test {
        if method == "Equals" { return .equals }
        guard case .text = literal else { throw SearchMistake(text: "\(method) takes a text") }
        switch method {
        case "Contains": return .contains
        case "StartsWith": return .startsWith
        case "EndsWith": return .endsWith
        default: throw SearchMistake(text: "an unknown method")
        }
    }

    private mutating func column() throws(SearchMistake) -> Int {
        let name: String
        switch (next(), names) {
        case (.word(let word)?, .columns): name = word
        case (.title(let title)?, .titles): name = title
        case (.word?, .titles): throw SearchMistake(text: "report columns stand in square brackets")
        case (.title?, .columns): throw SearchMistake(text: "template columns stand without brackets")
        default: throw SearchMistake(text: "a column is lacking")
        }
        guard let index = columns.firstIndex(of: name) else { throw SearchMistake(text: "unknown column \(name)") }
        return index
    }

    private mutating func literal() throws(SearchMistake) -> SearchClause.Literal {
        switch next() {
        case .string(let text): return .text(text)
        case .number(let text):
            guard let number = Double(text) else { throw SearchMistake(text: "this is no number") }
            return .number(number)
        case .word("true"), .word("True"): return .flag(true)
        case .word("false"), .word("False"): return .flag(false)
        case .word("DateTime"): return .time(try time())
        default: throw SearchMistake(text: "a value is lacking")
        }
    }

    private mutating func time() throws(SearchMistake) -> CivilTime {
        try require("(")
        var parts: [Int] = []
        repeat {
            guard case .number(let text)? = next(), let part = Int(text), parts.count < 6 else {
                throw SearchMistake(text: "DateTime takes whole numbers")
            }
            parts.append(part)
        } while take(",")
        try require(")")
        guard parts.count == 3 || parts.count == 6 else { throw SearchMistake(text: "DateTime takes 3 or 6 numbers") }
        parts += Array(repeating: 0, count: 6 - parts.count)
        guard let time = CivilTime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]) else {
            throw SearchMistake(text: "there is no such date")
        }
        return time
    }

    private mutating func next() -> SearchToken? {
        guard place < tokens.count else { return nil }
        place += 1
        return tokens[place - 1]
    }

    private mutating func word() throws(SearchMistake) -> String {
        guard case .word(let word)? = next() else { throw SearchMistake(text: "a method is lacking") }
        return word
    }

    private mutating func require(_ mark: String) throws(SearchMistake) {
        guard take(mark) else { throw SearchMistake(text: "\(mark) is lacking") }
    }

    private mutating func take(_ mark: String) -> Bool {
        guard place < tokens.count, tokens[place] == .mark(mark) else { return false }
        place += 1
        return true
    }

    private mutating func take(word: String) -> Bool {
        guard place < tokens.count, case .word(let found) = tokens[place], found.uppercased() == word else {
            return false
        }
        place += 1
        return true
    }
}
