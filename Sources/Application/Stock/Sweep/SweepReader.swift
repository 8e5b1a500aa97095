// Reads both sides for a reconciliation: everything, or some SKUs once more. Complete or not, and it says which.
//
// The one thing to know: Centra's figures are of one warehouse only where its schema can be asked for them. Where it gives
// sums alone, they are ours when it has no other warehouses, and otherwise they prove little.
import Centra
import Outbound
import POSIX
import Peoplevox
import Synchronization
import Workflows

struct SweepReader {
    private(set) var partners: SweepPartners
    let formula: StockFormula
    let clock: any Clock
    let cancellation: Cancellation
    let calls: CallTally

    /// What came of reading one side.
    struct Read<Reading> {
        var reading: Reading
        var side = StockReconciliation.Side()
    }

    /// A partner that is in trouble is asked again so often; the governor says when.
    private static let attempts = 3

    private func persist<Value>(_ read: () throws(CallFailure) -> Value) throws(CallFailure) -> Value {
        for _ in 1..<SweepReader.attempts {
            do throws(CallFailure) {
                return try read()
            } catch {
                switch error.kind {
                case .transient, .throttled: continue
                case .ambiguous, .permanent, .configuration, .cancelled: throw error
                }
            }
        }
        return try read()
    }
}

/// How many calls a run has made so far; read by whoever asks how far it is.
final class CallTally: Sendable {
    private let counts = Mutex((warehouse: 0, shop: 0))

    var warehouse: Int { counts.withLock { $0.warehouse } }
    var shop: Int { counts.withLock { $0.shop } }

    func countWarehouse() { counts.withLock { $0.warehouse += 1 } }
    func countShop() { counts.withLock { $0.shop += 1 } }
}

// MARK: Peoplevox

extension SweepReader {
    /// Pages of the whole report: few and large, and so often that it is proven to be whole.
    private static let paging = Paging(rows: 1_000, pages: 400, sweeps: 6)

    /// Everything that Peoplevox has.
    ///
    /// - Throws: when it was cancelled. Every other mishap makes the reading incomplete.
    func warehouse(at position: JournalPosition) throws(CallFailure) -> Read<WarehouseReading> {
        var rows: [StockObservation.Row] = []
        var side = StockReconciliation.Side()
        do throws(CallFailure) {
            let answer = try persist { () throws(CallFailure) in try ask(nil, SweepReader.paging) }
            (rows, side.trouble) = read(answer)
        } catch {
            if error.kind == .cancelled { throw error }
            side.trouble = error.text
        }
        side.isComplete = side.trouble == nil
        let reading = WarehouseReading(
            at: position, rows: rows, isComplete: side.isComplete, time: clock.wallMicroseconds())
        side.skus = reading.observation.levels.count
        return Read(reading: reading, side: side)
    }

    /// Some SKUs once more, as far as they can be searched for; nil when that came to nothing.
    func warehouse(_ skus: [String], at position: JournalPosition) throws(CallFailure) -> WarehouseReading? {
        guard let column = ReportColumn(partners.report.names[.itemCode]) else { return nil }
        var rows: [StockObservation.Row] = []
        for clause in SearchClause.anyOf(column, skus).clauses {
            do throws(CallFailure) {
                let answer = try persist { () throws(CallFailure) in try ask(clause, Paging()) }
                let (found, trouble) = read(answer)
                guard trouble == nil else { return nil }
                rows += found
            } catch {
                if error.kind == .cancelled { throw error }
                return nil
            }
        }
        return WarehouseReading(at: position, rows: rows, isComplete: true, time: clock.wallMicroseconds())
    }

    private func ask(
        _ clause: SearchClause<ReportColumn>?, _ paging: Paging
    ) throws(CallFailure) -> RowAnswer<InventoryRow> {
        let report = partners.report
        let query = RowQuery<InventoryLayout>(
            report.name, clause: clause, names: report.names, format: report.format, paging: paging,
            available: report.columns)
        return try partners.peoplevox.rows(query, .sweep, cancellation) {
            calls.countWarehouse()
            return false
        }
    }

    /// Its rows, and why they are not all, in words.
    private func read(_ answer: RowAnswer<InventoryRow>) -> (rows: [StockObservation.Row], trouble: String?) {
        let unreadable = answer.unreadable.compactMap(StockObservation.Row.init)
        let rows = answer.rows.map(StockObservation.Row.init) + unreadable
        if case .incomplete(let reason, let seen, let total) = answer.completeness {
            let several = answer.repeated.isEmpty ? "" : "; several rows each have: " + answer.repeated.listed
            return (rows, "\(reason.words): \(seen) of \(total) rows were seen\(several)")
        }
        guard answer.completeness == .proven else { return (rows, "it was not proven that all rows were seen") }
        guard unreadable.count == answer.unreadable.count else { return (rows, "a row says nothing of its item") }
        return (rows, nil)
    }
}

extension [String] {
    /// The first few; the text is a person's to read.
    fileprivate var listed: String {
        prefix(5).joined(separator: ", ") + (count > 5 ? " and more" : "")
    }
}

extension Completeness.Reason {
    fileprivate var words: String {
        switch self {
        case .keptChanging: "the report kept changing"
        case .tooManyPages: "the report has too many pages"
        case .outOfTime: "there was no time left"
        case .failed: "a page could not be had"
        }
    }
}

// MARK: Centra

extension SweepReader {
    private static let limits = PageLimits(rows: 200, pages: 1_000)

    /// Asks what the schema has, where nobody has asked before: whether stock can be read of one warehouse hangs on it. A
    /// server that does not say is one that gives sums.
    ///
    /// And what Centra's limits are, for whoever calls it: a sweep is when most is asked at once.
    mutating func acquaint(_ known: SchemaCapabilities?) throws(CallFailure) {
        do throws(CallFailure) {
            partners.centra.governor.refresh(try self.centra.quotas(.sweep, cancellation))
        } catch { if error.kind == .cancelled { throw error } }
        if let known { partners.centra.schema = known }
        guard partners.centra.schema.members.isEmpty else { return }
        do throws(CallFailure) {
            partners.centra.schema = try centra.perform(.introspection, .sweep, cancellation).capabilities
        } catch { if error.kind == .cancelled { throw error } }
    }

    /// All sizes with their stock.
    func shop() throws(CallFailure) -> Read<ShopReading> {
        var side = StockReconciliation.Side()
        do throws(CallFailure) {
            let reading = try persist { () throws(CallFailure) in try readShop() }
            side.isComplete = true
            side.skus = reading.sizes.count
            return Read(reading: reading, side: side)
        } catch {
            if error.kind == .cancelled { throw error }
            side.trouble = error.text
        }
        return Read(
            reading: ShopReading(sizes: [:], basis: .sums, isComplete: false, time: clock.wallMicroseconds()),
            side: side)
    }

    /// Some sizes once more; nil when that came to nothing.
    func shop(_ sizes: [Int], basis: ShopReading.Basis) throws(CallFailure) -> ShopReading? {
        var found: [String: [ShopReading.Size]] = [:]
        for ids in sizes.sorted().parts(of: SweepReader.limits.rows) {
            do throws(CallFailure) {
                let sizes = try persist { () throws(CallFailure) in try read(.ids(ids), basis) }
                found.merge(sizes, uniquingKeysWith: +)
            } catch {
                if error.kind == .cancelled { throw error }
                return nil
            }
        }
        return ShopReading(sizes: found, basis: basis, isComplete: true, time: clock.wallMicroseconds())
    }

    /// How many of these sizes have each SKU now; nil when that came to nothing.
    func skus(ofSizes sizes: [Int]) throws(CallFailure) -> [String: Int]? {
        var found: [String: Int] = [:]
        for ids in sizes.sorted().parts(of: SweepReader.limits.rows) {
            do throws(CallFailure) {
                for one in try persist({ () throws(CallFailure) in try stock(.ids(ids), all: false) }) {
                    if let sku = one.sku { found[sku, default: 0] += 1 }
                }
            } catch {
                if error.kind == .cancelled { throw error }
                return nil
            }
        }
        return found
    }

    private func stock(_ filter: SizeFilter, all: Bool) throws(CallFailure) -> [CentraStock] {
        try centra.stock(of: filter, all: all, SweepReader.limits, .sweep, cancellation)
    }

    private var centra: CentraClient {
        var centra = partners.centra
        centra.onCall = { [calls] in calls.countShop() }
        return centra
    }

    private func readShop() throws(CallFailure) -> ShopReading {
        let basis = try basis()
        return ShopReading(
            sizes: try read(.all, basis), basis: basis, isComplete: true, time: clock.wallMicroseconds())
    }

    /// Sums are dear, so they are asked for only where there is nothing better.
    private func read(
        _ filter: SizeFilter, _ basis: ShopReading.Basis
    ) throws(CallFailure) -> [String: [ShopReading.Size]] {
        try bySKU(try stock(filter, all: basis != .eachWarehouse), basis)
    }

    private func basis() throws(CallFailure) -> ShopReading.Basis {
        let hasWarehouses = ["Query.stocks|Query.stock", "Stock.warehouse", "Stock.productSize"]
            .allSatisfy(centra.schema.surelyHas)
        if hasWarehouses { return .eachWarehouse }
        let warehouses = try centra.warehouses(PageLimits(), .sweep, cancellation)
        return Set(warehouses.map(\.id)).isSubset(of: formula.sites.keys) ? .ourSums : .sums
    }

    private func bySKU(
        _ stock: [CentraStock], _ basis: ShopReading.Basis
    ) throws(CallFailure) -> [String: [ShopReading.Size]] {
        var levels: [Int: [WarehouseStock]] = [:]
        if basis == .eachWarehouse {
            for warehouse in formula.sites.keys.sorted() {
                for row in try self.stock(of: stock.map(\.sizeID), in: warehouse) {
                    levels[row.sizeID, default: []].append(row)
                }
            }
        }
        var sizes: [String: [ShopReading.Size]] = [:]
        for one in stock {
            guard let sku = one.sku, !sku.isEmpty else { continue }
            sizes[sku, default: []].append(ShopReading.Size(one, levels[one.sizeID] ?? []))
        }
        return sizes
    }

    /// What one warehouse holds of these sizes: as many are named in a call as there are rows at most, so none is cut off.
    private func stock(of sizes: [Int], in warehouse: Int) throws(CallFailure) -> [WarehouseStock] {
        var rows: [WarehouseStock] = []
        for ids in sizes.sorted().parts(of: SchemaCapabilities.listLimit) {
            rows += try centra.perform(.stock(of: ids, inWarehouse: warehouse), .sweep, cancellation)
        }
        return rows
    }
}

extension ShopReading.Size {
    fileprivate init(_ stock: CentraStock, _ levels: [WarehouseStock]) {
        self.init(
            id: stock.sizeID, total: stock.physical,
            byWarehouse: Dictionary(levels.map { ($0.warehouseID, $0.physical) }) { $1 }, allocated: stock.allocated,
            allocatedByWarehouse: Dictionary(levels.map { ($0.warehouseID, $0.allocated) }) { $1 })
    }
}

extension WarehouseStock {
    /// What is on the shelf and not free.
    fileprivate var allocated: Int { physical.subtractingReportingOverflow(freeToAllocate).partialValue }
}

extension Array {
    /// In order, at most so many in each.
    fileprivate func parts(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}

extension StockObservation.Row {
    fileprivate init(_ row: InventoryRow) {
        self.init(
            row.itemCode.text, site: row.site,
            SiteLevels(onHand: row.onHand, allocated: row.allocated, available: row.available))
    }

    /// Of a row that is there and says nothing; nil when it does not even say whose it is. Its key is the code and the
    /// site, and a code may look like a key.
    fileprivate init?(_ mistake: RowMistake) {
        let parts = mistake.key.split(separator: " / ", omittingEmptySubsequences: false)
        guard parts.count >= 2, let site = parts.last, !site.isEmpty else { return nil }
        self.init(parts.dropLast().joined(separator: " / "), site: String(site), .unreadable)
    }
}
