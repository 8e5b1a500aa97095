// The grammar of search clauses, on a small table of every kind of cell.
import Testing

@testable import Sandbox

private let table = Listing(
    ["Code", "Item name", "Count", "Price", "Sent", "Open", "Status"],
    [
        [
            .text("A1"), .text("Red hat"), .integer(3), .decimal("9.50"), time(2, 3), .flag(true),
            .status(id: 1, name: "New"),
        ],
        [
            .text("A2"), .text("Blue hat"), .integer(12), .decimal("10.00"), time(2, 4), .flag(false),
            .status(id: 5, name: "Despatched"),
        ],
        [
            .text("B1"), .text("Mug (red)"), .integer(0), .decimal("100"), .absent, .flag(true),
            .status(id: 5, name: "Despatched"),
        ],
    ])

private func time(_ month: Int, _ day: Int) -> Cell {
    CivilTime(2026, month, day, 14, 5, 11).map(Cell.time) ?? .absent
}

private struct Case: Sendable, CustomTestStringConvertible {
    let clause: String
    /// The first cells of the rows that match; nil when the clause is refused.
    let rows: String?
    var names = SearchClause.Names.titles

    var testDescription: String { String(clause.prefix(60)) }
}

private let cases = [
    Case(clause: "[Code].Equals(\"A1\")", rows: "A1"),
    Case(clause: "([Code].Equals(\"A1\"))", rows: "A1"),
    Case(clause: "[Code] == \"A1\"", rows: "A1"),
    Case(clause: "[Code] = \"A1\"", rows: "A1"),
    Case(clause: "[Code]!=\"A1\"", rows: "A2 B1"),
    Case(clause: "![Code].Equals(\"A1\")", rows: "A2 B1"),
    Case(clause: "[Item name].Contains(\"hat\")", rows: "A1 A2"),
    Case(clause: "![Item name].Contains(\"hat\")", rows: "B1"),
    Case(clause: "[Item name].StartsWith(\"Mug (\")", rows: "B1"),
    Case(clause: "[Item name].EndsWith(\" hat\")", rows: "A1 A2"),
    Case(clause: "[Code].Equals(\"a1\")", rows: ""),
    Case(clause: "[Count] > 2", rows: "A1 A2"),
    Case(clause: "[Count] >= 3", rows: "A1 A2"),
    Case(clause: "[Count] < 3", rows: "B1"),
    Case(clause: "[Count] <= 3", rows: "A1 B1"),
    Case(clause: "[Count].Equals(12)", rows: "A2"),
    Case(clause: "[Count] > -1", rows: "A1 A2 B1"),
    Case(clause: "[Price] > 9.75", rows: "A2 B1"),
    Case(clause: "[Sent] >= DateTime(2026,02,04,00,00,00)", rows: "A2"),
    Case(clause: "[Sent] < DateTime(2026, 2, 4)", rows: "A1"),
    Case(clause: "[Sent] == DateTime(2026,02,03,14,05,11)", rows: "A1"),
    Case(clause: "[Open] = true", rows: "A1 B1"),
    Case(clause: "[Status].Equals(5)", rows: "A2 B1"),
    Case(clause: "[Status].Equals(\"New\")", rows: "A1"),
    Case(clause: "[Code].Equals(\"A1\") OR [Code].Equals(\"B1\")", rows: "A1 B1"),
    Case(clause: "[Code].StartsWith(\"A\") and [Count] > 3 or [Code] = \"B1\"", rows: "A2 B1"),
    Case(clause: "[Code].StartsWith(\"A\") AND ([Count] > 3 OR [Open] = true)", rows: "A1 A2"),
    Case(clause: "!([Code].StartsWith(\"A\") AND [Count] > 3)", rows: "A1 B1"),
    Case(clause: "Code.Equals(\"A1\")", rows: "A1", names: .columns),
    Case(clause: "Code.Equals(\"A1\")", rows: nil),
    Case(clause: "[Code].Equals(\"A1\")", rows: nil, names: .columns),
    Case(clause: "[Kode].Equals(\"A1\")", rows: nil),
    Case(clause: "[Code].Matches(\"A1\")", rows: nil),
    Case(clause: "[Code].Contains(1)", rows: nil),
    Case(clause: "[Code].Equals(\"A1", rows: nil),
    Case(clause: "[Code].Equals(\"A\\\"1\")", rows: nil),
    Case(clause: "[Code].Equals(\"A\"\"1\")", rows: nil),
    Case(clause: "[Code].Equals(\"A1\"", rows: nil),
    Case(clause: "[Code].Equals(\"A1\") AND", rows: nil),
    Case(clause: "[Code].Equals(\"A1\") [Count] > 1", rows: nil),
    Case(clause: "[Code", rows: nil),
    Case(clause: "[Code] = 1", rows: nil),
    Case(clause: "[Count] = \"1\"", rows: nil),
    Case(clause: "[Sent] > \"2026-02-01\"", rows: nil),
    Case(clause: "[Sent] > DateTime(2026,02,30,00,00,00)", rows: nil),
    Case(clause: "[Sent] > DateTime(2026)", rows: nil),
    Case(clause: "[Code] = \"A1\" ; drop", rows: nil),
    Case(clause: String(repeating: "(", count: 19_000) + "[Code] = \"A1\"", rows: nil),
    Case(clause: String(repeating: "!", count: 19_000) + "[Code] = \"A1\"", rows: nil),
]

@Test(arguments: cases)
private func theClauseMatches(_ example: Case) {
    let rows = try? SearchClause.parse(example.clause, example.names, columns: table.columns).rows(of: table)
    #expect(rows.map { $0.map { CellStyle().text($0[0]) }.joined(separator: " ") } == example.rows)
}

@Test
func aClauseTakesAHundredKeys() throws {
    let clause = (1...100).map { "Code.Equals(\"K\($0)\")" }.joined(separator: " OR ") + " OR Code.Equals(\"B1\")"
    #expect(try SearchClause.parse(clause, .columns, columns: table.columns).rows(of: table).count == 1)
}
