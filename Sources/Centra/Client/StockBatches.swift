// Stock in batches: one bad row must not keep the others from being set.
//
// What Centra does with an unknown size is not known: it may refuse the whole call, or skip the row with a warning. So a
// refusal that names rows takes them out, one that names none is halved until the row stands alone, and a warning that
// names a row is reported with it.
package import Outbound

package struct StockResult: Sendable, Equatable {
    /// Ids of the stock changes that were made.
    package var changes: [Int] = []
    /// What was set, as far as the server says.
    package var set: [StockRow] = []
    /// Not set, and why.
    package var refused: [StockRefusal] = []
    /// Set, and yet something was said about them, such as a quantity raised to what is allocated.
    package var remarks: [StockRefusal] = []
    /// Why every row was refused, where that is no row's fault, such as a warehouse that Centra does not have.
    package var general: CentraMessage?
    /// Not sent any more after this; the rows are in `unsent`, or may have been set when it is ambiguous.
    package var failure: CallFailure?
    package var unsent: [StockRow] = []
}

package struct StockRefusal: Sendable, Hashable {
    package let row: StockRow
    package let message: CentraMessage
}

extension CentraClient {
    /// The server from which on several sizes may be set in one call (changelog of Centra).
    package static let severalSizes = AppVersion("v1.59.10")

    /// Rows of one call: 1 for a server that is too old, or of which no answer has told the version yet.
    package func batchSize(_ setting: Int) -> Int {
        guard let version = notes.appVersion, let needed = CentraClient.severalSizes, version >= needed else {
            return 1
        }
        return max(1, setting)
    }

    /// Sets absolute quantities. Setting them twice does no harm, so a batch whose outcome is in doubt may be repeated,
    /// after a look at what has changed since.
    ///
    /// - Parameter batch: most rows of one call.
    package func setStock(
        _ rows: [StockRow], warehouse: Int, description: String, batch: Int = 100, _ lane: Lane,
        _ cancellation: Cancellation
    ) -> StockResult {
        var result = StockResult()
        var open = rows[...]
        while !open.isEmpty, result.failure == nil {
            let next = Array(open.prefix(batchSize(batch)))
            open = open.dropFirst(next.count)
            let (set, refused) = (result.set.count, result.refused.count)
            self.set(next, warehouse, description, lane, cancellation, into: &result)
            if next.count > 1, result.set.count == set { result.lookForOneReason(of: next, from: refused) }
        }
        result.unsent += open
        return result
    }

    private func set(
        _ rows: [StockRow], _ warehouse: Int, _ description: String, _ lane: Lane, _ cancellation: Cancellation,
        into result: inout StockResult
    ) {
        guard !rows.isEmpty else { return }
        guard result.failure == nil else {
            result.unsent += rows
            return
        }
        let operation = GraphQLOperation.setStock(rows, warehouse: warehouse, description: description)
        do throws(CallFailure) {
            switch try send(operation, lane, cancellation) {
            case .done(let changes, let warnings): result.add(changes, of: rows, warnings)
            case .refused(let messages):
                for part in result.refuse(rows, messages) {
                    set(part, warehouse, description, lane, cancellation, into: &result)
                }
            }
        } catch {
            result.failure = error
            result.unsent += rows
        }
    }
}

extension StockResult {
    fileprivate mutating func add(_ changes: [Int], of rows: [StockRow], _ warnings: [CentraMessage]) {
        self.changes += changes
        let skipped = warnings.filter(\.saysThatRowIsUnknown)
        for (index, row) in rows.enumerated() {
            if let message = skipped.first(where: { $0.row == index }) {
                refused.append(StockRefusal(row: row, message: message))
            } else {
                set.append(row)
            }
        }
        for warning in warnings where !warning.saysThatRowIsUnknown {
            guard let index = warning.row, rows.indices.contains(index) else { continue }
            remarks.append(StockRefusal(row: rows[index], message: warning))
        }
    }

    /// Every row of a batch was refused, one by one. Where that is not the rows' fault, the next batch would be as well, and
    /// mutations are scarce.
    fileprivate mutating func lookForOneReason(of rows: [StockRow], from first: Int) {
        let messages = refused[first...].map(\.message)
        guard failure == nil, let message = messages.first, messages.allSatisfy(\.mayBeOfEveryRow) else { return }
        refused.removeSubrange(first...)
        refuseAll(rows, message)
    }

    private mutating func refuseAll(_ rows: [StockRow], _ message: CentraMessage) {
        general = message
        failure = CallFailure(.configuration, "Centra refuses all stock: \(message.text)")
        unsent += rows
    }

    /// Puts aside the rows that the messages name.
    ///
    /// - Returns: what to try again, in so many calls.
    fileprivate mutating func refuse(_ rows: [StockRow], _ messages: [CentraMessage]) -> [[StockRow]] {
        var named: [Int: CentraMessage] = [:]
        for message in messages {
            if let index = message.row, rows.indices.contains(index), named[index] == nil { named[index] = message }
        }
        // What concerns another part of the input, such as the warehouse, concerns every row.
        if let general = messages.first(where: { $0.isGeneral || rows.count > 1 && $0.row == nil && !$0.path.isEmpty })
        {
            refuseAll(rows, general)
            return []
        }
        if rows.count == 1, let message = messages.first { named[0] = message }
        refused += named.sorted { $0.key < $1.key }.map { StockRefusal(row: rows[$0.key], message: $0.value) }
        let rest = rows.enumerated().filter { named[$0.offset] == nil }.map(\.element)
        guard named.isEmpty else { return [rest] }
        return [Array(rest.prefix(rest.count / 2)), Array(rest.dropFirst(rest.count / 2))]
    }
}

extension CentraMessage {
    /// The row of `productSizes` that it is about.
    fileprivate var row: Int? {
        guard let place = path.firstIndex(of: "productSizes"), path.indices.contains(place + 1) else { return nil }
        return Int(path[place + 1])
    }

    /// About the warehouse, whatever the rows are.
    fileprivate var isGeneral: Bool {
        row == nil && (path.contains("warehouse") || path.isEmpty && text.hasPrefix("Could not find Warehouse"))
    }

    /// It names no row, and says of none that it is unknown.
    fileprivate var mayBeOfEveryRow: Bool { path.isEmpty && !saysThatRowIsUnknown }

    fileprivate var saysThatRowIsUnknown: Bool { text.hasPrefix("Could not find") || path.last == "productSize" }
}
