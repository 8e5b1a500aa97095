// What is known of a brand's stock: what Peoplevox was seen to have, what Centra should show, and what it shows as far as
// we know. A fold over the journal's entries: a restart reads it back, and nothing is known that is not journaled.

/// One brand's. A value with one owner; nothing here waits, logs or calls out.
package struct StockBook: Equatable, Sendable {
    package private(set) var items: [String: Item] = [:]
    package private(set) var shelves: [Shelf: ShelfState] = [:]

    package init() {}

    package struct Item: Equatable, Sendable {
        /// The newest complete observation with a row.
        package fileprivate(set) var seen: Sighting?
        /// The position of the newest read that had no row for it, when that is newer than `seen`.
        package fileprivate(set) var absentSince: Moment?
        /// Reads that failed since the last one that did not.
        package fileprivate(set) var failedReads = 0

        fileprivate init() {}
    }

    package struct Moment: Equatable, Sendable {
        package let position: JournalPosition
        /// Microseconds since 1970.
        package let time: Int64
    }

    package struct Sighting: Equatable, Sendable {
        package let moment: Moment
        package let levels: [String: SiteLevels]
    }

    package struct ShelfState: Equatable, Sendable {
        package let shelf: Shelf
        /// Units of orders that are in Peoplevox, not cancelled, and whose shipment in Centra is not complete.
        package fileprivate(set) var exported = 0
        /// Of these the ones that have left the warehouse.
        package fileprivate(set) var despatched = 0
        /// Units that completed shipments took from Centra's physical quantity, ever.
        package fileprivate(set) var completed = 0
        package fileprivate(set) var target: Target?
        /// What Centra took last, and shows if nobody else changed it.
        package fileprivate(set) var applied: Applied?
        /// The position of the newest write that was sent, applied or not: nothing older is sent (P3).
        package fileprivate(set) var fence: JournalPosition = 0
        /// Sent, and without an answer so far.
        package fileprivate(set) var underway: StockWrite?
        /// Whether Centra may show something else than `applied` says.
        package fileprivate(set) var isInDoubt = false
        /// Since when what Centra shows is known to be different from what it should show, microseconds since 1970.
        package fileprivate(set) var lateSince: Int64?
        /// Failed writes in a row.
        package fileprivate(set) var failedWrites = 0
        /// What Centra said when it refused the last write; nil once it took one.
        package fileprivate(set) var refusal: String?

        fileprivate init(shelf: Shelf) { self.shelf = shelf }
    }

    package struct Target: Equatable, Sendable {
        package let position: JournalPosition
        package let outcome: StockTarget.Outcome
        /// `ShelfState.completed` when it was decided.
        fileprivate let completed: Int
        /// Microseconds since 1970.
        package let time: Int64
    }

    package struct Applied: Equatable, Sendable {
        package let write: StockWrite
        fileprivate let completed: Int
        /// Microseconds since 1970.
        package let time: Int64
    }

    /// - Parameters:
    ///   - sequence: of the record that holds the entry.
    ///   - time: of that record, microseconds since 1970.
    package mutating func apply(_ entry: StockEntry, sequence: JournalPosition, time: Int64) {
        switch entry {
        case .readStarted: break
        case .observed(let position, let levels, let absent):
            let moment = Moment(position: position, time: time)
            for (sku, sites) in levels { items[sku, default: Item()].see(Sighting(moment: moment, levels: sites)) }
            for sku in absent { items[sku, default: Item()].miss(moment) }
        case .readFailed(_, let skus, _):
            for sku in skus { items[sku, default: Item()].failedReads += 1 }
        case .targeted(let targets):
            for target in targets { change(target.shelf, time) { $0.aim(target, time) } }
        case .writing(let writes):
            for write in writes { change(write.shelf, time) { $0.send(write) } }
        case .written(let results):
            for result in results { change(result.write.shelf, time) { $0.answer(result, time) } }
        case .refused: break
        case .moved(let movement):
            for (shelf, units) in movement.units { change(shelf, time) { $0.move(movement.kind, units) } }
        case .doubted(let doubts):
            for doubt in doubts { change(doubt.shelf, time) { $0.isInDoubt = true } }
        }
    }

    /// A restart: of what was sent and has no answer in the journal nobody knows whether it was applied.
    package mutating func noteRestart() {
        for shelf in shelves.keys where shelves[shelf]?.underway != nil {
            shelves[shelf]?.underway = nil
            shelves[shelf]?.isInDoubt = true
        }
    }

    private mutating func change(_ shelf: Shelf, _ time: Int64, _ body: (inout ShelfState) -> Void) {
        var state = shelves[shelf] ?? ShelfState(shelf: shelf)
        body(&state)
        state.lateSince = state.wanted == nil ? nil : state.lateSince ?? time
        shelves[shelf] = state
    }
}

extension StockBook.Item {
    fileprivate mutating func see(_ sighting: StockBook.Sighting) {
        failedReads = 0
        guard sighting.moment.position >= seen?.moment.position ?? 0 else { return }
        seen = sighting
        absentSince = nil
    }

    fileprivate mutating func miss(_ moment: StockBook.Moment) {
        failedReads = 0
        if moment.position >= seen?.moment.position ?? 0 { absentSince = absentSince ?? moment }
    }
}

extension StockBook.ShelfState {
    /// What Centra shows, as far as we know; nil where we do not.
    package var shown: Int? {
        guard let applied, !isInDoubt, underway == nil else { return nil }
        return max(0, applied.write.quantity - (completed - applied.completed))
    }

    /// What is to be sent next; nil when Centra shows it already, when it is not known, and while something is underway.
    /// Shipments that were completed since it was decided have taken their units from Centra's quantity themselves.
    package var wanted: StockWrite? {
        guard underway == nil, let target, case .quantity(let quantity, _) = target.outcome else { return nil }
        let present = max(0, quantity - (completed - target.completed))
        return present == shown ? nil : StockWrite(shelf, present, from: target.position)
    }

    fileprivate mutating func aim(_ new: StockTarget, _ time: Int64) {
        guard new.position >= target?.position ?? 0 else { return }
        target = StockBook.Target(position: new.position, outcome: new.outcome, completed: completed, time: time)
    }

    fileprivate mutating func send(_ write: StockWrite) {
        fence = max(fence, write.position)
        underway = write
    }

    fileprivate mutating func answer(_ result: StockWriteResult, _ time: Int64) {
        underway = nil
        switch result.outcome {
        case .applied:
            applied = StockBook.Applied(write: result.write, completed: completed, time: time)
            (isInDoubt, failedWrites, refusal) = (false, 0, nil)
        case .refused(let text):
            refusal = text
            failedWrites += 1
        case .failed: failedWrites += 1
        case .unknown:
            isInDoubt = true
            failedWrites += 1
        }
    }

    fileprivate mutating func move(_ kind: StockMovement.Kind, _ units: Int) {
        switch kind {
        case .exported: exported += units
        case .cancelled: exported -= units
        case .despatched: despatched += units
        case .completed:
            exported -= units
            despatched -= units
            completed += units
        }
    }
}
