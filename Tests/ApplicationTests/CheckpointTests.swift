// A book outlives the segments that it was folded from: it is restated before they go, and a start from what is left comes
// to the same book.
import Journal
import Testing
import Workflows

@testable import Application

private let shelf = Shelf("A", 1)

private func aim(_ count: Int, at position: JournalPosition) -> Entry {
    .stock(.targeted([StockTarget(shelf, at: position, .quantity(count, .init(base: count, own: 0, buffer: 0)))]))
}

extension TestJournal {
    /// As a server does at its start for a brand that is not live.
    fileprivate var dormant: DormantStock { DormantStock("acme", fold.restartedStock["acme"] ?? FoldedStock()) }

    fileprivate func checkpoints() throws -> Int { try entries().filter { $0.entry.kind == .checkpoint }.count }
}

@Test func aBookIsRestatedBeforeWhatItNeedsGoes() throws {
    var journal = try TestJournal()
    _ = try journal.append(.stock(.moved(StockMovement(.exported, order: "1", [shelf: 3]))))
    try journal.fill()
    _ = try journal.append(aim(7, at: 1))
    journal = try journal.reopened()
    let before = try #require(journal.fold.restartedStock["acme"]).book
    let stock = journal.dormant
    stock.keep(wanted: 1, journal.commits, journal.clock)
    #expect(stock.floor == 1)
    #expect(try journal.checkpoints() == 0)
    stock.keep(wanted: 2, journal.commits, journal.clock)
    #expect(stock.floor == 4, "the record that began the checkpoint")
    #expect(try journal.checkpoints() == 2)
    try journal.fill()
    #expect(journal.commits.store.retire(below: 4) > 0)

    journal = try journal.reopened()
    #expect(try journal.entries().first?.sequence ?? 0 > 1, "the first entry is gone")
    #expect(journal.fold.restartedStock["acme"]?.book == before)
    #expect(before.shelves[shelf]?.exported == 3)
    #expect(journal.dormant.floor == 4, "what was restated is known after a start")
    #expect(try journal.brokenPromises() == [])
}

@Test func aBookThatIsNotWholeKeepsItsEntries() throws {
    var journal = try TestJournal()
    _ = try journal.append(aim(7, at: 1), .checkpoint(.begun), aim(5, at: 1))
    journal = try journal.reopened()
    #expect(journal.dormant.floor == 1)
    #expect(journal.fold.restartedStock["acme"]?.book.shelves[shelf]?.target?.outcome != nil)
}

@Test func whereTheJournalHasEndedNothingIsRestated() throws {
    var journal = try TestJournal()
    _ = try journal.append(aim(7, at: 1))
    journal = try journal.reopened()
    let stock = journal.dormant
    journal.stop()
    stock.keep(wanted: 2, journal.commits, journal.clock)
    #expect(stock.floor == 1, "and nobody waits for it")
}

@Test func theAuditReadsStockRecords() throws {
    let journal = try TestJournal()
    let write = StockWrite(shelf, 7, from: 1)
    _ = try journal.append(.stock(.writing([write])), .started(version: "1"), .stock(.writing([write])))
    let broken = try journal.brokenPromises()
    #expect(broken.count == 2, "neither was decided; the start ended the first: \(broken)")
    #expect(broken.first?.hasPrefix("acme: record 1 sends A in warehouse 1: 7 (from 1)") == true)
}
