// What is sent to search, and what never is.
import Foundation
import Testing

@testable import Peoplevox

private typealias Template = SearchClause<TemplateColumn>
private typealias Report = SearchClause<ReportColumn>

struct SearchTests {
    private func template(_ name: String) throws -> TemplateColumn { try #require(TemplateColumn(name)) }
    private func report(_ title: String) throws -> ReportColumn { try #require(ReportColumn(title)) }
    private func value(_ text: String) throws -> SearchText { try #require(SearchText(text)) }

    @Test
    func clausesAreWrittenAsPeoplevoxTakesThem() throws {
        let order = try template("SalesOrderNumber")
        #expect(Template.equals(order, try value("C-10001")).text == #"SalesOrderNumber.Equals("C-10001")"#)
        #expect(Template.startsWith(order, try value("#1")).text == "SalesOrderNumber.StartsWith(\"#1\")")
        #expect(Template.compare(order, .atLeast, -3).text == "SalesOrderNumber >= -3")
        let since = try #require(LocalTime(2025, 8, 1))
        let site = Report.equals(try report("Site reference"), try value("PrimarySite"))
        let both = site.and(.compare(try report("Despatch date"), .atLeast, since))
        #expect(
            both.text
                == #"([Site reference].Equals("PrimarySite")) AND ([Despatch date] >= DateTime(2025,08,01,00,00,00))"#)
        #expect(site.or(both).text == "(\(site.text)) OR (\(both.text))")
    }

    static let hostile = [
        "", "a\"b", "a\\b", "a\nb", "a\tb", "\") OR (\"1\"=\"1", "å", "日本", "a&b", "<b>", "'", "(", ")", "[a]", "{x}",
        "a,b", "a=b", "*", "%",
        "a\0", "\u{FEFF}a", String(repeating: "a", count: 257),
    ]

    @Test(arguments: hostile)
    func aValueThatCouldEndItsQuotesIsNone(text: String) { #expect(SearchText(text) == nil) }

    @Test(arguments: ["C-10001", "UM1001REDM", "a b", "./#:+-_", String(repeating: "a", count: 256)])
    func aCodeIsAValue(text: String) { #expect(SearchText(text)?.text == text) }

    @Test(arguments: ["", "1a", "a b", "a.b", "a\"", "[a]", "å", "_a", String(repeating: "a", count: 65)])
    func aNameIsNoColumnOfATemplate(name: String) { #expect(TemplateColumn(name) == nil) }

    @Test(arguments: ["", "a]b", "[a", "a\"b", "a\\b", "a\nb"])
    func aTitleIsNoneOfAReport(title: String) { #expect(ReportColumn(title) == nil) }

    @Test(arguments: ["Sales order no.", "No. of parent items despatched", "Item code", "Größe (cm)"])
    func aTitleIsOneOfAReport(title: String) { #expect(ReportColumn(title)?.searchText == "[\(title)]") }

    @Test(arguments: [0, 1, 99, 100, 101, 250])
    func manyValuesAreAskedForInPieces(count: Int) throws {
        let values = (0..<count).map { "C-\($0)" }
        let (clauses, unsearchable) = Template.anyOf(try template("SalesOrderNumber"), values + ["å", "C-0", "å"])
        #expect(unsearchable == ["å"])
        let found = clauses.map { $0.text.components(separatedBy: " OR ") }
        #expect(found.allSatisfy { (1...100).contains($0.count) } && clauses.count == (max(count, 1) + 99) / 100)
        let terms = (count == 0 ? ["C-0"] : values).map { #"SalesOrderNumber.Equals("\#($0)")"# }
        #expect(found.flatMap { $0 } == terms)
    }
}

struct QuantityTests {
    static let quantities: [(String, Int?)] = [
        ("0", 0), ("12", 12), ("-3", -3), ("7.00", 7), ("-7.0", -7), ("007", 7), ("999999999", 999_999_999), ("", nil),
    ]

    @Test(arguments: quantities)
    func wholePiecesAreRead(cell: String, expected: Int?) throws {
        #expect(try Quantity.read(Array(cell.utf8)[...]) == expected)
    }

    @Test(arguments: [
        "7.5", "7.", ".0", "-", "+7", "1,200", "1 200", " 7", "7 ", "7.00.0", "1e3", "0x1", "١", "--1", "1000000000",
        "NaN", "7.-0",
        "99999999999999999999", "7.0000000000",
    ])
    func anythingElseIsRefused(cell: String) {
        #expect(throws: Quantity.Mistake.notAQuantity) { try Quantity.read(Array(cell.utf8)[...]) }
    }
}
