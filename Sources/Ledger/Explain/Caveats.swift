// What else is known that speaks against a sentence, or may soon: a comparison that saw something else in Centra, wake-ups
// that nobody has read, exceptions that are open.
//
// The one thing to know: the book believes what Centra took last. A comparison that only looked changes no book, so what it
// saw stands beside it until a later write, or a later comparison of everything that lists no difference.
import Workflows

struct Caveats {
    let history: SKUHistory
    let book: StockBook
    let times: StoryTimes

    private struct Finding {
        let record: JournalPosition
        /// When Centra was read, microseconds since 1970.
        let time: Int64
        let difference: Differing
    }

    private typealias Explanation = StockDifference.Explanation

    /// Those of the newest comparison that listed every difference, and of all since.
    private var findings: [Finding] {
        let whole = history.happenings.last { $0.fact == .compared(isWhole: true) }?.sequence ?? 0
        return history.happenings.compactMap { one in
            guard one.sequence >= whole, case .differed(let difference) = one.fact else { return nil }
            return Finding(record: one.sequence, time: difference.seen ?? one.time, difference: difference)
        }
    }

    private func latest(_ isMeant: (Finding, Explanation?) -> Bool) -> Finding? {
        findings.last { isMeant($0, Explanation(rawValue: $0.difference.explanation)) }
    }

    private func comparison(_ finding: Finding) -> String {
        "the comparison of \(times.brief(finding.time)) (record \(finding.record))"
    }

    // MARK: A shelf

    /// Whether more is known than what Centra took last there, so that nobody may say that Centra shows it.
    func speakAgainst(_ state: StockBook.ShelfState) -> Bool {
        seen(at: state) != nil || several != nil || neither != nil || isUnknownInCentra(state)
    }

    /// What a comparison has seen there since, where it is something else than is believed.
    func seen(at state: StockBook.ShelfState) -> String? {
        let finding = latest { one, explanation in
            isOf(state.shelf, one) && explanation?.isFigure ?? false && one.time > lastWrite(to: state)
        }
        guard let finding, !isDoubted(state.shelf, since: finding.time), state.underway == nil else { return nil }
        let shows = finding.difference.shows
        // Without a row there is nothing to sell.
        if let shown = state.shown, shown == shows ?? 0 { return nil }
        return "\(comparison(finding)) saw \(shows.map { "\($0)" } ?? "nothing") there"
    }

    /// When the last write was sent or answered, microseconds since 1970.
    private func lastWrite(to state: StockBook.ShelfState) -> Int64 {
        let last = history.happenings.last { one in
            switch one.fact {
            case .stock(.writing(let writes)): writes.contains { $0.shelf == state.shelf }
            case .stock(.written(let results)): results.contains { $0.write.shelf == state.shelf }
            default: false
            }
        }
        return max(last?.time ?? 0, state.applied?.time ?? 0)
    }

    private func isOf(_ shelf: Shelf, _ finding: Finding) -> Bool {
        finding.difference.warehouse.map { $0 == shelf.warehouse } ?? (book.shelves.count == 1)
    }

    /// Then the book knows it, and the sentence says it.
    private func isDoubted(_ shelf: Shelf, since time: Int64) -> Bool {
        history.happenings.contains { one in
            guard one.time >= time, case .stock(.doubted(let doubts)) = one.fact else { return false }
            return doubts.contains { $0.shelf == shelf }
        }
    }

    private var several: Finding? { latest { $1 == .duplicate } }

    private func missingInCentra(_ state: StockBook.ShelfState?) -> Finding? {
        latest { $1 == .unknownInCentra && $0.time > state?.applied?.time ?? 0 }
    }

    private func isUnknownInCentra(_ state: StockBook.ShelfState) -> Bool {
        missingInCentra(state) != nil || isRefusedAsUnknown(state)
    }

    private func isRefusedAsUnknown(_ state: StockBook.ShelfState) -> Bool {
        state.refusal.map { StockRefusals.sayThatSKUIsUnknown($0.text) } ?? false
    }

    // MARK: The SKU

    /// As clauses that follow the last sentence.
    var clauses: [String] {
        [duplicate, sum, phantom, gone, goneInPeoplevox, goneInCentra, unread].compactMap(\.self) + exceptions
    }

    private var duplicate: String? {
        // The sentence says it itself where it is why nothing is written.
        if book.isAmbiguous(history.sku), !book.shelves.isEmpty { return nil }
        return several.map { one in
            let sizes = one.difference.detail.isEmpty ? "" : " (\(one.difference.detail))"
            return
                "\(comparison(one)) found several sizes with this SKU in Centra\(sizes), and which of them shows what is "
                + "not known"
        }
    }

    /// A figure over all warehouses, beside the sentences about each.
    private var sum: String? {
        let shown = book.shelves.values.compactMap(\.shown)
        let written = book.shelves.values.compactMap { $0.applied?.time }.max() ?? 0
        let finding = latest { one, explanation in
            one.difference.warehouse == nil && explanation?.isFigure ?? false && one.time > written
        }
        guard book.shelves.count > 1, shown.count == book.shelves.count, let finding,
            let shows = finding.difference.shows, shows != shown.reduce(0, &+)
        else { return nil }
        return "\(comparison(finding)) saw \(shows) in all warehouses together"
    }

    /// No shelf of it was written since.
    private var neither: Finding? {
        let written = book.shelves.values.compactMap { $0.applied?.time }.max() ?? 0
        return latest { one, _ in one.difference.explanation == Differing.gone && one.time > written }
    }

    private var gone: String? { neither.map { "\(comparison($0)) found it neither in Peoplevox nor in Centra" } }

    /// Nobody ever wrote it, so nothing else says what Centra shows.
    private var phantom: String? {
        guard let item = book.items[history.sku], item.seen == nil else { return nil }
        return item.phantom.map {
            "Centra showed \($0.pieces) when both sides were compared at \(times.brief($0.time))"
        }
    }

    private var goneInPeoplevox: String? {
        let item = book.items[history.sku]
        let finding = latest { one, explanation in
            (explanation == .unknownInPeoplevox || explanation == .nothingToSell)
                && one.difference.run > item?.seen?.moment.position ?? 0
        }
        guard let finding, item?.absentSince == nil, item?.phantom == nil else { return nil }
        let detail = finding.difference.detail
        return "\(comparison(finding)) found no row for it in Peoplevox\(detail.isEmpty ? "" : ": \(detail)")"
    }

    /// The sentence says it itself where a write waits.
    private var goneInCentra: String? {
        let states = book.shelves.values.sorted { $0.shelf < $1.shelf }
        let isGone = book.items[history.sku]?.absentSince != nil ? ", so it is gone on both sides" : ""
        if let state = states.first(where: { $0.wanted == nil && isRefusedAsUnknown($0) }), let failed = state.failedAt
        {
            return "Centra said at \(times.brief(failed)) that it does not know it\(isGone)"
        }
        return missingInCentra(states.first).map { "\(comparison($0)) found no size with this SKU in Centra\(isGone)" }
    }

    // MARK: What comes

    /// Wake-ups that are open, and behind the newest read that came back.
    private var unread: String? {
        // What was never read says so itself.
        let waiting = book.items[history.sku]?.isForgotten ?? true ? [] : wakings
        guard let first = waiting.first, let last = waiting.last else { return nil }
        if let read = readUnderway, read.sequence > last.sequence {
            return "it is being read since \(times.brief(read.time)) (record \(read.sequence)), so this may change"
        }
        let since = "since \(times.brief(first.time)) (record \(first.sequence))"
        return (waiting.count == 1 ? "a wake-up waits \(since)" : "\(waiting.count) wake-ups wait, the first \(since)")
            + " to be read, so this may change"
    }

    private var wakings: [Happening] {
        var read: JournalPosition = 0
        var over: Set<Place> = []
        for one in history.happenings {
            switch one.fact {
            case .stock(.observed(let position, _, _)): read = max(read, position)
            case .finished(let end) where end.isFinal: over.insert(Place(delivery: end.delivery, job: end.job))
            default: break
            }
        }
        return history.happenings.filter { one in
            guard case .woken(let waking) = one.fact else { return false }
            return one.sequence > read && !over.contains(Place(delivery: one.sequence, job: waking.job))
        }
    }

    private struct Place: Hashable {
        let delivery: JournalPosition
        let job: Int
    }

    private var readUnderway: Happening? {
        var underway: Happening?
        for one in history.happenings {
            switch one.fact {
            case .stock(.readStarted): underway = one
            case .stock(.observed), .stock(.readFailed), .started: underway = nil
            default: break
            }
        }
        return underway
    }

    private struct Open {
        var kind: String
        var acknowledgement: ExceptionEvent.Acknowledgement?
    }

    private var exceptions: [String] {
        var open: [ExceptionID: Open] = [:]
        for one in history.happenings {
            guard case .excepted(let event) = one.fact else { continue }
            let acknowledgement = event.acknowledgement ?? open[event.exception]?.acknowledgement
            switch event.event {
            case .raised, .restated:
                open[event.exception] = Open(kind: event.kind ?? "", acknowledgement: acknowledgement)
            case .cleared: open[event.exception] = nil
            case .acknowledged: open[event.exception]?.acknowledgement = acknowledgement
            case .noted: break
            }
        }
        return open.sorted { $0.key < $1.key }.map { id, one in
            let by = one.acknowledgement.map { ", acknowledged\($0.words(times))" } ?? ""
            return "exception \(id) is open\(by): \(one.kind)"
        }
    }
}

extension StockDifference.Explanation {
    /// Whether what the difference shows is the figure of our warehouses.
    fileprivate var isFigure: Bool {
        switch self {
        case .duplicate, .unknownInCentra, .otherWarehouses: false
        case .unexplained, .changedInCentra, .raisedToAllocated, .missedEvent, .refusedByCentra, .mapping,
            .unknownValue,
            .unknownInPeoplevox, .settings, .notDecided, .nothingToSell, .inFlight:
            true
        }
    }
}

extension JobEnd {
    fileprivate var isFinal: Bool {
        switch result {
        case .settled, .coalesced, .deadLettered: true
        case .retry: false
        }
    }
}
