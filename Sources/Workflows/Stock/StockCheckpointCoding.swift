// Checkpoints as the journal holds them: JSON as the entries', an array of cells for each item and each shelf.
//
//     item   [sku, failed reads, seen at, seen when, [[site, on hand, allocated, available]...], [sites], absent at, absent when,
//           phantom, phantom when, [sizes that share it], shared since, neither since]
//     shelf  [sku, warehouse, [exported, despatched, completed], target, applied, sending, fence, [flags and times], refusal, sales]
import JSON

extension StockCheckpoint {
    private static let version = 1
    /// What fits into a record of the journal.
    private static let octetLimit = 8 << 20

    package var encoded: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("v", StockCheckpoint.version)
            guard case .part(let part) = self else { return json.field("begun", true) }
            json.array("part") { $0.values([Int(clamping: part.begun), part.number, part.count]) }
            json.array("items") { json in
                for (sku, item) in part.items.sorted(by: { $0.key < $1.key }) { json.row(sku, item) }
            }
            json.array("shelves") { json in for state in part.shelves { json.row(state) } }
        }
        return json.octets
    }

    /// Nil when the octets are not of this version: a journal of a later Lockstep.
    package init?(_ octets: some Collection<UInt8>) {
        guard let json = try? JSONValue(octets, octetLimit: StockCheckpoint.octetLimit),
            json["v"]?.integer == StockCheckpoint.version
        else { return nil }
        if json["begun"] == .bool(true) {
            self = .begun
            return
        }
        guard let head = json["part"], let begun = head[0]?.position, let number = head[1]?.integer,
            let count = head[2]?.integer, let items = json["items"]?.rows(\.item),
            let shelves = json["shelves"]?.rows({ StockBook.ShelfState($0) })
        else { return nil }
        self = .part(
            Part(
                begun: begun, number: number, count: count, items: Dictionary(items) { _, last in last },
                shelves: shelves))
    }
}

// MARK: Writing

extension JSONWriter {
    fileprivate mutating func values(_ numbers: [Int?]) { for number in numbers { value(number) } }

    fileprivate mutating func row(_ sku: String, _ item: StockBook.Item) {
        array { json in
            json.value(sku)
            json.value(item.failedReads)
            json.moment(item.seen?.moment)
            json.array { json in
                for (site, levels) in (item.seen?.levels ?? [:]).sorted(by: { $0.key < $1.key }) {
                    json.array { json in
                        json.value(site)
                        json.values([levels.onHand, levels.allocated, levels.available])
                    }
                }
            }
            json.array { json in for site in item.sites { json.value(site) } }
            json.moment(item.absentSince)
            json.value(item.phantom?.pieces)
            json.value(item.phantom?.time)
            json.array { $0.values(item.ambiguity?.sizes ?? []) }
            json.value(item.ambiguity?.time)
            json.value(item.neitherSince)
        }
    }

    private mutating func moment(_ moment: StockBook.Moment?) {
        value(moment.map { Int(clamping: $0.position) })
        value(moment?.time)
    }

    fileprivate mutating func row(_ state: StockBook.ShelfState) {
        array { json in
            json.value(state.shelf.sku)
            json.value(state.shelf.warehouse)
            json.array { $0.values([state.exported, state.despatched, state.completed]) }
            json.target(state.target)
            json.array { json in
                guard let applied = state.applied else { return }
                json.write(applied.write, applied.completed)
                json.value(applied.time)
            }
            json.array { json in
                guard let sending = state.sending else { return }
                json.write(sending.write, sending.completed)
                json.value(sending.isDoubted)
            }
            json.value(Int(clamping: state.fence))
            json.array { json in
                json.value(state.isInDoubt)
                json.value(state.lateSince)
                json.value(state.unknownSince)
                json.value(state.failedWrites)
                json.value(state.failedAt)
            }
            json.array { json in
                guard let refusal = state.refusal else { return }
                json.value(refusal.quantity)
                json.value(refusal.text)
            }
            json.array { json in
                json.value(state.sales.weight)
                json.value(state.sales.time)
                json.value(state.sales.seen)
                json.value(state.sales.exported)
            }
        }
    }

    private mutating func target(_ target: StockBook.Target?) {
        array { json in
            guard let target else { return }
            json.value(Int(clamping: target.position))
            json.value(target.completed)
            json.value(target.time)
            switch target.outcome {
            case .unknown(let reason): json.value(reason.rawValue)
            case .quantity(let quantity, let parts):
                json.values([quantity, parts.base, parts.own, parts.buffer])
                if let floor = parts.floor { json.value(floor.rawValue) }
            }
        }
    }

    /// A shelf's own write.
    private mutating func write(_ write: StockWrite, _ completed: Int) {
        values([write.quantity, Int(clamping: write.position), completed])
    }
}

// MARK: Reading

extension JSONValue {
    fileprivate var isEmpty: Bool { array?.isEmpty ?? false }

    fileprivate var time: Int64? { integer.map(Int64.init) }

    fileprivate var reason: StockTarget.Reason? { string.flatMap(StockTarget.Reason.init(rawValue:)) }

    fileprivate func moment(at index: Int) -> StockBook.Moment? {
        guard let position = self[index]?.position, let time = self[index + 1]?.time else { return nil }
        return StockBook.Moment(position: position, time: time)
    }

    fileprivate var item: (String, StockBook.Item)? {
        guard let sku = self[0]?.string, let failedReads = self[1]?.integer, let sites = self[5]?.texts,
            let levels = self[4]?.rows({ row in
                row[0]?.string.flatMap { site in
                    JSONValue.array(Array((row.array ?? []).dropFirst())).cells.map { (site, $0) }
                }
            })
        else { return nil }
        var item = StockBook.Item()
        item.failedReads = failedReads
        item.sites = sites
        item.seen = moment(at: 2).map {
            StockBook.Sighting(moment: $0, levels: Dictionary(levels) { _, last in last })
        }
        item.absentSince = moment(at: 6)
        if let pieces = self[8]?.integer, let time = self[9]?.time { item.phantom = .init(pieces: pieces, time: time) }
        item.neitherSince = self[12]?.time
        if let sizes = self[10]?.rows({ $0.integer }), let time = self[11]?.time {
            item.ambiguity = .init(sizes: sizes, time: time)
        }
        return (sku, item)
    }

    /// Nil for what is none; an empty array is no target.
    fileprivate var target: StockBook.Target?? {
        if isEmpty { return .some(nil) }
        guard let position = self[0]?.position, let completed = self[1]?.integer, let time = self[2]?.time,
            let outcome = outcome
        else { return nil }
        return StockBook.Target(position: position, outcome: outcome, completed: completed, time: time)
    }

    private var outcome: StockTarget.Outcome? {
        if let reason = self[3]?.reason { return .unknown(reason) }
        guard let quantity = self[3]?.integer, let base = self[4]?.integer, let own = self[5]?.integer,
            let buffer = self[6]?.integer
        else { return nil }
        return .quantity(quantity, .init(base: base, own: own, buffer: buffer, floor: self[7]?.reason))
    }

    fileprivate func write(of shelf: Shelf) -> (StockWrite, completed: Int)? {
        guard let quantity = self[0]?.integer, let position = self[1]?.position, let completed = self[2]?.integer else {
            return nil
        }
        return (StockWrite(shelf, quantity, from: position), completed)
    }
}

extension StockBook.ShelfState {
    fileprivate init?(_ row: JSONValue) {
        guard let sku = row[0]?.string, let warehouse = row[1]?.integer, let orders = row[2],
            let target = row[3]?.target,
            let fence = row[6]?.position, let flags = row[7], let isInDoubt = flags[0]?.bool,
            let failedWrites = flags[3]?.integer, let sales = row[9]
        else { return nil }
        self.init(Shelf(sku, warehouse))
        guard let exported = orders[0]?.integer, let despatched = orders[1]?.integer, let completed = orders[2]?.integer
        else { return nil }
        (self.exported, self.despatched, self.completed) = (exported, despatched, completed)
        self.target = target
        if let cells = row[4], let (write, completed) = cells.write(of: shelf), let time = cells[3]?.time {
            applied = StockBook.Applied(write: write, completed: completed, time: time)
        }
        if let cells = row[5], let (write, completed) = cells.write(of: shelf), let isDoubted = cells[3]?.bool {
            sending = StockBook.Sending(write: write, completed: completed, isDoubted: isDoubted)
        }
        self.fence = fence
        (self.isInDoubt, lateSince, unknownSince) = (isInDoubt, flags[1]?.time, flags[2]?.time)
        (self.failedWrites, failedAt) = (failedWrites, flags[4]?.time)
        if let quantity = row[8]?[0]?.integer, let text = row[8]?[1]?.string {
            refusal = StockBook.Refusal(quantity: quantity, text: text)
        }
        self.sales = SalesRate(
            weight: sales[0]?.integer ?? 0, time: sales[1]?.time ?? 0, seen: sales[2]?.integer,
            exported: sales[3]?.integer ?? 0)
    }
}
