// What does not agree now: conditions over the book of stock, the partners, the queues and the journal. Pure.
//
// Whoever judges says of which classes it knows everything. What nobody has judged is not known, which is not the same as
// gone: after a start an exception stays open until somebody has looked (P8).
import Commerce

/// Something that holds now, and what shows it.
package struct Condition: Hashable, Sendable {
    package let key: ExceptionKey
    /// Microseconds since 1970; nil where nobody but the watch can tell.
    package let since: Int64?
    package let evidence: ExceptionEvidence

    package init(_ key: ExceptionKey, since: Int64? = nil, _ evidence: ExceptionEvidence) {
        self.key = key
        self.since = since
        self.evidence = evidence
    }
}

package struct ExceptionConditions: Sendable {
    package private(set) var holding: [ExceptionKey: Condition] = [:]
    private var judged: Set<Scope> = []
    private var gone: Set<ExceptionKey> = []
    /// Which are open already: what was raised at a high mark is gone at a low one only.
    private let open: Set<ExceptionKey>

    private struct Scope: Hashable {
        let kind: ExceptionClass
        /// Nil for every brand there is or was.
        let brand: String?
    }

    package init(open: Set<ExceptionKey> = []) {
        self.open = open
    }

    package mutating func hold(_ condition: Condition) { holding[condition.key] = condition }

    /// This one is known not to hold, whatever was said of it before.
    package mutating func rule(out key: ExceptionKey) {
        holding[key] = nil
        gone.insert(key)
    }

    /// Of this class and brand all that holds is known: what is not among it does not.
    package mutating func judge(_ kinds: ExceptionClass..., brand: String) {
        for kind in kinds { judged.insert(Scope(kind: kind, brand: brand)) }
    }

    /// The same of every brand, also one that is not configured any more.
    package mutating func judge(everywhere kind: ExceptionClass) { judged.insert(Scope(kind: kind, brand: nil)) }

    package func isGone(_ key: ExceptionKey) -> Bool {
        if holding[key] != nil { return false }
        let scopes = [Scope(kind: key.kind, brand: key.brand), Scope(kind: key.kind, brand: nil)]
        return gone.contains(key) || !judged.isDisjoint(with: scopes)
    }

    package func isOpen(_ key: ExceptionKey) -> Bool { open.contains(key) }
}

// MARK: Stock

extension ExceptionConditions {
    /// What the book knows of a brand whose stock is synchronised. It must be whole.
    package mutating func judge(_ book: borrowing StockBook, brand: String) {
        judge(
            .stockMismatch, .skuUnknownInPeoplevox, .skuUnknownInCentra, .skuAmbiguousInCentra, .valueUnknown,
            brand: brand)
        for (sku, item) in book.items { judge(item, sku, brand) }
        for shelf in book.unknown.union(book.late) {
            guard let state = book.shelves[shelf], book.items[shelf.sku]?.neitherSince == nil else { continue }
            judge(state, brand)
        }
    }

    /// To be called after the book was judged: it is of the same class.
    package mutating func hold(_ floors: StockFormula.WithheldFloors, brand: String) {
        let evidence = ExceptionEvidence([
            "quantities that would show none": .number(floors.count), "limit": .number(floors.limit),
            "unknown since": .time(floors.since), "done": .text("none of them is lowered (stockFloorAfter)"),
        ])
        hold(Condition(ExceptionKey(.valueUnknown, brand: brand), since: floors.since, evidence))
    }

    /// Reads in a row that failed before the value of a SKU counts as unknown.
    package static let failedReads = 5

    private mutating func judge(_ item: StockBook.Item, _ sku: String, _ brand: String) {
        // A SKU that never had a row, and of which Centra shows none, is nobody's trouble, and a code that nobody has neither.
        if item.phantom?.pieces != 0, item.neitherSince == nil, let since = item.absentSince?.time ?? item.phantom?.time
        {
            let evidence = ExceptionEvidence([
                "no row since": .time(since), "last row": item.seen.map { .time($0.moment.time) },
                "Centra shows": item.phantom.map { .number($0.pieces) },
                "compared": item.phantom.map { .time($0.time) },
            ])
            hold(Condition(.init(.skuUnknownInPeoplevox, brand: brand, .sku(sku)), since: since, evidence))
        }
        // What Peoplevox does not have is not written anyway: old products in Centra may well share their SKUs.
        if let ambiguity = item.ambiguity, item.seen != nil {
            let evidence = ExceptionEvidence([
                "sizes": .text(ambiguity.sizes.map(String.init).joined(separator: " ")),
                "known since": .time(ambiguity.time), "done": .text("nothing is written for it"),
            ])
            let key = ExceptionKey(.skuAmbiguousInCentra, brand: brand, .sku(sku))
            hold(Condition(key, since: ambiguity.time, evidence))
        }
        if item.failedReads >= ExceptionConditions.failedReads {
            let evidence = ExceptionEvidence([
                "failed reads": .number(item.failedReads), "last row": item.seen.map { .time($0.moment.time) },
            ])
            hold(Condition(.init(.valueUnknown, brand: brand, .sku(sku)), evidence))
        }
    }

    private mutating func judge(_ state: StockBook.ShelfState, _ brand: String) {
        if let since = state.unknownSince, let reason = state.unknownReason, reason != .absent {
            let evidence = ExceptionEvidence([
                "reason": .text(reason.rawValue), "unknown since": .time(since), "shows": state.shown.figure,
            ])
            hold(Condition(.init(.valueUnknown, brand: brand, .shelf(state.shelf)), since: since, evidence))
        }
        if let refusal = state.refusal, StockRefusals.sayThatSKUIsUnknown(refusal.text) {
            let evidence = ExceptionEvidence(["should show": state.due.figure, "Centra says": .text(refusal.text)])
            let key = ExceptionKey(.skuUnknownInCentra, brand: brand, .sku(state.shelf.sku))
            hold(Condition(key, evidence))
        } else if let late = state.lateSince {
            let key = ExceptionKey(.stockMismatch, brand: brand, .shelf(state.shelf))
            hold(Condition(key, since: late, state.mismatch))
        }
    }
}

package enum StockRefusals {
    /// Centra has no codes for refusals: "Could not find ProductSize with SKU X", or the row's size is what is wrong.
    package static func sayThatSKUIsUnknown(_ text: String) -> Bool {
        let text = text.lowercased()
        return text.contains("could not find") && (text.contains("size") || text.contains("sku"))
    }
}

extension StockBook.ShelfState {
    /// Both figures and the time of each.
    fileprivate var mismatch: ExceptionEvidence {
        ExceptionEvidence([
            "should show": due.figure, "decided": target.map { .time($0.time) },
            "shows": shown.figure ?? .text("not known"), "last written": (applied?.write.quantity).figure,
            "written": applied.map { .time($0.time) }, "late since": lateSince.map { .time($0) },
            "failed writes": failedWrites > 0 ? .number(failedWrites) : nil,
            "Centra says": refusal.map { .text($0.text) },
        ])
    }

    /// Why its quantity is not known, also while a floor stands for it.
    fileprivate var unknownReason: StockTarget.Reason? {
        switch target?.outcome {
        case .unknown(let reason): reason
        case .quantity(_, let parts): parts.floor
        case nil: nil
        }
    }
}

extension Int? {
    fileprivate var figure: ExceptionEvidence.Figure? { map { .number($0) } }
}
