// The ledger's content is a function of the records: cut anywhere, rebuilt, or trimmed, it is the same.
import Commerce
import TestSupport
import Testing
import Workflows

@testable import Ledger

struct ProjectionTests {
    static func ledger(of records: [LedgerRecord], in scratch: Scratch, _ name: String = "one.db") throws -> Ledger {
        let ledger = try Ledger.open(scratch.file(name))
        try ledger.project(records)
        return ledger
    }

    /// As a process would that is killed and started again.
    @Test(arguments: 0..<20)
    func aStreamThatIsCutAnywhereGivesTheSame(seed: Int) throws {
        let scratch = try Scratch()
        var stream = RecordStream(seed: UInt64(seed))
        let records = stream.records(120)
        let whole = try Self.ledger(of: records, in: scratch).dumped
        #expect(whole.count > 120)
        var chance = SplitMix64(seed: UInt64(seed))
        var rest = records[...]
        while !rest.isEmpty {
            let count = 1 + chance.below(40)
            try Ledger.open(scratch.file("cut.db")).project(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        #expect(try Ledger.open(scratch.file("cut.db")).dumped == whole)
    }

    /// What the journal retires goes from the ledger, and then a rebuild comes to the same.
    @Test(arguments: 0..<10, [1, 30, 121])
    func whatIsForgottenIsAsIfItHadNeverBeen(seed: Int, first: Int) throws {
        let scratch = try Scratch()
        var stream = RecordStream(seed: UInt64(seed))
        let records = stream.records(120)
        let trimmed = try Self.ledger(of: records, in: scratch)
        try trimmed.forget(before: JournalPosition(first))
        let rebuilt = try Ledger.open(scratch.file("rebuilt.db"))
        let left = records.filter { $0.sequence >= first }
        try rebuilt.project(left.isEmpty ? [records[119].emptied] : left)
        #expect(try rebuilt.dumped == trimmed.dumped)
    }

    /// The ledger's rows say of a SKU what the records themselves say.
    @Test(arguments: 0..<20)
    func aHistoryFromTheLedgerIsThatFromTheJournal(seed: Int) throws {
        let scratch = try Scratch()
        var stream = RecordStream(seed: UInt64(seed))
        let records = stream.records(150)
        let ledger = try Self.ledger(of: records, in: scratch)
        for brand in RecordStream.brands {
            for sku in RecordStream.skus + ["none"] {
                var expected = SKUHistory(brand: brand, sku: sku)
                for record in records { expected.add(record) }
                let found = try ledger.history(of: sku, brand: brand)
                #expect(found == expected, "\(brand) \(sku)")
                #expect(found.isEmpty == (sku == "none"))
            }
            #expect(
                try ledger.skus(of: brand)
                    == RecordStream.skus.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
        }
    }

    @Test
    func theUnitsOfAnOrderAreOpenUntilItsShipmentIsComplete() throws {
        let scratch = try Scratch()
        let (one, two) = (Shelf("A", 1), Shelf("B", 1))
        let movements: [StockMovement] = [
            StockMovement(.exported, order: "1", [one: 3, two: 1]), StockMovement(.despatched, order: "1", [one: 2]),
            StockMovement(.completed, order: "1", [one: 2]), StockMovement(.cancelled, order: "1", [two: 1]),
            StockMovement(.exported, order: "2", [two: 4]),
        ]
        let ledger = try Self.ledger(
            of: movements.enumerated().map { number, movement in
                LedgerRecord(
                    sequence: JournalPosition(number + 1), checksum: 0, time: 0, brand: "acme",
                    content: .stock(.moved(movement)))
            }, in: scratch)
        var open: [String] = []
        try ledger.database.query("SELECT order_number, sku, open FROM open_units ORDER BY 1, 2") { row in
            open.append("\(row.text(0)) \(row.text(1)) \(row.integer(2) ?? 0)")
        }
        #expect(open == ["1 A 1", "2 B 4"])
    }
}

extension LedgerRecord {
    /// With nothing in it that is kept.
    var emptied: LedgerRecord {
        LedgerRecord(sequence: sequence, checksum: checksum, time: time, brand: brand, content: .other)
    }
}
