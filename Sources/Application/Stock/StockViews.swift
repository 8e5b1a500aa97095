// What operators see of the stock workflow: a brand's state, one SKU of it, and its numbers for metrics.
import JSON
import Operations
import POSIX
import Workflows

extension StockEngines {
    /// `/v1/stock`
    func view(now: Int64) -> [UInt8] {
        JSONWriter.line { json in
            json.array("brands") { json in
                for engine in all { json.object { $0.write(engine.status, of: engine.brand, now: now) } }
            }
        }
    }

    /// `/v1/stock/{brand}/{sku}`; nil when nothing is known of it.
    func view(of sku: String, brand: String) -> [UInt8]? {
        guard let engine = self[brand] else { return nil }
        let (item, shelves) = engine.inspect { book in
            (book.items[sku], engine.warehouses.compactMap { book.shelves[Shelf(sku, $0)] })
        }
        guard item != nil || !shelves.isEmpty else { return nil }
        return JSONWriter.line { json in
            json.field("brand", brand)
            json.field("sku", sku)
            if let item { json.write(item) }
            json.array("warehouses") { json in
                for shelf in shelves { json.object { $0.write(shelf) } }
            }
        }
    }
}

extension StockEngine {
    fileprivate var warehouses: [Int] { settings.formula.sites.keys.sorted() }
}

extension JSONWriter {
    fileprivate mutating func write(_ status: StockStatus, of brand: String, now: Int64) {
        field("brand", brand)
        field("isPeak", status.isPeak)
        field("waitingSKUs", status.waiting)
        field("oldestWaitingMilliseconds", status.waitingSince.map { age(since: $0, now) })
        field("lateShelves", status.late)
        field("oldestLateMilliseconds", status.lateSince.map { age(since: $0, now) })
        field("caughtUpAt", Timestamp(microseconds: status.caughtUp).description)
        field("unknownShelves", status.unknown)
        field("refusedShelves", status.refused)
        field("skus", status.items)
        field("shelves", status.shelves)
        field("readFailuresInARow", status.readFailures)
        field("writeFailuresInARow", status.writeFailures)
        object("counts") { json in
            for (name, count) in status.counts.named { json.field(name, count) }
        }
    }

    fileprivate mutating func write(_ item: StockBook.Item) {
        field("absentSince", item.absentSince.map { Timestamp(microseconds: $0.time).description })
        guard let seen = item.seen else { return }
        object("seen") { json in
            json.field("at", Timestamp(microseconds: seen.moment.time).description)
            json.field("position", seen.moment.position)
            json.object("sites") { json in
                for (site, levels) in seen.levels.sorted(by: { $0.key < $1.key }) {
                    json.object(site) { json in
                        json.field("onHand", levels.onHand)
                        json.field("allocated", levels.allocated)
                        json.field("available", levels.available)
                    }
                }
            }
        }
    }

    fileprivate mutating func write(_ shelf: StockBook.ShelfState) {
        field("warehouse", shelf.shelf.warehouse)
        field("shows", shelf.shown)
        field("shouldShow", shelf.due)
        if case .unknown(let reason)? = shelf.target?.outcome { field("unknownBecause", reason.rawValue) }
        field("isUnderway", shelf.underway != nil)
        field("isInDoubt", shelf.isInDoubt)
        field("lateSince", shelf.lateSince.map { Timestamp(microseconds: $0).description })
        field("exported", shelf.exported)
        field("despatched", shelf.despatched)
        field("refusal", shelf.refusal?.text)
    }

    /// Milliseconds.
    private func age(since time: Int64, _ now: Int64) -> Int { Int(max(0, now - time) / 1_000) }
}

extension StockCounts {
    /// By the names that operators see.
    var named: KeyValuePairs<String, Int> {
        [
            "reads": reads, "skusRead": skusRead, "failedReads": failedReads, "writes": writes, "applied": applied,
            "refused": refused, "failed": failed, "unknown": unknown, "outdated": outdated,
        ]
    }
}

extension MetricsPage {
    mutating func add(_ status: StockStatus, of brand: String, now: Int64) {
        let labels: Labels = ["brand": brand]
        gauge(
            "lockstep_stock_oldest_unsent_milliseconds",
            help: "Age of the oldest change that Centra is not known to show.", labels: labels,
            status.lateSince.map { max(0, now - $0) / 1_000 } ?? 0)
        gauge(
            "lockstep_stock_oldest_waiting_milliseconds", help: "Age of the oldest wake-up that is not read yet.",
            labels: labels, status.waitingSince.map { max(0, now - $0) / 1_000 } ?? 0)
        gauge("lockstep_stock_waiting", help: "SKUs woken and not read yet.", labels: labels, status.waiting)
        gauge(
            "lockstep_stock_late", help: "Quantities that Centra is not known to show.", labels: labels, status.late)
        gauge("lockstep_stock_unknown", help: "Quantities that are not known.", labels: labels, status.unknown)
        gauge(
            "lockstep_stock_refused", help: "Late quantities whose last write Centra refused.", labels: labels,
            status.refused)
        gauge(
            "lockstep_stock_caught_up_seconds",
            help: "When all that is known now will be in Centra, seconds since 1970.",
            labels: labels, status.caughtUp / 1_000_000)
        gauge("lockstep_stock_peak", help: "1 in peak mode.", labels: labels, status.isPeak ? 1 : 0)
        for (name, count) in status.counts.named {
            counter(
                "lockstep_stock_total", help: "What was done since the start.",
                labels: ["brand": brand, "what": name], count)
        }
    }
}
