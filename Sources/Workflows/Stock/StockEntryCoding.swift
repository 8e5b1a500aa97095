// Stock entries as the journal holds them: one JSON object whose only field names the entry. Rows are arrays, because a
// record can have thousands of them; people read them through `journal-replay inspect`.
import JSON

extension StockEntry {
    /// Of the form below. A reader that meets another one passes the record over and says so.
    private static let version = 1
    /// What fits into a record of the journal.
    private static let octetLimit = 8 << 20

    package var encoded: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("v", StockEntry.version)
            write(&json)
        }
        return json.octets
    }

    /// Nil when the octets are not of this version: a journal of a later Lockstep.
    package init?(_ octets: some Collection<UInt8>) {
        guard let json = try? JSONValue(octets, octetLimit: StockEntry.octetLimit),
            json["v"]?.integer == StockEntry.version, let entry = StockEntry(json)
        else { return nil }
        self = entry
    }

    private func write(_ json: inout JSONWriter) {
        switch self {
        case .readStarted(let skus): json.array("readStarted") { $0.values(skus) }
        case .observed(let position, let levels, let absent):
            json.object("observed") { json in
                json.field("position", Int(clamping: position))
                json.object("levels") { $0.levels(levels) }
                json.array("absent") { $0.values(absent) }
            }
        case .readFailed(let position, let skus, let reason):
            json.object("readFailed") { json in
                json.field("position", Int(clamping: position))
                json.array("skus") { $0.values(skus) }
                json.field("reason", reason)
            }
        case .targeted(let targets): json.array("targeted") { json in for one in targets { json.row(one) } }
        case .writing(let writes): json.array("writing") { json in for one in writes { json.row(one) } }
        case .written(let results): json.array("written") { json in for one in results { json.row(one) } }
        case .refused(let writes, let applied):
            json.array("refused") { json in
                for one in writes { json.row(one, Int(clamping: applied[one.shelf] ?? 0)) }
            }
        case .moved(let movement):
            json.object("moved") { json in
                json.field("kind", movement.kind.rawValue)
                json.field("order", movement.order)
                json.array("units") { json in
                    for (shelf, units) in movement.units.sorted(by: { $0.key < $1.key }) { json.row(shelf, units) }
                }
            }
        case .doubted(let doubts): json.array("doubted") { json in for one in doubts { json.row(one) } }
        case .strangers(let shown, let gone):
            json.object("strangers") { json in
                json.object("shown") { json in
                    for (sku, pieces) in shown.sorted(by: { $0.key < $1.key }) { json.field(sku, pieces) }
                }
                json.array("gone") { $0.values(gone) }
            }
        case .ambiguous(let sizes, let unique):
            json.object("ambiguous") { json in
                json.object("sizes") { json in
                    for (sku, sizes) in sizes.sorted(by: { $0.key < $1.key }) {
                        json.array(sku) { json in for size in sizes { json.value(size) } }
                    }
                }
                json.array("unique") { $0.values(unique) }
            }
        }
    }
}

// MARK: Writing

extension JSONWriter {
    fileprivate mutating func values(_ texts: [String]) { for text in texts { value(text) } }

    fileprivate mutating func levels(_ levels: [String: [String: SiteLevels]]) {
        for (sku, sites) in levels.sorted(by: { $0.key < $1.key }) {
            object(sku) { json in
                for (site, levels) in sites.sorted(by: { $0.key < $1.key }) {
                    json.array(site) { json in
                        json.value(levels.onHand)
                        json.value(levels.allocated)
                        json.value(levels.available)
                    }
                }
            }
        }
    }

    fileprivate mutating func row(_ shelf: Shelf, _ units: Int) {
        array { json in
            json.value(shelf.sku)
            json.value(shelf.warehouse)
            json.value(units)
        }
    }

    fileprivate mutating func row(_ target: StockTarget) {
        array { json in
            json.value(target.shelf.sku)
            json.value(target.shelf.warehouse)
            json.value(Int(clamping: target.position))
            switch target.outcome {
            case .unknown(let reason): json.value(reason.rawValue)
            case .quantity(let quantity, let parts):
                for number in [quantity, parts.base, parts.own, parts.buffer] { json.value(number) }
                if let floor = parts.floor { json.value(floor.rawValue) }
            }
        }
    }

    fileprivate mutating func row(_ write: StockWrite, _ applied: Int? = nil) {
        array { json in
            json.fields(of: write)
            if let applied { json.value(applied) }
        }
    }

    fileprivate mutating func row(_ result: StockWriteResult) {
        array { json in
            json.fields(of: result.write)
            switch result.outcome {
            case .applied: json.value("applied")
            case .refused(let text): json.values(["refused", text])
            case .failed(let text): json.values(["failed", text])
            case .unknown(let text): json.values(["unknown", text])
            }
        }
    }

    fileprivate mutating func row(_ doubt: StockDoubt) {
        array { json in
            json.value(doubt.shelf.sku)
            json.value(doubt.shelf.warehouse)
            if let shown = doubt.shown { json.value(shown) }
        }
    }

    private mutating func fields(of write: StockWrite) {
        value(write.shelf.sku)
        value(write.shelf.warehouse)
        value(write.quantity)
        value(Int(clamping: write.position))
    }
}

// MARK: Reading

extension StockEntry {
    private init?(_ json: JSONValue) {
        guard case .object(let fields) = json, let (name, value) = fields.first(where: { $0.key != "v" }) else {
            return nil
        }
        switch name {
        case "readStarted": self.init(rows: value, StockEntry.readStarted) { $0.string }
        case "observed":
            guard let position = value["position"]?.position, let levels = value["levels"]?.levels,
                let absent = value["absent"]?.texts
            else { return nil }
            self = .observed(position: position, levels: levels, absent: absent)
        case "readFailed":
            guard let position = value["position"]?.position, let skus = value["skus"]?.texts,
                let reason = value["reason"]?.string
            else { return nil }
            self = .readFailed(position: position, skus: skus, reason: reason)
        case "targeted": self.init(rows: value, StockEntry.targeted) { $0.target }
        case "writing": self.init(rows: value, StockEntry.writing) { $0.write }
        case "written": self.init(rows: value, StockEntry.written) { $0.result }
        case "refused":
            guard let rows = value.rows({ row in row.write.flatMap { write in row[4]?.position.map { (write, $0) } } })
            else { return nil }
            self = .refused(rows.map(\.0), applied: Dictionary(rows.map { ($0.0.shelf, $0.1) }) { max($0, $1) })
        case "moved":
            guard let kind = value["kind"]?.string.flatMap(StockMovement.Kind.init(rawValue:)),
                let order = value["order"]?.string,
                let rows = value["units"]?.rows({ row in
                    row.shelf.flatMap { shelf in row[2]?.integer.map { (shelf, $0) } }
                })
            else { return nil }
            self = .moved(StockMovement(kind, order: order, Dictionary(rows) { $0 + $1 }))
        case "doubted":
            self.init(rows: value, StockEntry.doubted) { row in row.shelf.map { StockDoubt($0, shown: row[2]?.integer) }
            }
        case "strangers":
            guard case .object(let fields)? = value["shown"], let gone = value["gone"]?.texts else { return nil }
            let shown = fields.compactMapValues(\.integer)
            guard shown.count == fields.count else { return nil }
            self = .strangers(shown: shown, gone: gone)
        case "ambiguous":
            guard case .object(let fields)? = value["sizes"], let unique = value["unique"]?.texts else { return nil }
            let sizes = fields.compactMapValues { $0.rows { $0.integer } }
            guard sizes.count == fields.count else { return nil }
            self = .ambiguous(sizes, unique: unique)
        default: return nil
        }
    }

    private init?<Row>(rows: JSONValue, _ make: ([Row]) -> StockEntry, _ row: (JSONValue) -> Row?) {
        guard let rows = rows.rows(row) else { return nil }
        self = make(rows)
    }
}

extension JSONValue {
    func rows<Row>(_ row: (JSONValue) -> Row?) -> [Row]? {
        guard let array else { return nil }
        let rows = array.compactMap(row)
        return rows.count == array.count ? rows : nil
    }

    subscript(index: Int) -> JSONValue? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }

    var texts: [String]? { rows { $0.string } }
    var position: JournalPosition? { integer.flatMap { JournalPosition(exactly: $0) } }

    fileprivate var levels: [String: [String: SiteLevels]]? {
        guard case .object(let skus) = self else { return nil }
        var levels: [String: [String: SiteLevels]] = [:]
        for (sku, sites) in skus {
            guard case .object(let sites) = sites else { return nil }
            for (site, row) in sites {
                guard let found = row.cells else { return nil }
                levels[sku, default: [:]][site] = found
            }
        }
        return levels
    }

    /// Three cells, each a number or null.
    var cells: SiteLevels? {
        guard let cells = array, cells.count == 3, cells.allSatisfy({ $0.integer != nil || $0 == .null }) else {
            return nil
        }
        return SiteLevels(onHand: cells[0].integer, allocated: cells[1].integer, available: cells[2].integer)
    }

    fileprivate var shelf: Shelf? {
        guard let sku = self[0]?.string, let warehouse = self[1]?.integer else { return nil }
        return Shelf(sku, warehouse)
    }

    fileprivate var target: StockTarget? {
        guard let shelf, let position = self[2]?.position else { return nil }
        if let reason = self[3]?.string {
            return StockTarget.Reason(rawValue: reason).map { StockTarget(shelf, at: position, .unknown($0)) }
        }
        guard let quantity = self[3]?.integer, let base = self[4]?.integer, let own = self[5]?.integer,
            let buffer = self[6]?.integer
        else { return nil }
        let floor = self[7]?.string.map(StockTarget.Reason.init(rawValue:))
        if floor == .some(nil) { return nil }
        let parts = StockTarget.Parts(base: base, own: own, buffer: buffer, floor: floor ?? nil)
        return StockTarget(shelf, at: position, .quantity(quantity, parts))
    }

    fileprivate var write: StockWrite? {
        guard let shelf, let quantity = self[2]?.integer, let position = self[3]?.position else { return nil }
        return StockWrite(shelf, quantity, from: position)
    }

    fileprivate var result: StockWriteResult? {
        guard let write else { return nil }
        let text = self[5]?.string ?? ""
        switch self[4]?.string {
        case "applied": return StockWriteResult(write, .applied)
        case "refused": return StockWriteResult(write, .refused(text))
        case "failed": return StockWriteResult(write, .failed(text))
        case "unknown": return StockWriteResult(write, .unknown(text))
        default: return nil
        }
    }
}
