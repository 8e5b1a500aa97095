// The sentence that ends a story: what Centra shows, and why, or what stands in the way.
import Workflows

struct Conclusion {
    let history: SKUHistory
    let oldest: JournalPosition
    let fold: StockFold
    let source: StockFormula.Source
    let planner: StockPlanner
    let times: StoryTimes

    private var book: StockBook { fold.book }

    /// Nothing that was before the journal's oldest record is missing: there was none, or a checkpoint restates it.
    private var isWhole: Bool { oldest <= 1 || fold.newest != nil }

    /// One for each shelf; one when there is none.
    var sentences: [String] {
        let shelves = book.shelves.values.filter { $0.target != nil || $0.applied != nil || $0.underway != nil }
        let isOne = shelves.count == 1
        var sentences = shelves.sorted { $0.shelf < $1.shelf }.map { state in
            let seen = caveats.seen(at: state).map { "; but \($0)" } ?? ""
            return sentence(state, isOne ? "" : " in warehouse \(state.shelf.warehouse)") + seen
        }
        if sentences.isEmpty { sentences = [unshelved] }
        let clauses = history.isEmpty ? [] : caveats.clauses
        sentences[sentences.count - 1] = ([sentences[sentences.count - 1]] + clauses).joined(separator: "; ")
        return sentences.map { $0 + "." }
    }

    private var caveats: Caveats { Caveats(history: history, book: book, times: times) }

    private func sentence(_ state: StockBook.ShelfState, _ place: String) -> String {
        if let write = state.underway { return underway(write, state, place) }
        if let ambiguity = book.items[history.sku]?.ambiguity { return withheld(ambiguity, state, place) }
        switch (state.shown, state.target?.outcome) {
        case (let shown?, .unknown(let reason)): return suppressed(reason, claim(shown, state, place), state)
        case (nil, .unknown(let reason)):
            let known = state.applied == nil ? neverTold + place : doubted(state, place)
            return suppressed(reason, known, state)
        case (let shown?, _):
            let claim = claim(shown, state, place)
            guard let wanted = state.wanted else { return "\(claim) because \(reason(state))" }
            return "\(claim) and should show \(wanted.quantity), because \(reason(state)); "
                + pending(state, wanted)
        case (nil, _):
            let known = state.applied == nil ? neverTold + place : doubted(state, place)
            guard let wanted = state.wanted else { return known }
            return "\(known); it should show \(wanted.quantity), because \(reason(state)); \(pending(state, wanted))"
        }
    }

    // MARK: The parts of a sentence

    /// `Centra shows 7`; where more is known, only what is certain.
    private func claim(_ shown: Int, _ state: StockBook.ShelfState, _ place: String) -> String {
        guard let applied = state.applied, caveats.speakAgainst(state) else { return "Centra shows \(shown)\(place)" }
        let left = shown == applied.write.quantity ? "" : " which leaves \(shown),"
        return "Centra took \(applied.write.quantity)\(place) last, at \(times.brief(applied.time)),\(left)"
    }

    /// What was before the journal's oldest record, nobody knows.
    private var neverTold: String {
        isWhole ? "Centra was never told a quantity" : "Centra was told no quantity since record \(oldest)"
    }

    private var neverWasRead: String {
        isWhole ? "was never read at Peoplevox" : "was not read at Peoplevox since record \(oldest)"
    }

    private func underway(_ write: StockWrite, _ state: StockBook.ShelfState, _ place: String) -> String {
        let sent = moment { entry in
            if case .writing(let writes) = entry { writes.contains(write) } else { false }
        }
        let before = state.applied.map { ", and took \($0.write.quantity) before" } ?? ""
        return "Centra is being told \(write.quantity)\(place)\(sent), without an answer so far\(before), because "
            + reason(state)
    }

    private func suppressed(
        _ reason: StockTarget.Reason, _ known: String, _ state: StockBook.ShelfState
    ) -> String {
        let read = state.target.map { self.read(of: $0.position) } ?? ""
        let since = state.applied.map { ", as was written at \(times.brief($0.time))" } ?? ""
        let stays = state.shown == nil ? "," : caveats.speakAgainst(state) ? "" : since + ","
        return "\(known)\(stays) and nothing is written, because \(reason.words)\(read), and missing is not zero"
    }

    private func withheld(_ ambiguity: StockBook.Ambiguity, _ state: StockBook.ShelfState, _ place: String) -> String {
        let took = state.applied.map {
            "Centra took \($0.write.quantity)\(place) last, at \(times.brief($0.time)),"
        }
        return (took ?? neverTold + place + ",")
            + " and nothing is written, because \(StockBook.Ambiguity.words(ambiguity.sizes)), as a comparison found at "
            + "\(times.brief(ambiguity.time)), and which of them is meant nobody can tell"
            + (state.due.map { "; the one that is should show \($0)" } ?? "")
    }

    private func doubted(_ state: StockBook.ShelfState, _ place: String) -> String {
        let applied = state.applied.map { "\($0.write.quantity) was written at \(times.brief($0.time))" } ?? ""
        let seen = history.happenings.last { one in
            guard case .stock(.doubted(let doubts)) = one.fact else { return false }
            return doubts.contains { $0.shelf == state.shelf } && one.time >= state.applied?.time ?? 0
        }
        guard let seen, case .stock(.doubted(let doubts)) = seen.fact,
            let doubt = doubts.last(where: { $0.shelf == state.shelf })
        else { return "What Centra shows\(place) is not known: \(applied), and a later write has no answer" }
        let shows = doubt.shown.map { "was seen to show \($0)" } ?? "was changed"
        return
            "Centra \(shows)\(place) at \(times.brief(seen.time)) (record \(seen.sequence)) though \(applied): somebody "
            + "changed it there"
    }

    /// Why the target is what it is, as clauses.
    private func reason(_ state: StockBook.ShelfState) -> String {
        guard let target = state.target, case .quantity(let quantity, let parts) = target.outcome else {
            return "that was written last"
        }
        let read = read(of: target.position)
        var clauses: [String]
        if let floor = parts.floor {
            clauses = ["\(floor.words)\(read) for longer than is allowed, which counts as 0"]
        } else {
            clauses = ["Peoplevox had \(source.base(parts.base))\(read)"]
        }
        if parts.own != 0 { clauses.append(source.own(parts.own)) }
        if parts.buffer != 0 { clauses.append("\(parts.buffer) \(are(parts.buffer)) held back as buffer") }
        if let due = state.due, due != quantity {
            clauses.append(
                "\(units(quantity - due)) of shipments completed since then left Centra's count by themselves")
        }
        return joined(clauses) + (quantity == 0 && parts.buffer > 0 ? ", which leaves nothing" : "")
    }

    /// What stands between what should be shown and Centra.
    private func pending(_ state: StockBook.ShelfState, _ wanted: StockWrite) -> String {
        guard let failed = lastFailure(of: state.shelf), state.failedWrites > 0 else {
            return "it is about to be written"
        }
        let again = ", and it is tried again at \(times.brief(planner.notBefore(state, wanted)))"
        let place = "at \(times.brief(failed.time)) (record \(failed.sequence))"
        switch failed.outcome {
        case .refused(let text):
            let isSame = state.refusal?.quantity == wanted.quantity
            return "Centra refused \(isSame ? "it" : "another quantity") \(place): \(text)\(again)"
        case .failed(let text): return "the write \(place) failed: \(text)\(again)"
        case .unknown(let text): return "the write \(place) has no answer: \(text)\(again)"
        case .applied: return "it is about to be written"
        }
    }

    private func lastFailure(
        of shelf: Shelf
    ) -> (sequence: JournalPosition, time: Int64, outcome: StockWriteResult.Outcome)? {
        for one in history.happenings.reversed() {
            guard case .stock(.written(let results)) = one.fact,
                let result = results.last(where: { $0.write.shelf == shelf })
            else { continue }
            return (one.sequence, one.time, result.outcome)
        }
        return nil
    }

    /// ` when read at 14:02:11 (record 1234)`.
    private func read(of position: JournalPosition) -> String {
        guard let time = timeOfRead(position) else { return " when read (record \(position))" }
        return " when read at \(times.brief(time)) (record \(position))"
    }

    /// Of a record that is gone, the book may know what it found, and when.
    private func timeOfRead(_ position: JournalPosition) -> Int64? {
        if let start = history.happenings.first(where: { $0.sequence == position }) { return start.time }
        let item = book.items[history.sku]
        return [item?.seen?.moment, item?.absentSince].lazy.compactMap(\.self).first { $0.position == position }?.time
    }

    /// ` at 14:02:11 (record 1234)`, of the last entry of that kind.
    private func moment(_ isMeant: (StockEntry) -> Bool) -> String {
        let last = history.happenings.last { one in
            if case .stock(let entry) = one.fact { isMeant(entry) } else { false }
        }
        return last.map { " at \(times.brief($0.time)) (record \($0.sequence))" } ?? ""
    }
}

// MARK: Without a shelf

extension Conclusion {
    private var unshelved: String {
        guard !history.isEmpty else {
            return "Nothing is known of \(history.sku)\(isWhole ? "" : " since record \(oldest)")"
        }
        guard let item = book.items[history.sku], !item.isForgotten else { return goneOnBothSides ?? neverRead }
        if item.phantom != nil, item.seen == nil {
            return "Nothing is written, because Peoplevox never had a row for \(history.sku), and missing is not zero"
        }
        if let absent = item.absentSince {
            return
                "Nothing is written, because Peoplevox had no row for \(history.sku)\(read(of: absent.position)), and "
                + "missing is not zero"
        }
        if let seen = item.seen {
            let sites = seen.levels.keys.sorted().joined(separator: ", ")
            return
                "Nothing is written, because none of the sites that had it\(read(of: seen.moment.position)) belongs to a "
                + "warehouse of Centra: \(sites.isEmpty ? "there was none" : sites)"
        }
        return "Nothing is written, because \(history.sku) \(neverWasRead): \(failedReads(item.failedReads))"
    }

    /// Nobody has named it since a comparison found it on neither side.
    private var goneOnBothSides: String? {
        let last = history.happenings.last { one in
            switch one.fact {
            case .stock(.strangers(_, let gone)): gone.contains(history.sku)
            case .woken, .stock(.readStarted): true
            default: false
            }
        }
        guard let last, case .stock(.strangers) = last.fact else { return nil }
        return
            "Nothing is written, because neither Peoplevox nor Centra had \(history.sku) when both sides were compared at "
            + "\(times.brief(last.time)) (record \(last.sequence))"
    }

    private func failedReads(_ count: Int) -> String {
        let last = history.happenings.last { one in
            if case .stock(.readFailed) = one.fact { true } else { false }
        }
        guard let last, case .stock(.readFailed(_, _, let reason)) = last.fact else { return "no read came back" }
        let times = "at \(times.brief(last.time)) (record \(last.sequence))"
        return "\(count == 1 ? "the read" : "the last of \(count) reads") failed \(times): \(reason)"
    }

    private var neverRead: String {
        if let started = history.happenings.last(where: { $0.fact.isReadStarted }) {
            return "\(history.sku) is being read since \(times.brief(started.time)) (record \(started.sequence))"
        }
        let wakings = history.happenings.filter { $0.fact.isWaking }
        guard let last = wakings.last else {
            return "\(history.sku) \(neverWasRead), so nothing is written"
        }
        let count = wakings.count == 1 ? "once" : "\(wakings.count) times, the last time"
        return
            "\(history.sku) was named \(count) at \(times.brief(last.time)) (record \(last.sequence)), and was not read "
            + "at Peoplevox so far, so nothing is written"
    }
}

extension Happening.Fact {
    fileprivate var isReadStarted: Bool {
        if case .stock(.readStarted) = self { true } else { false }
    }

    fileprivate var isWaking: Bool {
        if case .woken = self { true } else { false }
    }
}
