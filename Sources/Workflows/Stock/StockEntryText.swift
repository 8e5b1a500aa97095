// Stock entries in words, one line each, for those who read the journal.

extension StockEntry: CustomStringConvertible {
    package var description: String {
        switch self {
        case .readStarted(let skus): "reads \(few(skus))"
        case .observed(let position, let levels, let absent):
            "read \(position) found \(few(levels.keys.sorted()))" + (absent.isEmpty ? "" : ", no row of \(few(absent))")
        case .readFailed(let position, let skus, let reason): "read \(position) of \(few(skus)) failed: \(reason)"
        case .targeted(let targets): "should show " + few(targets.map(\.description))
        case .writing(let writes): "writes " + few(writes.map(\.description))
        case .written(let results): "wrote " + few(results.map(\.description))
        case .refused(let writes, _): "does not write " + few(writes.map(\.description)) + ": newer was written"
        case .moved(let movement): "order \(movement.order) \(movement.kind.rawValue)"
        case .doubted(let doubts): "doubts " + few(doubts.map(\.shelf.description))
        case .strangers(let shown, let gone):
            [
                shown.isEmpty ? nil : "Peoplevox does not know what Centra shows: " + few(shown.keys.sorted()),
                gone.isEmpty ? nil : "neither side knows " + few(gone),
            ].compactMap(\.self).joined(separator: "; ")
        case .ambiguous(let sizes, let unique):
            [
                sizes.isEmpty ? nil : "does not write what several sizes of Centra share: " + few(sizes.keys.sorted()),
                unique.isEmpty ? nil : "no two sizes share " + few(unique) + " any more",
            ].compactMap(\.self).joined(separator: "; ")
        }
    }
}

extension StockCheckpoint: CustomStringConvertible {
    package var description: String {
        switch self {
        case .begun: "restates the stock book"
        case .part(let part):
            "part \(part.number) of \(part.count) of checkpoint \(part.begun): "
                + (part.items.count == 1 ? "1 SKU, " : "\(part.items.count) SKUs, ")
                + (part.shelves.count == 1 ? "1 shelf" : "\(part.shelves.count) shelves")
        }
    }
}

extension StockTarget: CustomStringConvertible {
    package var description: String {
        switch outcome {
        case .quantity(let quantity, _): "\(shelf): \(quantity)"
        case .unknown(let reason): "\(shelf): unknown (\(reason.rawValue))"
        }
    }
}

extension StockWrite: CustomStringConvertible {
    package var description: String { "\(shelf): \(quantity) (from \(position))" }
}

extension StockWriteResult: CustomStringConvertible {
    package var description: String {
        switch outcome {
        case .applied: "\(write)"
        case .refused(let text): "\(write) refused: \(text)"
        case .failed(let text): "\(write) failed: \(text)"
        case .unknown(let text): "\(write) unanswered: \(text)"
        }
    }
}

/// The first of them, and how many more there are.
private func few(_ texts: [String]) -> String {
    let more = texts.count > 4 ? ["and \(texts.count - 4) more"] : []
    return (texts.prefix(4) + more).joined(separator: ", ")
}
