// Re-checks the promises about stock over a brand's entries: P3, P4, and what makes the formula exact.
//
// The one thing to know: it believes nothing that the book computed. It keeps the few figures that it needs by itself, and
// takes them from a checkpoint only where the journal no longer holds what was before it.

package struct StockAudit: Sendable {
    package enum Rule: String, CaseIterable, Sendable {
        case newest = "P3"
        case decided = "P3 decided"
        case answered = "P3 answered"
        case unique = "P3 unique"
        case evidence = "P4"
        case exact = "P2 stock"
        case restated = "checkpoint"

        package var statement: String {
            switch self {
            case .newest: "no quantity was sent that comes from an older read than one that was sent before it"
            case .decided:
                "every quantity that was sent is the one that was decided last, less what was completed since"
            case .answered:
                "every answer belongs to a quantity that was sent, and none is sent before the last was answered"
            case .unique: "no quantity was sent for a SKU that several sizes of Centra share, once that was known"
            case .evidence: "every quantity that was decided rests on a complete read that had a row"
            case .exact: "no order moved units of a SKU while it was read"
            case .restated: "every whole checkpoint restates the book that the entries before it make"
            }
        }
    }

    package struct Verdict: Equatable, Sendable {
        package fileprivate(set) var holdsFor = 0
        /// The first ones, in words.
        package fileprivate(set) var counterExamples: [String] = []
    }

    /// Counter-examples that are kept of each rule.
    package static let exampleLimit = 20

    package private(set) var verdicts: [Rule: Verdict] = Dictionary(
        uniqueKeysWithValues: Rule.allCases.map { ($0, Verdict()) })

    private struct ShelfTrail: Sendable {
        var fence: JournalPosition = 0
        var target: StockTarget?
        var completed = 0
        /// `completed` when the target was decided.
        var completedThen = 0
        var underway: StockWrite?
        /// Whether several sizes were known to share the SKU when that was announced.
        var isAmbiguous = false
        var moved: JournalPosition = 0
    }

    private struct ItemTrail: Sendable {
        /// The newest complete read that had a row, and the newest one at all.
        var seen: JournalPosition?
        var read: JournalPosition?
    }

    private var shelves: [Shelf: ShelfTrail] = [:]
    private var items: [String: ItemTrail] = [:]
    private var ambiguous: Set<String> = []
    /// SKUs by the read that has begun and not ended.
    private var reading: [JournalPosition: Set<String>] = [:]
    /// Only for checkpoints.
    private var fold = StockFold()
    /// Whether the journal holds every entry of the brand, or a checkpoint came since it began.
    private var isWhole: Bool

    /// - Parameter isWhole: whether the journal begins with its first record; if not, nothing is said of what is before the
    ///   first whole checkpoint.
    package init(isWhole: Bool) {
        self.isWhole = isWhole
    }

    package mutating func apply(_ entry: StockEntry, sequence: JournalPosition, time: Int64) {
        fold.apply(entry, sequence: sequence, time: time)
        guard isWhole else { return }
        switch entry {
        case .readStarted(let skus): reading[sequence] = Set(skus)
        case .observed(let position, let levels, let absent): observed(position, levels, absent, sequence)
        case .readFailed(let position, _, _): reading[position] = nil
        case .targeted(let targets): for target in targets { targeted(target, sequence) }
        case .writing(let writes): for write in writes { writing(write, sequence) }
        case .written(let results): for result in results { written(result, sequence) }
        case .moved(let movement): moved(movement, sequence)
        case .strangers(_, let gone): for sku in gone { forgotten(sku, sequence) }
        case .ambiguous(let sizes, let unique): ambiguous = ambiguous.union(sizes.keys).subtracting(unique)
        case .refused, .doubted: break
        }
    }

    package mutating func apply(_ checkpoint: StockCheckpoint, sequence: JournalPosition) {
        let before = fold.newest?.begun
        fold.apply(checkpoint, sequence: sequence)
        guard let newest = fold.newest, newest.begun != before else { return }
        guard isWhole else { return begin(with: fold.book) }
        note(.restated, newest.isAsFolded, "checkpoint \(newest.begun) says something else than the entries before it")
    }

    /// Where the journal says that a server started: what it had sent stays unanswered.
    package mutating func noteRestart() {
        fold.noteRestart()
        reading = [:]
        for shelf in shelves.keys { shelves[shelf]?.underway = nil }
    }

    private mutating func begin(with book: StockBook) {
        isWhole = true
        for (sku, item) in book.items {
            let seen = item.seen?.moment.position
            items[sku] = ItemTrail(seen: seen, read: max(seen ?? 0, item.absentSince?.position ?? 0))
            if item.ambiguity != nil { ambiguous.insert(sku) }
        }
        for (shelf, state) in book.shelves {
            shelves[shelf] = ShelfTrail(
                fence: state.fence, target: state.target.map { StockTarget(shelf, at: $0.position, $0.outcome) },
                completed: state.completed, completedThen: state.target?.completed ?? 0, underway: state.underway)
        }
    }

    private mutating func note(_ rule: Rule, _ isRight: Bool, _ example: @autoclosure () -> String) {
        if isRight {
            verdicts[rule, default: Verdict()].holdsFor += 1
        } else if verdicts[rule, default: Verdict()].counterExamples.count < StockAudit.exampleLimit {
            verdicts[rule, default: Verdict()].counterExamples.append(example())
        }
    }
}

// MARK: The rules

extension StockAudit {
    private mutating func observed(
        _ position: JournalPosition, _ levels: [String: [String: SiteLevels]], _ absent: [String],
        _ sequence: JournalPosition
    ) {
        let asked = reading.removeValue(forKey: position) ?? []
        for sku in levels.keys {
            note(
                .evidence, asked.contains(sku),
                "record \(sequence) has rows of \(sku), which read \(position) did not ask for")
            items[sku, default: ItemTrail()].seen = position
            items[sku, default: ItemTrail()].read = position
        }
        for sku in absent {
            note(
                .evidence, asked.contains(sku),
                "record \(sequence) misses \(sku), which read \(position) did not ask for")
            items[sku, default: ItemTrail()].read = position
        }
    }

    private mutating func forgotten(_ sku: String, _ sequence: JournalPosition) {
        note(.evidence, items[sku]?.seen == nil, "record \(sequence) calls \(sku) unknown, which had a row")
    }

    private mutating func targeted(_ target: StockTarget, _ sequence: JournalPosition) {
        let trail = shelves[target.shelf, default: ShelfTrail()]
        if case .quantity(let quantity, let parts) = target.outcome {
            let item = items[target.shelf.sku]
            // A floor says itself that there was no row; it rests on the read that found that.
            let evidence = parts.floor == nil ? item?.seen : item?.read
            note(
                .evidence, evidence == target.position && item?.read == target.position,
                "record \(sequence) decides \(target) from \(target.position), where no complete read had a row of it")
            note(
                .evidence, quantity == parts.quantity,
                "record \(sequence) decides \(target), which is not \(parts.base) and \(parts.own) less \(parts.buffer)"
            )
            if parts.floor == nil {
                note(
                    .exact, trail.moved < target.position,
                    "record \(sequence) decides \(target) from \(target.position), and record \(trail.moved) moved it since"
                )
            }
        }
        guard target.position >= trail.target?.position ?? 0 else { return }
        shelves[target.shelf, default: ShelfTrail()].target = target
        shelves[target.shelf, default: ShelfTrail()].completedThen = trail.completed
    }

    private mutating func writing(_ write: StockWrite, _ sequence: JournalPosition) {
        let trail = shelves[write.shelf, default: ShelfTrail()]
        note(
            .newest, write.position >= trail.fence,
            "record \(sequence) sends \(write), and what was read at \(trail.fence) had been sent before")
        let due = trail.target?.quantity.map { max(0, $0.minus(trail.completed.minus(trail.completedThen))) }
        note(
            .decided, due == write.quantity && trail.target?.position == write.position,
            "record \(sequence) sends \(write), and what was decided last is "
                + (trail.target.map { "\($0), from \($0.position)" } ?? "nothing"))
        note(
            .answered, trail.underway == nil,
            "record \(sequence) sends \(write) before \(trail.underway?.description ?? "") was answered")
        shelves[write.shelf, default: ShelfTrail()].fence = max(trail.fence, write.position)
        shelves[write.shelf, default: ShelfTrail()].underway = write
        shelves[write.shelf, default: ShelfTrail()].isAmbiguous = ambiguous.contains(write.shelf.sku)
    }

    private mutating func written(_ result: StockWriteResult, _ sequence: JournalPosition) {
        let (write, underway) = (result.write, shelves[result.write.shelf]?.underway)
        let wasSent = if case .failed = result.outcome { false } else { true }
        note(
            .unique, !wasSent || shelves[write.shelf]?.isAmbiguous != true,
            "record \(sequence) answers \(write), which several sizes were known to share when it was sent")
        note(.answered, underway == write, "record \(sequence) answers \(write), which was not sent")
        shelves[write.shelf]?.underway = nil
    }

    private mutating func moved(_ movement: StockMovement, _ sequence: JournalPosition) {
        for (shelf, units) in movement.units {
            let reads = reading.filter { $0.value.contains(shelf.sku) }.keys
            note(
                .exact, reads.isEmpty,
                "record \(sequence) moves units of \(shelf) while read \(reads.min() ?? 0) is underway")
            shelves[shelf, default: ShelfTrail()].moved = sequence
            guard movement.kind == .completed else { continue }
            let completed = shelves[shelf]?.completed ?? 0
            shelves[shelf]?.completed = completed.plus(units)
        }
    }
}
