// Saving, as the workflows ask for it. A save never throws: some of its rows can be saved when another one fails, so there
// is an outcome for each row.
import CSV
package import Outbound

/// What rows are saved into, and how.
package struct SaveTarget: Sendable {
    package var templates: TenantTemplates
    /// Default names of columns that may be left out, with a warning, where the tenant's template lacks them.
    package var optional: Set<String>
    package var lane: Lane

    package init(_ templates: TenantTemplates, optional: Set<String> = [], lane: Lane) {
        self.templates = templates
        self.optional = optional
        self.lane = lane
    }
}

/// What to do with an order whose lines come after it, where the tenant has no column to hold it until then.
package enum WithoutHold: String, Sendable, CaseIterable {
    case refuse
    /// Saved, and no stock is reserved for it. When it is reserved later is not known.
    case doNotAllocate
    /// Saved as it is: the warehouse may see it before its lines.
    case save
}

package struct SavedOrder: Sendable, Equatable {
    package let outcome: RowOutcome
    /// Whether it waits to be released.
    package let isHeld: Bool
}

extension PeoplevoxClient {
    package func save(
        items: [ItemTypeRecord], _ target: SaveTarget, _ cancellation: Cancellation
    ) -> [RowOutcome] {
        save(.itemTypes, items.map(\.row), .save, target, cancellation)
    }

    /// A new order, on hold until its lines are there and somebody releases it.
    package func save(
        newOrder order: SalesOrderRecord, withoutHold: WithoutHold, _ target: SaveTarget, _ cancellation: Cancellation
    ) -> SavedOrder {
        let column = SaveColumn.onHold.name
        let isHeld = target.templates.has(column, in: .salesOrders)
        if !isHeld && withoutHold == .refuse {
            return SavedOrder(outcome: .refused(.columnMissing(column)), isHeld: false)
        }
        var order = order
        order.isOnHold = isHeld ? true : nil
        let action: SaveAction = !isHeld && withoutHold == .doNotAllocate ? .doNotAllocate : .save
        return SavedOrder(outcome: save(order.row, action, target, cancellation), isHeld: isHeld)
    }

    /// An order that is there already; only what the record names is changed.
    package func save(
        order: SalesOrderRecord, _ target: SaveTarget, _ cancellation: Cancellation
    ) -> RowOutcome {
        save(order.row, .save, target, cancellation)
    }

    /// Even when all are saved, one with an unknown item code is gone: count the lines afterwards.
    package func save(
        lines: [SalesOrderItemRecord], _ target: SaveTarget, _ cancellation: Cancellation
    ) -> [RowOutcome] {
        save(.salesOrderItems, lines.map(\.row), .save, target, cancellation)
    }

    package func cancel(order number: String, _ target: SaveTarget, _ cancellation: Cancellation) -> RowOutcome {
        save(SalesOrderRecord.cancelling(number), .save, target, cancellation)
    }

    package func release(order number: String, _ target: SaveTarget, _ cancellation: Cancellation) -> RowOutcome {
        var target = target
        target.optional.insert(SaveColumn.stopShip.name)
        return save(SalesOrderRecord.releasing(number), .save, target, cancellation)
    }

    private func save(
        _ row: SaveRow, _ action: SaveAction, _ target: SaveTarget, _ cancellation: Cancellation
    ) -> RowOutcome {
        save(row.template, [row], action, target, cancellation).first ?? .unknown("the row was lost")
    }
}

extension PeoplevoxClient {
    /// Refused rows of one save that are sent again alone, to hear of each why. The others share their call's words.
    static let explainedLimit = 10

    /// - Returns: an outcome for each row, in their order.
    private func save(
        _ template: SaveTemplate, _ rows: [SaveRow], _ action: SaveAction, _ target: SaveTarget,
        _ cancellation: Cancellation
    ) -> [RowOutcome] {
        guard let configured = target.templates[template] else {
            let name = target.templates.name(of: template)
            let failure = CallFailure(.configuration, "the template \(name) is not there, or was not looked for")
            return rows.map { _ in .failed(failure) }
        }
        var saving = Saving(rows, to: configured, optional: target.optional)
        while let batch = saving.next() {
            let csv = String(decoding: saving.table(batch).encoded(), as: UTF8.self)
            let request = SOAPRequest.saveData(template: target.templates.name(of: template), csv: csv, action)
            let operation = PeoplevoxOperation(request) { .success($0) }
            saving.took(batch, Result { () throws(CallFailure) in try perform(operation, target.lane, cancellation) })
        }
        return saving.outcomes
    }
}

/// A save, call by call: which rows go next, and what is known of each.
struct Saving {
    private var fitted: [Int: FittedRow] = [:]
    private var known: [RowOutcome?]
    private var waiting: [[Int]] = []
    private var explained = 0

    init(_ rows: [SaveRow], to configured: [String], optional: Set<String>) {
        known = Array(repeating: nil, count: rows.count)
        var (places, ready): ([Int], [FittedRow]) = ([], [])
        for (place, row) in rows.enumerated() {
            switch FittedRow.fit(row, to: configured, optional: optional) {
            case .success(let row):
                fitted[place] = row
                places.append(place)
                ready.append(row)
            case .failure(let refusal): known[place] = .refused(refusal)
            }
        }
        waiting = ready.batches().map { $0.map { places[$0] } }
    }

    /// Places of the rows of the next call.
    mutating func next() -> [Int]? { waiting.isEmpty ? nil : waiting.removeFirst() }

    func table(_ batch: [Int]) -> CSVTable {
        let rows = batch.compactMap { fitted[$0] }
        var table = CSVTable(columns: rows.first?.columns ?? [])
        for row in rows { table.append(row.cells) }
        return table
    }

    mutating func took(_ batch: [Int], _ result: Result<ServiceReply, CallFailure>) {
        let rows = batch.compactMap { fitted[$0] }
        switch result {
        case .success(let reply):
            for (place, outcome) in zip(batch, SaveReport(reply).outcomes(of: rows)) { known[place] = outcome }
            if batch.count > 1 { explain(batch) }
        case .failure(let failure):
            for place in batch {
                // One that was sent again alone is refused already.
                if batch.count == 1, known[place] != nil, failure.kind != .ambiguous { continue }
                known[place] = failure.kind == .ambiguous ? .unknown(failure.text) : .failed(failure)
            }
            stop(failure)
        }
    }

    /// Refused rows go again, each alone: only then are the reply's words about it.
    private mutating func explain(_ batch: [Int]) {
        for place in batch {
            guard case .refused = known[place], explained < PeoplevoxClient.explainedLimit else { continue }
            explained += 1
            waiting.append([place])
        }
    }

    /// Who could not be reached is not called again at once. What was not sent is not saved.
    private mutating func stop(_ failure: CallFailure) {
        let notSent = CallFailure(failure.kind == .ambiguous ? .transient : failure.kind, "not sent: \(failure.text)")
        for place in waiting.joined() where known[place] == nil { known[place] = .failed(notSent) }
        waiting = []
    }

    /// When nothing is left to be sent.
    var outcomes: [RowOutcome] { known.map { $0 ?? .unknown("the row was not sent") } }
}
