// What is known of a brand's stock: what Peoplevox was seen to have, what Centra should show, and what it shows as far as
// we know. A fold over the journal's entries: a restart reads it back, and nothing is known that is not journaled.
//
// The one thing to know: entries are applied in journal order, by whoever lives through them as by whoever reads them
// back, so both have the same book to the last field. The three sets are indexes, so that nobody looks through all shelves.

/// One brand's. A value with one owner; nothing here waits, logs or calls out.
package struct StockBook: Equatable, Sendable {
    package internal(set) var items: [String: Item] = [:]
    package internal(set) var shelves: [Shelf: ShelfState] = [:]
    /// Shelves of which Centra is not known to show what it should, those underway included. Of a SKU that several sizes
    /// share none is among them, and so nothing is written.
    package private(set) var late: Set<Shelf> = []
    /// Shelves that were sent and have no answer so far.
    package private(set) var underway: Set<Shelf> = []
    /// Shelves whose quantity is not known, or was not before its floor was taken.
    package private(set) var unknown: Set<Shelf> = []

    package init() {}

    package struct Item: Equatable, Sendable {
        /// The newest complete observation with a row.
        package internal(set) var seen: Sighting?
        /// Every site that ever had a row, in order. A row that is missing is not zero, however long it is missing.
        package internal(set) var sites: [String] = []
        /// The first read without any row for it, when that is newer than `seen`.
        package internal(set) var absentSince: Moment?
        /// What Centra showed of it when both sides were last compared in full, while there has never been a row, or the item
        /// is deactivated.
        package internal(set) var phantom: Phantom?
        /// When both sides were compared in full last, and neither had it; microseconds since 1970. A code that somebody goes on
        /// naming is known by that, and not found out anew each time.
        package internal(set) var neitherSince: Int64?
        /// Which sizes of Centra share it, when that was last looked at in full; nil where none do.
        package internal(set) var ambiguity: Ambiguity?
        /// Reads that failed since the last one that did not.
        package internal(set) var failedReads = 0

        init() {}
    }

    package struct Moment: Equatable, Sendable {
        package let position: JournalPosition
        /// Of the record that says so, microseconds since 1970.
        package let time: Int64
    }

    package struct Phantom: Equatable, Sendable {
        package let pieces: Int
        /// Of the record that says so, microseconds since 1970.
        package let time: Int64
    }

    package struct Ambiguity: Equatable, Sendable {
        /// Centra's numbers of them, the first few.
        package let sizes: [Int]
        /// Of the record that said so first, microseconds since 1970.
        package let time: Int64
    }

    package struct Sighting: Equatable, Sendable {
        package let moment: Moment
        package let levels: [String: SiteLevels]
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
            for sku in skus { items[sku, default: Item()].fail() }
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
            for doubt in doubts { change(doubt.shelf, time) { $0.doubt() } }
        case .strangers(let shown, let gone):
            for (sku, pieces) in shown where items[sku]?.seen == nil || items[sku]?.absentSince != nil {
                items[sku, default: Item()].phantom = Phantom(pieces: pieces, time: time)
                items[sku]?.neitherSince = nil
            }
            forget(Set(gone), time)
        case .ambiguous(let sizes, let unique): tell(apart: sizes, Set(unique), time)
        }
    }

    /// Whether several sizes of Centra share it.
    package func isAmbiguous(_ sku: String) -> Bool { items[sku]?.ambiguity != nil }

    /// What was written while several sizes shared a SKU, or before, says nothing of the one that it is now.
    private mutating func tell(apart sizes: [String: [Int]], _ unique: Set<String>, _ time: Int64) {
        for (sku, sizes) in sizes {
            let since = items[sku]?.ambiguity?.time ?? time
            items[sku, default: Item()].ambiguity = Ambiguity(sizes: sizes, time: since)
        }
        let again = unique.filter(isAmbiguous)
        for sku in again {
            items[sku]?.ambiguity = nil
            if items[sku] == Item() { items[sku] = nil }
        }
        for state in shelves.values {
            if again.contains(state.shelf.sku) { change(state.shelf, time) { $0.becomeUnique() } }
            if sizes[state.shelf.sku] != nil { index(state) }
        }
    }

    /// Codes that neither side has which are known as such; of more, those that were named longest ago are forgotten.
    package static let neitherLimit = 1_000

    /// What nothing is known of but that somebody has named it. A row or an order that came meanwhile keeps it.
    private mutating func forget(_ skus: Set<String>, _ time: Int64) {
        if skus.isEmpty { return }
        let mine = shelves.values.filter { skus.contains($0.shelf.sku) }
        let kept = Set(mine.filter { !$0.isBlank }.map(\.shelf.sku))
        let gone = skus.filter { items[$0]?.seen == nil && !kept.contains($0) }
        for sku in gone {
            items[sku] = Item()
            items[sku]?.neitherSince = time
        }
        for state in mine where gone.contains(state.shelf.sku) {
            shelves[state.shelf] = nil
            for index in [\StockBook.late, \.underway, \.unknown] { self[keyPath: index].remove(state.shelf) }
        }
        let known = items.compactMap { sku, item in item.neitherSince.map { (time: $0, sku: sku) } }
        for (_, sku) in known.sorted(by: <).dropLast(StockBook.neitherLimit) {
            items[sku]?.neitherSince = nil
            if items[sku] == Item() { items[sku] = nil }
        }
    }

    /// A restart: of what was sent and has no answer in the journal nobody knows whether it was applied. To be called where
    /// the journal says that a server started, and at the journal's end.
    package mutating func noteRestart() {
        for shelf in underway {
            shelves[shelf]?.loseAnswer()
            if let state = shelves[shelf] { index(state) }
        }
    }

    /// Since when the oldest change that is not in Centra is known, microseconds since 1970; nil when all are.
    package var oldestLate: Int64? { late.lazy.compactMap { shelves[$0]?.lateSince }.min() }

    private mutating func change(_ shelf: Shelf, _ time: Int64, _ body: (inout ShelfState) -> Void) {
        body(&shelves[shelf, default: ShelfState(shelf)])
        shelves[shelf]?.noteLateness(time)
        if let state = shelves[shelf] { index(state) }
    }

    /// Keeps the indexes true to a shelf that has changed.
    mutating func index(_ state: ShelfState) {
        late.note(state.shelf, state.lateSince != nil && !isAmbiguous(state.shelf.sku))
        underway.note(state.shelf, state.underway != nil)
        unknown.note(state.shelf, state.unknownSince != nil)
    }
}

extension Set {
    fileprivate mutating func note(_ element: Element, _ isIn: Bool) {
        if isIn { insert(element) } else { remove(element) }
    }
}

extension StockBook.Item {
    /// Whether nothing is known of it but that neither side had it, and nobody has named it since.
    package var isForgotten: Bool {
        var known = StockBook.Item()
        known.neitherSince = neitherSince
        return neitherSince != nil && self == known
    }

    fileprivate mutating func see(_ sighting: StockBook.Sighting) {
        failedReads = 0
        guard sighting.moment.position >= seen?.moment.position ?? 0 else { return }
        seen = sighting
        (absentSince, phantom, neitherSince) = (nil, nil, nil)
        for site in sighting.levels.keys where !sites.contains(site) { sites.append(site) }
        sites.sort()
    }

    fileprivate mutating func miss(_ moment: StockBook.Moment) {
        failedReads = 0
        if moment.position >= seen?.moment.position ?? 0 { absentSince = absentSince ?? moment }
    }

    fileprivate mutating func fail() {
        failedReads = failedReads.plus(1)
    }
}
