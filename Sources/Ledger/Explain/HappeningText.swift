// Each happening as a line of the story.
import Workflows

extension Happening {
    /// Nil for what tells nothing: a start at which nothing of this SKU was underway. Most have one line.
    ///
    /// - Parameters:
    ///   - before: what was known before this, and `after` with it.
    func lines(_ times: StoryTimes, before: StockFold, after: StockFold) -> [String] {
        switch fact {
        case .started:
            before.book.underway.sorted().map {
                "Lockstep started again; whether Centra took the write to \($0) is not known"
            }
        case .woken(let waking): [waking.words]
        case .finished(let end): [end.words(times)]
        case .stock(let entry): entry.lines(after.book)
        case .restated:
            // What the records before it have told already needs no words.
            after.newest == before.newest || after.newest?.isAsFolded == true ? [] : after.book.restatement(times)
        case .compared: []
        case .differed(let difference): [difference.words]
        case .excepted(let event): [event.words(times)]
        }
    }
}

extension ExceptionEvent {
    fileprivate func words(_ times: StoryTimes) -> String {
        let what = kind.map { ": \($0)" } ?? note.map { ": \($0)" } ?? ""
        let by = event == .acknowledged ? acknowledgement?.words(times) ?? "" : ""
        return "exception \(exception) was \(event.rawValue)\(by)\(what)"
    }
}

extension Differing {
    fileprivate var words: String {
        if explanation == Differing.gone { return "reconciliation \(run) found it on neither side" }
        func figure(_ number: Int?) -> String { number.map { "\($0)" } ?? "something that is not known" }
        let place = warehouse.map { " in warehouse \($0)" } ?? ""
        return "reconciliation \(run) found that Centra showed \(figure(shows))\(place) and should have shown "
            + "\(figure(should)): \(explanation)" + (detail.isEmpty ? "" : ", \(detail)")
    }
}

extension Waking {
    fileprivate var words: String {
        let sender =
            switch source {
            case "centra": "Centra"
            case "peoplevox": "Peoplevox"
            case "lockstep": "Lockstep itself"
            default: source
            }
        let what = type.isEmpty ? event : type
        return action.map { "an operator queued it again (\($0)): \(sender) had said \(what)" }
            ?? "\(sender) said \(what)"
    }
}

extension JobEnd {
    fileprivate func words(_ times: StoryTimes) -> String {
        let wakeup = "the wake-up of record \(delivery)"
        return switch result {
        case .settled: "\(wakeup) is done"
        case .coalesced(let other, _): "\(wakeup) is left to that of record \(other)"
        case .retry(let attempt, let due, let reason):
            "\(wakeup) failed (attempt \(attempt)): \(reason); again at \(times.brief(due))"
        case .deadLettered(let attempts, let reason):
            "\(wakeup) was given up after \(attempts == 1 ? "1 attempt" : "\(attempts) attempts"): \(reason)"
        }
    }
}

extension StockEntry {
    /// - Parameter book: with this entry.
    fileprivate func lines(_ book: StockBook) -> [String] {
        switch self {
        case .readStarted: ["Peoplevox is asked for it"]
        case .observed(let position, let levels, let absent):
            levels.values.flatMap { sites in
                sites.sorted { $0.key < $1.key }.map {
                    "Peoplevox had \($1.words) at \($0) (read of record \(position))"
                }
            } + absent.map { _ in "Peoplevox had no row for it (read of record \(position))" }
        case .readFailed(let position, _, let reason): ["the read of record \(position) failed: \(reason)"]
        case .targeted(let targets):
            targets.map { target in
                let isWithheld = target.quantity != nil && book.isAmbiguous(target.shelf.sku)
                return target.words + (isWithheld ? "; not sent, because several sizes share the SKU" : "")
            }
        case .writing(let writes): writes.map { "Centra is told \($0.quantity) in warehouse \($0.shelf.warehouse)" }
        case .written(let results): results.map(\.words)
        case .refused(let writes, let applied):
            writes.map { write in
                "\(write.quantity) was not sent for warehouse \(write.shelf.warehouse): it came from the read of record "
                    + "\(write.position), and that of record \(applied[write.shelf] ?? 0) had been sent"
            }
        case .moved(let movement):
            movement.units.sorted { $0.key < $1.key }.map { shelf, count in
                "order \(movement.order) \(movement.kind.words) \(units(count)) of warehouse \(shelf.warehouse)"
            }
        case .doubted(let doubts):
            doubts.map { doubt in
                doubt.shown.map { "Centra was seen to show \($0) in warehouse \(doubt.shelf.warehouse)" }
                    ?? "somebody changed warehouse \(doubt.shelf.warehouse) in Centra"
            }
        case .strangers(let shown, let gone):
            shown.values.map { "both sides were compared: Centra showed \($0), and Peoplevox never had a row for it" }
                + gone.map { _ in "both sides were compared, and neither has it" }
        case .ambiguous(let sizes, let unique):
            sizes.values.map { sizes in
                "a comparison found that \(StockBook.Ambiguity.words(sizes)), so nothing is written for it"
            } + unique.map { _ in "a comparison found that no two sizes of Centra share this SKU any more" }
        }
    }
}

extension StockBook {
    /// What is known of one SKU from records that are gone.
    fileprivate func restatement(_ times: StoryTimes) -> [String] {
        let known =
            items.values.flatMap(\.lines) + shelves.values.sorted { $0.shelf < $1.shelf }.flatMap { $0.lines(times) }
        return known.map { "known from records that are gone: \($0)" }
    }
}

extension StockBook.Item {
    fileprivate var lines: [String] {
        let rows = seen.map { seen in
            seen.levels.sorted { $0.key < $1.key }.map {
                "Peoplevox had \($1.words) at \($0) (read of record \(seen.moment.position))"
            }
        }
        return (rows ?? [])
            + (absentSince.map { ["Peoplevox had no row for it (read of record \($0.position))"] } ?? [])
    }
}

extension StockBook.ShelfState {
    fileprivate func lines(_ times: StoryTimes) -> [String] {
        let aim = target.map { StockTarget(shelf, at: $0.position, $0.outcome).words }
        let took = applied.map {
            "Centra took \($0.write.quantity) in warehouse \(shelf.warehouse) at \(times.brief($0.time))"
        }
        return [aim, took].compactMap(\.self)
    }
}

extension StockTarget {
    fileprivate var words: String {
        switch outcome {
        case .unknown(let reason):
            return "warehouse \(shelf.warehouse) is left as it is: \(reason.words) (read of record \(position))"
        case .quantity(let quantity, let parts):
            var sum = parts.floor == nil ? "\(parts.base) there" : "0 for want of a figure"
            if parts.own != 0 { sum += " + \(parts.own) of our orders" }
            if parts.buffer != 0 { sum += " - \(parts.buffer) held back" }
            return "warehouse \(shelf.warehouse) should show \(quantity): \(sum)"
        }
    }
}

extension StockWriteResult {
    fileprivate var words: String {
        let place = "\(write.quantity) in warehouse \(write.shelf.warehouse)"
        return switch outcome {
        case .applied: "Centra took \(place)"
        case .refused(let text): "Centra refused \(place): \(text)"
        case .failed(let text): "Centra was not told \(place): \(text)"
        case .unknown(let text): "whether Centra took \(place) is not known: \(text)"
        }
    }
}
