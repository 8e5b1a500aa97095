// What can be done to the pretend shop from outside its API: `/control/centra/<verb>`.
//
//     switches       {"unknownSize": "skip"}                          {} shows them
//     fail           {"kind": "timeoutAfter", "operation": "createShipment", "times": 1, "milliseconds": 3000}
//     token          {"token": "t", "integration": "i", "permissions": ["Order:read"], "expiresInSeconds": 60}
//     place-order    {"lines": [{"sku": "UM1001REDS", "quantity": 1}], "status": "PENDING", "isOnHold": true, ...}
//     edit-order     {"order": 10005, "isOnHold": false, "isWaitingForPayment": false, "touch": true}
//     outcomes       {"order": 10003, "outcomes": ["failure", "success"]}      of the next captures and refunds
//     settle         {"shipment": 708, "outcome": "failure"}                   a capture that was pending
//     stock          {"warehouse": 3, "sku": "UM1001REDS", "physical": 10}
//     stock-log      {"after": 120}                 what the API set since the entry with this number, from 0
//     add-sku        {"sku": "K1", "warehouse": 3, "physical": 10}
//     touch-size     {"sku": "UM1001REDS"}
//     number-size    {"size": 5, "number": "XL"}     its SKU ends with that now
//     spend          {"requests": 10, "mutations": 5, "complexity": 1000}      what others of the customer use
//     generate       {"products": 1000, "orders": 1000, "seed": 1}
package import JSON
import Synchronization

extension CentraSandbox {
    package func act(_ verb: String, _ arguments: JSONValue) throws(ControlMistake) -> JSONValue {
        let result: Result<JSONValue, ControlMistake> = guarded.withLock { state in
            do throws(ControlMistake) {
                return .success(try state.act(verb, arguments))
            } catch { return .failure(error) }
        }
        turn()
        return try result.get()
    }

    package func counters() -> JSONValue { guarded.withLock { $0.countersJSON } }

    package func state() -> JSONValue { guarded.withLock { $0.stateJSON } }

    /// For tests and programs in the same process: change the switches.
    package func set(_ body: (inout CentraSwitches) -> Void) {
        var switches = guarded.withLock { $0.shop.switches }
        body(&switches)
        let changed = switches
        guarded.withLock { $0.take(changed) }
    }
}

extension CentraSandbox.State {
    fileprivate mutating func take(_ switches: CentraSwitches) {
        let old = shop.switches
        shop.switches = switches
        if old.spellings != switches.spellings { forgetSchema() }
        if old.quotas != switches.quotas { quotas.set(switches.quotas, now: shop.now) }
    }

    fileprivate mutating func act(_ verb: String, _ arguments: JSONValue) throws(ControlMistake) -> JSONValue {
        switch verb {
        case "switches":
            var switches = shop.switches
            try CentraSwitches.table.set(&switches, arguments)
            take(switches)
            return CentraSwitches.table.show(switches)
        case "fail": return try fail(arguments)
        case "token": return try addToken(arguments)
        case "place-order": return .object(["number": .integer(try shop.place(arguments))])
        case "edit-order": return try editOrder(arguments)
        case "outcomes": return try planOutcomes(arguments)
        case "settle": return try settle(arguments)
        case "stock": return try setStock(arguments)
        case "stock-log": return shop.stockLogJSON(after: arguments["after"]?.integer ?? 0)
        case "add-sku": return try addSKU(arguments)
        case "touch-size": return try touchSize(arguments)
        case "number-size": return try renumber(arguments)
        case "spend": return spend(arguments)
        case "generate": return try generate(arguments)
        default: throw ControlMistake("there is no verb \(verb)")
        }
    }

    private mutating func fail(_ arguments: JSONValue) throws(ControlMistake) -> JSONValue {
        guard let kind = arguments["kind"]?.string.flatMap(FaultKind.init) else {
            throw ControlMistake("kind is one of \(FaultKind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        faults.planned.append(
            PlannedFault(
                kind: kind, operation: arguments["operation"]?.string, times: arguments["times"]?.integer ?? 1,
                milliseconds: arguments["milliseconds"]?.integer ?? 3_000))
        return .object(["planned": .integer(faults.planned.count)])
    }

    private mutating func addToken(_ arguments: JSONValue) throws(ControlMistake) -> JSONValue {
        guard let token = arguments["token"]?.string else { throw ControlMistake("token is lacking") }
        let permissions = arguments["permissions"]?.array.map { Set($0.compactMap(\.string)) }
        let expiry = arguments["expiresInSeconds"]?.integer
        tokens[token] = CentraSandbox.Token(
            integration: arguments["integration"]?.string ?? CentraSandbox.integration, permissions: permissions,
            expiresAt: expiry.map { shop.now + Moment(clamping: $0) * 1_000_000 })
        return .object(["tokens": .integer(tokens.count)])
    }

    private func editOrder(_ arguments: JSONValue) throws(ControlMistake) -> JSONValue {
        guard let number = arguments["order"]?.integer, shop.order(number) != nil else {
            throw ControlMistake("order is not known")
        }
        shop.change(number) { order in
            if let isOnHold = arguments["isOnHold"]?.bool { order.isOnHold = isOnHold }
            if let isWaiting = arguments["isWaitingForPayment"]?.bool { order.isWaitingForPayment = isWaiting }
            if let address = arguments["address1"]?.string { order.shippingAddress.address1 = address }
        }
        return .object(["number": .integer(number)])
    }

    private func planOutcomes(_ arguments: JSONValue) throws(ControlMistake) -> JSONValue {
        let words = arguments["outcomes"]?.array ?? []
        let outcomes = words.compactMap { $0.string.flatMap(CaptureOutcome.init) }
        guard let number = arguments["order"]?.integer, outcomes.count == words.count else {
            throw ControlMistake("order and outcomes (success, failure, pending) are needed")
        }
        shop.outcomes[number] = outcomes
        return .object(["planned": .integer(outcomes.count)])
    }

    private func settle(_ arguments: JSONValue) throws(ControlMistake) -> JSONValue {
        guard let id = arguments["shipment"]?.integer, let shipment = shop.shipment(id) else {
            throw ControlMistake("shipment is not known")
        }
        shop.settle(shipment, arguments["outcome"]?.string.flatMap(CaptureOutcome.init))
        return .object(["isCaptured": .bool(shop.shipment(id)?.isCaptured ?? false)])
    }

    private func setStock(_ arguments: JSONValue) throws(ControlMistake) -> JSONValue {
        guard let sku = arguments["sku"]?.string, let sizeID = shop.catalogue.sizes(sku: sku).first,
            let physical = arguments["physical"]?.integer
        else { throw ControlMistake("sku and physical are needed") }
        shop.stock.set(arguments["warehouse"]?.integer ?? 3, sizeID, physical: physical)
        return .object(["size": .integer(sizeID)])
    }

    private func addSKU(_ arguments: JSONValue) throws(ControlMistake) -> JSONValue {
        guard let sku = arguments["sku"]?.string else { throw ControlMistake("sku is lacking") }
        let sizeID = shop.add(sku: sku)
        if let physical = arguments["physical"]?.integer {
            shop.stock.set(arguments["warehouse"]?.integer ?? 3, sizeID, physical: physical)
        }
        return .object(["size": .integer(sizeID)])
    }

    private func touchSize(_ arguments: JSONValue) throws(ControlMistake) -> JSONValue {
        guard let sku = arguments["sku"]?.string, let sizeID = shop.catalogue.sizes(sku: sku).first else {
            throw ControlMistake("sku is not known")
        }
        shop.catalogue.touch(size: sizeID, at: shop.now)
        shop.note(.size, .updated, reference: sizeID, store: nil)
        return .object(["size": .integer(sizeID)])
    }

    private func renumber(_ arguments: JSONValue) throws(ControlMistake) -> JSONValue {
        guard let sizeID = arguments["size"]?.integer, shop.catalogue.sizes[sizeID] != nil else {
            throw ControlMistake("size is not known")
        }
        guard let number = arguments["number"]?.string else { throw ControlMistake("number is lacking") }
        shop.catalogue.renumber(size: sizeID, number, at: shop.now)
        shop.note(.size, .updated, reference: sizeID, store: nil)
        return .object(["size": .integer(sizeID)])
    }

    private mutating func spend(_ arguments: JSONValue) -> JSONValue {
        quotas.flow(shop.now)
        quotas.take([
            .requests: arguments["requests"]?.integer ?? 0, .mutations: arguments["mutations"]?.integer ?? 0,
            .complexity: arguments["complexity"]?.integer ?? 0,
        ])
        return .array(quotas.buckets.map { .integer($0.remaining) })
    }

    private func generate(_ arguments: JSONValue) throws(ControlMistake) -> JSONValue {
        let (products, orders) = (arguments["products"]?.integer ?? 0, arguments["orders"]?.integer ?? 0)
        guard (0...100_000).contains(products), (0...100_000).contains(orders) else {
            throw ControlMistake("at most a hundred thousand")
        }
        shop.generate(products: products, orders: orders, seed: UInt64(clamping: arguments["seed"]?.integer ?? 1))
        return .object([
            "orders": .integer(shop.orders.count), "sizes": .integer(shop.catalogue.sizeIDs.count),
        ])
    }
}
