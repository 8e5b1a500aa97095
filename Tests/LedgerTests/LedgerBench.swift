// What the tests of the ledger share: a directory that goes away, and streams of records from a seed.
import Commerce
import Foundation
import TestSupport
import Workflows

@testable import Ledger

/// A directory for one test.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "lockstep-ledger-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String = Ledger.fileName) -> String { path + "/" + name }
}

extension SplitMix64 {
    mutating func below(_ limit: Int) -> Int { number(below: limit) }
    mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }
    mutating func some<Element>(of elements: [Element]) -> [Element] {
        let chosen = elements.filter { _ in oneIn(2) }
        return chosen.isEmpty ? [one(of: elements)] : chosen
    }
}

/// Records of every kind, with little sense and in an order that a journal could have.
struct RecordStream {
    static let skus = ["A-1", "B\"2", "å3", "D4"]
    static let brands = ["acme", "other"]
    private var chance: SplitMix64
    private var sequence: JournalPosition = 0
    /// Of all entries so far, whosever they are.
    private var book = StockBook()

    init(seed: UInt64) { chance = SplitMix64(seed: seed) }

    mutating func records(_ count: Int) -> [LedgerRecord] { (0..<count).map { _ in next() } }

    mutating func next() -> LedgerRecord {
        sequence += 1
        return LedgerRecord(
            sequence: sequence, checksum: UInt32(truncatingIfNeeded: chance.next()),
            time: 1_700_000_000_000_000 + Int64(sequence) * 1_000, brand: chance.one(of: RecordStream.brands),
            content: content())
    }

    private mutating func content() -> LedgerRecord.Content {
        switch chance.below(16) {
        case 0: .started(version: "0.1.0")
        case 1...3: .woken(wakeup())
        case 4, 5: .finished((0..<1 + chance.below(3)).map { _ in end() })
        case 6: .other
        case 7: .reconciliation(reconciliation())
        case 8: .exception(exception())
        case 9: .checkpoint(checkpoint())
        default: .stock(applied())
        }
    }

    private mutating func applied() -> StockEntry {
        let entry = entry()
        book.apply(entry, sequence: sequence, time: Int64(sequence))
        return entry
    }

    private mutating func checkpoint() -> StockCheckpoint {
        chance.one(of: [.begun] + book.checkpoint(begun: position()))
    }

    private mutating func reconciliation() -> ReconciliationEntry {
        switch chance.below(3) {
        case 0: return .began(.schedule, isDryRun: false)
        case 1: return .confirmed(run: position(), user: 1_000)
        default:
            var report = StockReconciliation(run: position(), trigger: .schedule, isDryRun: false, began: 0)
            report.compared = chance.below(100)
            (report.warehouse.isComplete, report.shop.isComplete) = (chance.oneIn(2), true)
            report.counts = [.changedInCentra: chance.below(9)]
            report.rows = shelves().map { shelf in
                StockDifference(
                    shelf.sku, chance.one(of: [nil, shelf.warehouse]), .changedInCentra,
                    should: chance.one(of: [nil, StockDifference.Figure(chance.below(9), at: 5)]),
                    shows: chance.one(of: [nil, StockDifference.Figure(chance.below(9), at: 6)]),
                    detail: chance.one(of: ["", "sizes 1, 2"]))
            }
            report.gone = chance.oneIn(2) ? [] : [chance.one(of: RecordStream.skus)]
            return .ended(report)
        }
    }

    private mutating func exception() -> ExceptionEntry {
        let sku = chance.one(of: RecordStream.skus)
        let subject = chance.one(of: [.sku(sku), .shelf(Shelf(sku, 2)), ExceptionSubject.whole])
        return switch chance.below(4) {
        case 0: .cleared(position(), seen: 1)
        case 1: .acknowledged(position(), by: 1_000, until: chance.one(of: [nil, 9]))
        case 2: .noted(position(), by: 1_000, "asked")
        default: .raised(.stockMismatch, subject, ExceptionEvidence(), since: 1, previous: nil)
        }
    }

    private mutating func wakeup() -> Wakeup {
        let events = chance.some(of: RecordStream.skus).map { sku in
            Event(.stockChanged, Subject(.sku, sku), and: [Subject(.order, "10001"), Subject(.sku, sku)])
        }
        return Wakeup(
            source: chance.one(of: ["centra", "peoplevox"]), type: chance.one(of: ["", "AvailabilityChanges"]),
            action: chance.one(of: [nil, "replay"]), events: events)
    }

    private mutating func end() -> JobEnd {
        let delivery = JournalPosition(1 + chance.below(Int(sequence)))
        let result: JobEnd.Result =
            switch chance.below(4) {
            case 0: .settled
            case 1: .coalesced(into: delivery + 1, job: chance.below(3))
            case 2: .retry(attempt: chance.below(9), due: Int64(chance.below(1_000_000)), reason: "timed out")
            default: .deadLettered(attempts: 20, reason: "")
            }
        return JobEnd(delivery: delivery, job: chance.below(3), result)
    }

    private mutating func shelves() -> [Shelf] {
        chance.some(of: RecordStream.skus).flatMap { sku in chance.some(of: [1, 2]).map { Shelf(sku, $0) } }
    }

    private mutating func levels() -> SiteLevels {
        let (onHand, allocated) = (chance.below(20), chance.below(20))
        return SiteLevels(
            onHand: onHand, allocated: chance.one(of: [allocated, nil]),
            available: chance.one(of: [onHand - allocated, nil]))
    }

    private mutating func position() -> JournalPosition { JournalPosition(chance.below(Int(sequence))) }

    private mutating func write(_ shelf: Shelf) -> StockWrite {
        StockWrite(shelf, chance.below(9), from: position())
    }

    private mutating func entry() -> StockEntry {
        switch chance.below(11) {
        case 10:
            let (one, two) = (RecordStream.skus[chance.below(4)], RecordStream.skus[chance.below(4)])
            return .ambiguous([one: [12, 13]], unique: one == two ? [] : [two])
        case 9:
            let (one, two) = (chance.some(of: RecordStream.skus), RecordStream.skus[chance.below(4)])
            return .strangers(
                shown: Dictionary(uniqueKeysWithValues: one.map { ($0, chance.below(9)) }).filter { $0.key != two },
                gone: [two])
        case 0: return .readStarted(skus: chance.some(of: RecordStream.skus))
        case 1: return observed()
        case 2: return .readFailed(position: position(), skus: chance.some(of: RecordStream.skus), reason: "no answer")
        case 3: return .targeted(shelves().map { target($0) })
        case 4: return .writing(shelves().map { write($0) })
        case 5: return .written(shelves().map { StockWriteResult(write($0), outcome()) })
        case 6:
            let writes = shelves().map { write($0) }
            return .refused(writes, applied: Dictionary(writes.map { ($0.shelf, position()) }) { max($0, $1) })
        case 7:
            let units = shelves().map { ($0, 1 + chance.below(4)) }
            return .moved(
                StockMovement(
                    chance.one(of: StockMovement.Kind.allCases), order: "1000\(chance.below(3))",
                    Dictionary(units) { $0 + $1 }))
        default: return .doubted(shelves().map { StockDoubt($0, shown: chance.one(of: [nil, 0, 8])) })
        }
    }

    private mutating func observed() -> StockEntry {
        var found: [String: [String: SiteLevels]] = [:]
        for sku in chance.some(of: RecordStream.skus) {
            for site in chance.one(of: [[], ["Main"], ["Main", "Second"]]) { found[sku, default: [:]][site] = levels() }
            if found[sku] == nil { found[sku] = [:] }
        }
        return .observed(position: position(), levels: found, absent: RecordStream.skus.filter { found[$0] == nil })
    }

    private mutating func target(_ shelf: Shelf) -> StockTarget {
        let parts = StockTarget.Parts(
            base: chance.below(9), own: chance.below(3), buffer: chance.below(3),
            floor: chance.one(of: [nil, nil, .absent]))
        return StockTarget(
            shelf, at: position(),
            chance.below(3) == 0
                ? .unknown(chance.one(of: StockTarget.Reason.allCases)) : .quantity(chance.below(9), parts))
    }

    private mutating func outcome() -> StockWriteResult.Outcome {
        chance.one(of: [.applied, .refused("no such item"), .failed("busy"), .unknown("cut off")])
    }
}

extension Ledger {
    /// Takes records in, in one transaction.
    func project(_ records: [LedgerRecord], journal: UInt64 = 7) throws {
        let start = try cursor() ?? LedgerCursor(journal: journal, sequence: 0, checksum: 0)
        let isTaken = try project(behind: start) { take in for record in records { take(record) } }
        precondition(isTaken)
    }

    var dumped: [String] {
        get throws {
            var lines: [String] = []
            try dump { lines.append($0) }
            return lines
        }
    }
}
