// The words of a search clause. The grammar was pieced together from clauses that are in production use (peoplevox.md,
// 1.7); what is not seen there is refused.

struct SearchMistake: Error, Equatable, CustomStringConvertible {
    let text: String
    var description: String { "Search clause: \(text)" }
}

enum SearchToken: Equatable {
    /// A bare column name, a method, `AND`, `DateTime`.
    case word(String)
    /// A report title in square brackets.
    case title(String)
    case string(String)
    case number(String)
    /// One of `( ) , . ! = == != < <= > >=`.
    case mark(String)

    static func all(_ clause: String) throws(SearchMistake) -> [SearchToken] {
        var reader = SearchTokenReader(text: Array(clause.unicodeScalars))
        var tokens: [SearchToken] = []
        while let token = try reader.next() {
            guard tokens.count < 20_000 else { throw SearchMistake(text: "it is too long") }
            tokens.append(token)
        }
        return tokens
    }
}

private struct SearchTokenReader {
    let text: [Unicode.Scalar]
    var place = 0

    mutating func next() throws(SearchMistake) -> SearchToken? {
        while place < text.count, text[place].properties.isWhitespace { place += 1 }
        guard place < text.count else { return nil }
        switch text[place] {
        case "[": return .title(try enclosed(by: "]"))
        case "\"": return .string(try quoted())
        case "0"..."9": return .number(run { ("0"..."9").contains($0) || $0 == "." })
        case "-":
            place += 1
            return .number("-" + run { ("0"..."9").contains($0) || $0 == "." })
        case let scalar where scalar == "_" || scalar.properties.isAlphabetic:
            return .word(run { $0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0) })
        default: return .mark(try mark())
        }
    }

    /// How a quote or a backslash would be written inside of a text is unknown, so neither is understood.
    private mutating func quoted() throws(SearchMistake) -> String {
        let content = try enclosed(by: "\"")
        let isFollowedByQuote = place < text.count && text[place] == "\""
        guard !content.contains("\\"), !isFollowedByQuote else {
            throw SearchMistake(text: "a quote or a backslash inside of a text")
        }
        return content
    }

    private mutating func enclosed(by end: Unicode.Scalar) throws(SearchMistake) -> String {
        place += 1
        let content = run { $0 != end }
        guard place < text.count else { throw SearchMistake(text: "something is not closed") }
        place += 1
        return content
    }

    private mutating func run(while belongs: (Unicode.Scalar) -> Bool) -> String {
        var content = String.UnicodeScalarView()
        while place < text.count, belongs(text[place]) {
            content.append(text[place])
            place += 1
        }
        return String(content)
    }

    private mutating func mark() throws(SearchMistake) -> String {
        let pair = place + 1 < text.count ? "\(text[place])\(text[place + 1])" : ""
        let mark = ["==", "!=", "<=", ">="].contains(pair) ? pair : String(text[place])
        guard mark.count == 2 || "(),.!=<>".contains(mark) else { throw SearchMistake(text: "an unknown character") }
        place += mark.count
        return mark
    }
}
