// What the journal keeps of reconciliations: that one began, what it came to, what of it has to wait, that a person agreed to
// what it held back, and what was done then. One that began and has no end was cut off by a restart, and is begun anew.
//
//     began -> kept ... -> ended -> confirmed -> acted (at once) -> acted (all)
import JSON

package enum ReconciliationEntry: Hashable, Sendable {
    /// This record's number is the run's.
    case began(StockReconciliation.Trigger, isDryRun: Bool)
    case ended(StockReconciliation)
    /// A part of what the run that is open found to put right and did not: for want of a person's word, or of a quiet hour.
    case kept(StockCorrections, isHeld: Bool)
    /// What the run held back goes on, by the word of this user.
    case confirmed(run: JournalPosition, user: UInt32)
    /// What the run kept was put right, what is urgent or all of it; or a later run has looked anew.
    case acted(run: JournalPosition, isAll: Bool)

    private static let version = 1
    private static let octetLimit = 8 << 20
    private static let endPrefix = Array(#"{"v":1,"ended""#.utf8)
    private static let keptPrefix = Array(#"{"v":1,"kept""#.utf8)

    /// Whether these octets are a run's end, without reading it: it can be long.
    package static func isEnd(_ octets: some Sequence<UInt8>) -> Bool { octets.starts(with: endPrefix) }

    /// The same for what a run has kept.
    package static func isKept(_ octets: some Sequence<UInt8>) -> Bool { octets.starts(with: keptPrefix) }

    package var encoded: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("v", ReconciliationEntry.version)
            write(&json)
        }
        return json.octets
    }

    /// Nil when the octets are not of this version: a journal of a later Lockstep.
    package init?(_ octets: some Collection<UInt8>) {
        guard let json = try? JSONValue(octets, octetLimit: ReconciliationEntry.octetLimit),
            json["v"]?.integer == ReconciliationEntry.version
        else { return nil }
        if let began = json["began"] {
            guard let isDryRun = began["dry"]?.bool, let trigger = began.trigger else { return nil }
            self = .began(trigger, isDryRun: isDryRun)
        } else if let ended = json["ended"] {
            guard let report = StockReconciliation(ended) else { return nil }
            self = .ended(report)
        } else if let kept = json["kept"] {
            guard let isHeld = kept["held"]?.bool, let corrections = StockCorrections(kept) else { return nil }
            self = .kept(corrections, isHeld: isHeld)
        } else if let acted = json["acted"] {
            guard let run = acted["run"]?.position, let isAll = acted["all"]?.bool else { return nil }
            self = .acted(run: run, isAll: isAll)
        } else {
            guard let confirmed = json["confirmed"], let run = confirmed["run"]?.position,
                let user = confirmed["user"]?.integer.flatMap({ UInt32(exactly: $0) })
            else { return nil }
            self = .confirmed(run: run, user: user)
        }
    }

    private func write(_ json: inout JSONWriter) {
        switch self {
        case .began(let trigger, let isDryRun):
            json.object("began") { json in
                json.field("dry", isDryRun)
                trigger.write(&json)
            }
        case .ended(let report): json.object("ended") { report.write(&$0) }
        case .kept(let corrections, let isHeld):
            json.object("kept") { json in
                json.field("held", isHeld)
                corrections.write(&json)
            }
        case .acted(let run, let isAll):
            json.object("acted") { json in
                json.field("run", run)
                json.field("all", isAll)
            }
        case .confirmed(let run, let user):
            json.object("confirmed") { json in
                json.field("run", run)
                json.field("user", Int(user))
            }
        }
    }
}

extension ReconciliationEntry: CustomStringConvertible {
    package var description: String {
        switch self {
        case .began(let trigger, let isDryRun):
            "reconciles stock, asked by \(trigger)" + (isDryRun ? ", looking only" : "")
        case .ended(let report):
            "reconciled stock in run \(report.run): \(report.verdict), \(report.agreed) of \(report.compared) agree"
        case .kept(let corrections, let isHeld):
            "keeps \(corrections.skus == 1 ? "1 SKU" : "\(corrections.skus) SKUs") for "
                + (isHeld ? "somebody's word" : "a quiet hour")
        case .acted(let run, let isAll):
            "nothing" + (isAll ? "" : " urgent") + " waits any more of what run \(run) kept"
        case .confirmed(let run, let user): "run \(run) goes on, by user \(user)"
        }
    }
}

extension StockReconciliation.Trigger: CustomStringConvertible {
    package var description: String {
        switch self {
        case .schedule: "the schedule"
        case .user(let user): "user \(user)"
        }
    }

    fileprivate func write(_ json: inout JSONWriter) {
        if case .user(let user) = self { json.field("user", Int(user)) }
    }
}

// MARK: The report

extension StockReconciliation {
    fileprivate func write(_ json: inout JSONWriter) {
        json.field("run", run)
        json.field("dry", isDryRun)
        trigger.write(&json)
        json.array("times") { json in for time in [began, ended] { json.value(time) } }
        warehouse.write("warehouse", &json)
        shop.write("shop", &json)
        json.field("basis", basis.rawValue)
        json.array("figures") { json in
            for figure in [compared, agreed, notCompared, missed, heard, corrected, deferred] { json.value(figure) }
        }
        json.object("counts") { json in
            for explanation in StockDifference.Explanation.allCases {
                if let count = counts[explanation] { json.field(explanation.rawValue, count) }
            }
        }
        json.array("otherSites") { json in
            for one in otherSites {
                json.array { json in
                    json.value(one.site)
                    for figure in [one.skus, one.pieces] { json.value(figure) }
                }
            }
        }
        if !gone.isEmpty { json.array("gone") { json in for sku in gone { json.value(sku) } } }
        if incompleteRuns > 0 { json.field("incompleteRuns", incompleteRuns) }
        if let silence { json.field("silence", silence) }
        correction.write(&json)
        json.array("rows") { json in for row in rows { row.write(&json) } }
    }

    fileprivate init?(_ json: JSONValue) {
        guard let run = json["run"]?.position, let isDryRun = json["dry"]?.bool, let trigger = json.trigger,
            let times = json["times"]?.times, times.count == 2, let warehouse = json["warehouse"].flatMap(Side.init),
            let shop = json["shop"].flatMap(Side.init),
            let basis = json["basis"]?.string.flatMap(ShopReading.Basis.init(rawValue:)),
            let figures = json["figures"]?.array?.compactMap(\.integer), figures.count == 7,
            let correction = Correction(json), let rows = json["rows"]?.array
        else { return nil }
        self.init(run: run, trigger: trigger, isDryRun: isDryRun, began: times[0])
        ended = times[1]
        (self.warehouse, self.shop, self.basis, self.correction) = (warehouse, shop, basis, correction)
        (compared, agreed, notCompared, missed) = (figures[0], figures[1], figures[2], figures[3])
        (heard, corrected, deferred) = (figures[4], figures[5], figures[6])
        for explanation in StockDifference.Explanation.allCases {
            counts[explanation] = json["counts"]?[explanation.rawValue]?.integer
        }
        otherSites = (json["otherSites"]?.array ?? []).compactMap(OtherSite.init)
        gone = json["gone"]?.texts ?? []
        incompleteRuns = json["incompleteRuns"]?.integer ?? 0
        silence = json["silence"]?.string
        self.rows = rows.compactMap(StockDifference.init)
        guard self.rows.count == rows.count else { return nil }
    }
}

extension StockReconciliation.Side {
    fileprivate func write(_ name: String, _ json: inout JSONWriter) {
        json.object(name) { json in
            json.field("skus", skus)
            json.field("calls", calls)
            json.field("complete", isComplete)
            if let trouble { json.field("trouble", trouble) }
        }
    }

    fileprivate init?(_ json: JSONValue) {
        guard let skus = json["skus"]?.integer, let calls = json["calls"]?.integer,
            let isComplete = json["complete"]?.bool
        else { return nil }
        (self.skus, self.calls, self.isComplete, trouble) = (skus, calls, isComplete, json["trouble"]?.string)
    }
}

extension StockReconciliation.OtherSite {
    fileprivate init?(_ json: JSONValue) {
        guard let row = json.array, row.count == 3, let site = row[0].string, let skus = row[1].integer,
            let pieces = row[2].integer
        else { return nil }
        self.init(site, skus: skus, pieces: pieces)
    }
}

extension StockReconciliation.Correction {
    fileprivate func write(_ json: inout JSONWriter) {
        switch self {
        case .none: break
        case .woken: json.field("correction", "woken")
        case .partly: json.field("correction", "partly")
        case .held(let reason): json.field("held", reason)
        }
    }

    fileprivate init?(_ json: JSONValue) {
        if let reason = json["held"]?.string {
            self = .held(reason)
        } else {
            switch json["correction"]?.string {
            case nil: self = .none
            case "woken": self = .woken
            case "partly": self = .partly
            default: return nil
            }
        }
    }
}

extension StockDifference {
    fileprivate func write(_ json: inout JSONWriter) {
        json.array { json in
            json.value(sku)
            json.value(warehouse)
            json.value(explanation.rawValue)
            for figure in [should, shows, believed] {
                json.value(figure?.quantity)
                json.value(figure?.time)
            }
            json.value(detail)
        }
    }

    fileprivate init?(_ json: JSONValue) {
        guard let row = json.array, row.count == 10, let sku = row[0].string,
            let explanation = row[2].string.flatMap(Explanation.init(rawValue:)), let detail = row[9].string
        else { return nil }
        self.init(
            sku, row[1].integer, explanation, should: Figure(row[3], row[4]), shows: Figure(row[5], row[6]),
            believed: Figure(row[7], row[8]), detail: detail)
    }
}

extension StockDifference.Figure {
    fileprivate init?(_ quantity: JSONValue, _ time: JSONValue) {
        guard let quantity = quantity.integer, let time = time.integer else { return nil }
        self.init(quantity, at: Int64(time))
    }
}

extension JSONValue {
    fileprivate var times: [Int64]? { array?.compactMap { $0.integer.map { Int64($0) } } }

    /// Nil for a user that is none.
    fileprivate var trigger: StockReconciliation.Trigger? {
        guard let user = self["user"] else { return .schedule }
        return user.integer.flatMap { UInt32(exactly: $0) }.map { .user($0) }
    }
}
