// What a reconciliation sets going: SKUs that are to be read anew, and shelves that are to be written again. Nothing is
// written from what a reconciliation has read. So much at once that the reading itself is to be doubted waits for a person.
import JSON

package struct StockCorrections: Hashable, Sendable {
    /// In order. Centra sells what is not there, or may do.
    package var urgent = Part()
    package var others = Part()
    /// Places that would show less, and those of them that would show nothing.
    package private(set) var lowered = 0
    package private(set) var emptied = 0

    package struct Part: Hashable, Sendable {
        package fileprivate(set) var skus: [String] = []
        package fileprivate(set) var doubts: [StockDoubt] = []

        package init() {}

        package var isEmpty: Bool { skus.isEmpty && doubts.isEmpty }
        /// SKUs that it is about.
        package var count: Int { Set(skus).union(doubts.map(\.shelf.sku)).count }
    }

    package init() {}

    /// - Parameter isComplete: of both readings. From less than everything nothing is lowered (P4).
    package init(_ findings: StockFindings, isComplete: Bool) {
        for sku in findings.bySKU.keys.sorted() {
            let mended = (findings.bySKU[sku] ?? []).filter(\.isCorrected)
            let isUrgent = mended.contains(where: \.isUrgent)
            guard !mended.isEmpty, isComplete || !isUrgent else { continue }
            for finding in mended { count(finding) }
            if isUrgent { urgent.add(sku, mended) } else { others.add(sku, mended) }
        }
        others.skus += findings.undecided.subtracting(urgent.skus + others.skus).sorted()
    }

    package var isEmpty: Bool { urgent.isEmpty && others.isEmpty }
    package var skus: Int { urgent.count + others.count }

    private mutating func count(_ finding: StockFindings.Finding) {
        guard finding.difference.isTooHigh else { return }
        lowered += 1
        if finding.difference.should?.quantity == 0 { emptied += 1 }
    }
}

extension StockCorrections {
    /// How much may be put right without asking.
    package struct Limit: Hashable, Sendable {
        /// Of what was compared, in percent.
        package let percent: Int

        package init(percent: Int) { self.percent = percent }

        /// So few are no sign of anything.
        static let few = 10

        func lowered(of compared: Int) -> Int { max(Limit.few, compared.times(percent) / 100) }
        /// That everything is gone is said by a broken report sooner than by a warehouse.
        func emptied(of compared: Int) -> Int { max(Limit.few, lowered(of: compared) / 2) }
    }

    /// Why a person has to agree first; nil when nobody has to.
    package func objection(_ limit: Limit, compared: Int) -> String? {
        let (most, mostEmptied) = (limit.lowered(of: compared), limit.emptied(of: compared))
        if lowered > most { return "\(lowered) of \(compared) would show less; at most \(most) may without asking" }
        guard emptied > mostEmptied else { return nil }
        return "\(emptied) of \(compared) would show nothing; at most \(mostEmptied) may without asking"
    }
}

// MARK: In the journal

extension StockCorrections {
    /// SKUs and doubts of one record, of either half.
    private static let rowsPerRecord = 10_000

    /// The same in parts of which each fits into a record of the journal.
    package var parts: [StockCorrections] {
        let count = max(urgent.rows, others.rows)
        return stride(from: 0, to: max(1, count), by: StockCorrections.rowsPerRecord).map { first in
            var part = StockCorrections()
            part.urgent = urgent.part(from: first, of: StockCorrections.rowsPerRecord)
            part.others = others.part(from: first, of: StockCorrections.rowsPerRecord)
            return part
        }
    }

    package mutating func add(_ more: StockCorrections) {
        urgent.add(more.urgent)
        others.add(more.others)
    }

    func write(_ json: inout JSONWriter) {
        json.array("urgent") { urgent.write(&$0) }
        json.array("others") { others.write(&$0) }
    }

    init?(_ json: JSONValue) {
        guard let urgent = json["urgent"].flatMap(Part.init), let others = json["others"].flatMap(Part.init) else {
            return nil
        }
        (self.urgent, self.others) = (urgent, others)
    }
}

extension StockCorrections.Part {
    fileprivate var rows: Int { max(skus.count, doubts.count) }

    fileprivate func part(from first: Int, of count: Int) -> Self {
        var part = Self()
        part.skus = Array(skus.dropFirst(first).prefix(count))
        part.doubts = Array(doubts.dropFirst(first).prefix(count))
        return part
    }

    fileprivate mutating func add(_ more: Self) {
        skus += more.skus
        doubts += more.doubts
    }

    fileprivate func write(_ json: inout JSONWriter) {
        json.array { json in for sku in skus { json.value(sku) } }
        json.array { json in
            for doubt in doubts {
                json.array { json in
                    json.value(doubt.shelf.sku)
                    json.value(doubt.shelf.warehouse)
                    json.value(doubt.shown)
                }
            }
        }
    }

    fileprivate init?(_ json: JSONValue) {
        guard let skus = json[0]?.texts,
            let doubts = json[1]?.rows({ row in
                row[0]?.string.flatMap { sku in
                    row[1]?.integer.map { StockDoubt(Shelf(sku, $0), shown: row[2]?.integer) }
                }
            })
        else { return nil }
        (self.skus, self.doubts) = (skus, doubts)
    }
}

extension StockCorrections.Part {
    fileprivate mutating func add(_ sku: String, _ findings: [StockFindings.Finding]) {
        if findings.contains(where: \.wakes) { skus.append(sku) }
        doubts += findings.flatMap(\.doubts)
    }
}

extension StockFindings.Finding {
    fileprivate var isUrgent: Bool {
        switch difference.explanation {
        case .unknownInPeoplevox, .unknownValue: true
        default: difference.isTooHigh
        }
    }
}
