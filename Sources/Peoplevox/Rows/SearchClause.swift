// What to look for, in the text that Peoplevox takes as a search clause. How it escapes a quote is unknown, so a value that
// would need escaping is refused, and nobody else puts a clause together: a value can never become part of its grammar.

/// What a clause names: `GetData` knows the columns of a template, `GetReportData` the titles of a report.
package protocol SearchColumn: Hashable, Sendable {
    /// As it stands in a clause.
    var searchText: String { get }
}

/// A column of a template, such as `SalesOrderNumber`: bare in a clause.
package struct TemplateColumn: SearchColumn {
    package let name: String

    /// Nil for a name that could be taken for anything but a name.
    package init?(_ name: String) {
        guard let first = name.utf8.first, first.isLetter, name.utf8.count <= 64,
            name.utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0 == 0x5F })
        else { return nil }
        self.name = name
    }

    package var searchText: String { name }
}

/// A title of a report, such as `Site reference`: in brackets in a clause.
package struct ReportColumn: SearchColumn {
    package let title: String

    /// Nil for a title that could end its brackets.
    package init?(_ title: String) {
        guard !title.isEmpty, title.utf8.count <= 128,
            title.unicodeScalars.allSatisfy({
                !"[]\"\\".unicodeScalars.contains($0) && $0.value >= 0x20 && $0.value != 0x7F
            })
        else { return nil }
        self.title = title
    }

    package var searchText: String { "[\(title)]" }
}

/// A text that may stand between the quotes of a clause.
package struct SearchText: Hashable, Sendable {
    package let text: String

    package static let octetLimit = 256

    /// Nil for a text with any sign but `A-Z a-z 0-9 . _ / # : + -` and the space, and for an empty one.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.octetLimit, text.utf8.allSatisfy(Self.isAllowed) else {
            return nil
        }
        self.text = text
    }

    private static func isAllowed(_ octet: UInt8) -> Bool {
        octet.isLetter || octet.isDigit || " ._/#:+-".utf8.contains(octet)
    }
}

package enum SearchComparison: String, Sendable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
}

package struct SearchClause<Column: SearchColumn>: Hashable, Sendable {
    /// As it is sent, before XML escapes it.
    package let text: String

    private init(_ text: String) { self.text = text }

    package static func equals(_ column: Column, _ value: SearchText) -> SearchClause {
        SearchClause("\(column.searchText).Equals(\"\(value.text)\")")
    }

    package static func startsWith(_ column: Column, _ value: SearchText) -> SearchClause {
        SearchClause("\(column.searchText).StartsWith(\"\(value.text)\")")
    }

    package static func compare(_ column: Column, _ comparison: SearchComparison, _ number: Int) -> SearchClause {
        SearchClause("\(column.searchText) \(comparison.rawValue) \(number)")
    }

    /// The time is the tenant's own, as its cells are.
    package static func compare(_ column: Column, _ comparison: SearchComparison, _ time: LocalTime) -> SearchClause {
        let digits = time.description.split { " -:".contains($0) }.joined(separator: ",")
        return SearchClause("\(column.searchText) \(comparison.rawValue) DateTime(\(digits))")
    }

    package func and(_ other: SearchClause) -> SearchClause { SearchClause("(\(text)) AND (\(other.text))") }

    package func or(_ other: SearchClause) -> SearchClause { SearchClause("(\(text)) OR (\(other.text))") }

    /// Largest number of values in one clause that is in use anywhere.
    package static var valueLimit: Int { 100 }

    /// Clauses for any of these values, each of at most `valueLimit` of them, in order and without repetitions; and the
    /// values that cannot be looked for. Those are the caller's to report: they were not found and not looked for either.
    package static func anyOf(
        _ column: Column, _ values: [String]
    ) -> (clauses: [SearchClause], unsearchable: [String]) {
        var seen: Set<String> = []
        let fresh = values.filter { seen.insert($0).inserted }
        let allowed = fresh.compactMap(SearchText.init)
        let clauses = stride(from: 0, to: allowed.count, by: valueLimit).map { start in
            let terms = allowed[start...].prefix(valueLimit).map { equals(column, $0).text }
            return SearchClause(terms.joined(separator: " OR "))
        }
        return (clauses, fresh.filter { SearchText($0) == nil })
    }
}
