// The sandbox's inside for tests and people: the switches by name, the state and the counters as JSON.
import JSON

extension PeoplevoxCore {
    static let switchTable = SwitchTable<PeoplevoxCore>([
        .init("passwordMode", \.tenant.passwordMode), .init("zone", \.tenant.zone),
        .init("clockAheadSeconds", \.tenant.clockAheadSeconds),
        .init("dateStyle", \.tenant.style.dates), .init("quotesDates", \.tenant.style.quotesDates),
        .init("statusIsNumber", \.tenant.style.statusIsNumber), .init("isNewer", \.tenant.isNewer),
        .init("unknownItem", \.warehouse.policy.unknownItem),
        .init("cancelWhilePicking", \.warehouse.policy.cancelWhilePicking),
        .init("cancelAfterDespatch", \.warehouse.policy.cancelAfterDespatch),
        .init("lineIdentity", \.warehouse.policy.lineIdentity), .init("overlong", \.warehouse.policy.overlong),
        .init("emptyCellBlanks", \.warehouse.policy.emptyCellBlanks),
        .init("deletesLines", \.warehouse.policy.deletesLines),
        .init("editsWhilePicking", \.warehouse.policy.editsWhilePicking),
        .init("allowsDuplicateBarcodes", \.warehouse.policy.allowsDuplicateBarcodes),
        .init("saveRowLimit", \.warehouse.policy.saveRowLimit), .init("isStrict", \.switches.isStrict),
        .init("requestsPerWindow", \.switches.requestsPerWindow),
        .init("windowMilliseconds", \.switches.windowMilliseconds),
        .init("sessionMilliseconds", \.switches.sessionMilliseconds),
        .init("hasOneSession", \.switches.hasOneSession), .init("lockOutAfter", \.switches.lockOutAfter),
        .init("wholeTableRows", \.switches.wholeTableRows), .init("largestPage", \.switches.largestPage),
        .init("pageDrift", \.switches.pageDrift), .init("driftsInOrder", \.switches.driftsInOrder),
        .init("surplusCount", \.switches.surplusCount), .init("emptyBodyReports", \.switches.emptyBodyReports),
        .init("omitsQuantities", \.switches.omitsQuantities), .init("omitsLineNumbers", \.switches.omitsLineNumbers),
        .init("omitsRefusedStatuses", \.switches.omitsRefusedStatuses),
        .init("reversesStatuses", \.switches.reversesStatuses), .init("queuesImports", \.switches.queuesImports),
        .init("queueMilliseconds", \.switches.queueMilliseconds), .init("usesCRLF", \.switches.usesCRLF),
        .init("usesOtherPrefix", \.switches.usesOtherPrefix),
        .init("refusesUnknownSubscription", \.switches.refusesUnknownSubscription),
        .init("keepsUnknownPlaceholders", \.switches.keepsUnknownPlaceholders),
        .init("replacesInPostURL", \.switches.replacesInPostURL),
        .init("collectionSeparator", \.switches.collectionSeparator),
        .init("sendsCallbacks", \.switches.sendsCallbacks),
        .init("timeoutBeforePercent", \.switches.timeoutBeforePercent),
        .init("timeoutAfterPercent", \.switches.timeoutAfterPercent),
        .init("unavailablePercent", \.switches.unavailablePercent), .init("htmlPercent", \.switches.htmlPercent),
        .init("truncatedPercent", \.switches.truncatedPercent),
        .init("sessionLossPercent", \.switches.sessionLossPercent),
    ])

    var shown: JSONValue {
        .object([
            "switches": PeoplevoxCore.switchTable.show(self), "counters": shownCounters,
            "items": .integer(warehouse.items.count), "sites": .array(warehouse.sites.map { .string($0.reference) }),
            "orders": .object(statuses), "despatches": .array(warehouse.despatches.keys.map(JSONValue.string)),
            "subscriptions": .array(subscriptions.map(\.shown)), "sessions": .integer(sessions.count),
            "violations": .array(violations.suffix(100).map(JSONValue.string)), "queued": .integer(queue.count),
        ])
    }

    /// By order; the first thousand.
    private var statuses: [String: JSONValue] {
        Dictionary(
            warehouse.orders.keys.prefix(1_000).compactMap { number in
                warehouse.orders[number].map { (number, .string($0.status.name)) }
            }, uniquingKeysWith: { first, _ in first })
    }

    var shownCounters: JSONValue {
        .object([
            "requests": .integer(counters.requests),
            "byOperation": .object(counters.byOperation.mapValues { JSONValue.integer($0) }),
            "throttled": .integer(counters.throttled), "mostInWindow": .integer(counters.mostInWindow),
            "faults": .integer(counters.faults), "sessionFailures": .integer(counters.sessionFailures),
            "refusedLogins": .integer(counters.refusedLogins), "incidents": .integer(counters.incidents),
            "rowsSaved": .integer(counters.rowsSaved), "callbacks": .integer(counters.callbacks),
            "violations": .integer(counters.violations),
        ])
    }

    func order(_ told: VerbArguments) throws(ControlMistake) -> JSONValue {
        guard let order = warehouse.orders[try told.text("order")] else {
            throw ControlMistake("there is no such order")
        }
        let despatches = warehouse.despatches.all.filter { $0.salesOrder == order.number }
        return .object([
            "status": .string(order.status.name), "isOnHold": .bool(order.isOnHold), "site": .string(order.site),
            "fields": .object(order.fields.mapValues { JSONValue.string($0) }),
            "lines": .array(order.lines.map(\.shown)), "despatches": .array(despatches.map(\.shown)),
        ])
    }

    func stock(_ told: VerbArguments) throws(ControlMistake) -> JSONValue {
        let place = StockPlace(told.text("site", or: warehouse.defaultSite), try told.text("itemCode"))
        guard let record = warehouse.stock[place] else { throw ControlMistake("there is no such stock") }
        return .object([
            "onHand": .integer(record.onHand), "allocated": .integer(record.allAllocated),
            "available": .integer(record.available),
        ])
    }
}

extension SalesOrder.Line {
    fileprivate var shown: JSONValue {
        .object([
            "itemCode": .string(itemCode), "line": .string(line), "quantity": .integer(quantity),
            "allocated": .integer(allocated), "picked": .integer(picked), "despatched": .integer(despatched),
        ])
    }
}

extension Despatch {
    fileprivate var shown: JSONValue {
        .object([
            "number": .string(number), "tracking": .array(packages.map { .string($0.tracking) }),
            "units": .integer(packages.flatMap(\.lines).reduce(0) { $0 + $1.quantity }),
        ])
    }
}

extension PeoplevoxSubscription {
    fileprivate var shown: JSONValue {
        let parameters: JSONValue = if case .post(let text) = method { .string(text) } else { .null }
        return .object([
            "id": .integer(id), "eventType": .string(kind.rawValue), "url": .string(url), "parameters": parameters,
        ])
    }
}
