// What can be done: `Mutation` of the schema. What the shop refuses is told in `userErrors`, with 200 (§2.2).
import JSON

struct MutationRoot: GraphQLObject {
    let shop: Shop
    let integration: String
    let typeName = "Mutation"

    func resolve(_ field: String, _ arguments: Arguments) -> Resolved {
        do throws(Complaint) {
            if let payload = try perform(field, arguments) { return .object(payload) }
            return .object(system(field, arguments))
        } catch {
            return .object(MutationRoot.refusal(field, error))
        }
    }

    private func perform(_ field: String, _ arguments: Arguments) throws(Complaint) -> Record? {
        if let payload = try changeOrder(field, arguments) { return payload }
        if let payload = try changeShipment(field, arguments) { return payload }
        if let payload = try changeReturn(field, arguments) { return payload }
        return try changeStock(field, arguments)
    }

    private func order(_ type: String, _ number: Int, warnings: [Complaint] = []) -> Record {
        .payload(type, ["order": .object(OrderView.of(number, shop))], warnings: warnings)
    }

    private func changeOrder(_ field: String, _ arguments: Arguments) throws(Complaint) -> Record? {
        let input = arguments.object("input")
        switch field {
        case "confirmOrder": return order("OrderConfirmPayload", try shop.confirm(input))
        case "setOrdersLock":
            let numbers = try shop.lock(input)
            return .payload("OrdersLockPayload", ["orders": .objects(numbers.compactMap { OrderView.of($0, shop) })])
        case "updateDirectToConsumerOrder":
            let number = try shop.update(arguments.object("order"), input, isWholesale: false)
            return order("DirectToConsumerOrderUpdatePayload", number)
        case "updateWholesaleOrder":
            let number = try shop.update(arguments.object("order"), input, isWholesale: true)
            return order("WholesaleOrderUpdatePayload", number)
        case "cancelDirectToConsumerOrder": return try cancel(arguments, "DirectToConsumerOrderCancelPayload", false)
        case "cancelWholesaleOrder": return try cancel(arguments, "WholesaleOrderCancelPayload", true)
        case "allocateOrder":
            let (number, warnings) = try shop.allocateOrder(input)
            return order("OrderAllocatePayload", number, warnings: warnings)
        case "unallocateOrder":
            let (number, warnings) = try shop.unallocateOrder(input)
            return order("OrderUnallocatePayload", number, warnings: warnings)
        case "captureOrder":
            return paid("OrderCapturePayload", "order", try shop.captureOrder(arguments.object("order"))) {
                OrderView.of($0, shop)
            }
        case "releaseRemainingOrderAuthorization":
            let captured = try shop.releaseAuthorization(arguments.object("order"))
            return paid("ReleaseRemainingOrderAuthorizationPayload", "order", captured) { OrderView.of($0, shop) }
        default: return nil
        }
    }

    private func cancel(_ arguments: Arguments, _ type: String, _ isWholesale: Bool) throws(Complaint) -> Record {
        let done = try shop.cancelOrder(
            id: arguments.string("id") ?? "", arguments.object("input"), isWholesale: isWholesale)
        return .payload(
            type,
            [
                "order": .object(OrderView.of(done.number, shop)),
                "paymentHistoryEntry": .object(done.payment.map { PaymentView(shop: shop, payment: $0) }),
            ], warnings: done.warnings)
    }

    private func paid(
        _ type: String, _ name: String, _ captured: Shop.Captured, _ view: (Int) -> (any GraphQLObject)?
    ) -> Record {
        .payload(
            type,
            [
                name: .object(view(captured.id)),
                "paymentHistoryEntry": .object(captured.payment.map { PaymentView(shop: shop, payment: $0) }),
            ], errors: captured.errors)
    }

    private func changeShipment(_ field: String, _ arguments: Arguments) throws(Complaint) -> Record? {
        let input = arguments.object("input")
        let id = arguments.integer("id")
        switch field {
        case "createShipment":
            let created = try shop.createShipment(input)
            return .payload(
                "ShipmentCreatePayload", ["shipment": .object(ShipmentView.of(created.id, shop))],
                warnings: created.warnings)
        case "updateShipment":
            return .payload(
                "ShipmentUpdatePayload",
                ["shipment": .object(ShipmentView.of(try shop.updateShipment(id, input), shop))])
        case "captureShipment":
            return paid("ShipmentCapturePayload", "shipment", try shop.captureShipment(id)) {
                ShipmentView.of($0, shop)
            }
        case "completeShipment":
            return .payload(
                "ShipmentCompletePayload",
                ["shipment": .object(ShipmentView.of(try shop.completeShipment(id, input), shop))])
        default: return nil
        }
    }

    private func changeReturn(_ field: String, _ arguments: Arguments) throws(Complaint) -> Record? {
        let id = arguments.integer("id") ?? 0
        switch field {
        case "createReturn": return returned("ReturnCreatePayload", try shop.createReturn(arguments.object("input")))
        case "completeReturn": return returned("ReturnCompletePayload", try shop.completeReturn(id))
        case "uncompleteReturn": return returned("ReturnUncompletePayload", try shop.uncompleteReturn(id))
        case "deleteReturn":
            let deleted = try shop.deleteReturn(id)
            return .payload("ReturnDeletePayload", ["return": .object(ReturnView(shop: shop, one: deleted))])
        case "refundReturn":
            let captured = try shop.refundReturn(id)
            let view = captured.payment.map { PaymentView(shop: shop, payment: $0) }
            return .payload(
                "ReturnRefundPayload",
                [
                    "return": .object(ReturnView.of(id, shop)), "paymentHistoryEntry": .object(view),
                    "paymentHistoryEntries": .objects([view].compactMap(\.self)),
                ], errors: captured.errors)
        default: return nil
        }
    }

    private func returned(_ type: String, _ id: Int) -> Record {
        .payload(type, ["return": .object(ReturnView.of(id, shop))])
    }

    private func changeStock(_ field: String, _ arguments: Arguments) throws(Complaint) -> Record? {
        let input = arguments.object("input")
        func changes(_ ids: [Int]) -> [Record] {
            ids.map { Record("StockChange", ["id": .integer($0), "lines": .list([])]) }
        }
        switch field {
        case "setStock":
            let outcome = try shop.setStock(input)
            return .payload(
                "StockSetPayload", ["stockChanges": .objects(changes(outcome.changeIDs))], errors: outcome.errors,
                warnings: outcome.warnings)
        case "changeStock":
            let outcome = try shop.changeStock(input)
            return .payload(
                "StockChangePayload", ["stockChange": .object(changes(outcome.changeIDs).first)],
                errors: outcome.errors, warnings: outcome.warnings)
        case "createWarehouse":
            let warehouse = shop.createWarehouse(input)
            return .payload("WarehouseCreatePayload", ["warehouse": .object(WarehouseView(warehouse: warehouse))])
        default: return nil
        }
    }

    /// What cannot be null in a payload is empty.
    private static func refusal(_ field: String, _ complaint: Complaint) -> Record {
        let lists: [String: Resolved] = ["stockChanges": .list([]), "paymentHistoryEntries": .list([])]
        return .payload(payloadType(field), lists, errors: [complaint])
    }

    private static func payloadType(_ field: String) -> String {
        payloadTypes[field] ?? "Payload"
    }

    private static let payloadTypes = [
        "confirmOrder": "OrderConfirmPayload", "setOrdersLock": "OrdersLockPayload",
        "updateDirectToConsumerOrder": "DirectToConsumerOrderUpdatePayload",
        "updateWholesaleOrder": "WholesaleOrderUpdatePayload",
        "cancelDirectToConsumerOrder": "DirectToConsumerOrderCancelPayload",
        "cancelWholesaleOrder": "WholesaleOrderCancelPayload", "allocateOrder": "OrderAllocatePayload",
        "unallocateOrder": "OrderUnallocatePayload", "captureOrder": "OrderCapturePayload",
        "releaseRemainingOrderAuthorization": "ReleaseRemainingOrderAuthorizationPayload",
        "createShipment": "ShipmentCreatePayload", "updateShipment": "ShipmentUpdatePayload",
        "captureShipment": "ShipmentCapturePayload", "completeShipment": "ShipmentCompletePayload",
        "setStock": "StockSetPayload", "changeStock": "StockChangePayload", "createWarehouse": "WarehouseCreatePayload",
        "createReturn": "ReturnCreatePayload", "completeReturn": "ReturnCompletePayload",
        "uncompleteReturn": "ReturnUncompletePayload", "deleteReturn": "ReturnDeletePayload",
        "refundReturn": "ReturnRefundPayload",
    ]
}

// Listeners, events, conversions: these complain in warnings at most.
extension MutationRoot {
    private func system(_ field: String, _ arguments: Arguments) -> Record {
        switch field {
        case "setEventListeners": listen(arguments)
        case "unsetEventListeners": stopListening(arguments)
        case "confirmEvents":
            .payload(
                "ConfirmEventsPayload", [:], warnings: confirm(arguments.object("input")?.integers("eventsIds") ?? []))
        case "setIdConversions": setConversions(arguments)
        case "unsetIdConversions": unsetConversions(arguments)
        default: .payload("Payload", [:])
        }
    }

    private func listen(_ arguments: Arguments) -> Record {
        let inputs = arguments.objects("input") ?? []
        for input in inputs {
            shop.events.listen(integration, input.string("objectType") ?? "", input.changes, at: shop.now)
        }
        let mine = shop.events.listeners.filter { listener in
            listener.integration == integration && inputs.contains { $0.string("objectType") == listener.objectType }
        }
        return .payload("EventListenersPayload", ["eventListeners": .objects(mine.map { $0.view(shop) })])
    }

    private func stopListening(_ arguments: Arguments) -> Record {
        var left: [EventListener] = []
        for input in arguments.objects("input") ?? [] {
            let type = input.string("objectType") ?? ""
            if let rest = shop.events.stopListening(integration, type, input.changes, at: shop.now) {
                left.append(rest)
            }
        }
        return .payload("EventListenersPayload", ["eventListeners": .objects(left.map { $0.view(shop) })])
    }

    private func confirm(_ ids: [Int]) -> [Complaint] {
        let unknown = Set(shop.events.confirm(ids, for: integration))
        return ids.enumerated().filter { unknown.contains($0.element) }.map { index, id in
            Complaint("Could not find Event with ID \(id)", "input", "eventsIds", "\(index)")
        }
    }

    private func setConversions(_ arguments: Arguments) -> Record {
        var entries: [IDConversions.Entry] = []
        var errors: [Complaint] = []
        for (index, input) in (arguments.objects("input") ?? []).enumerated() {
            let externalID = input.string("externalId") ?? ""
            guard externalID.count <= 255 else {
                errors.append(Complaint("External ID is too long", "input", "\(index)", "externalId"))
                continue
            }
            entries.append(
                shop.conversions.set(
                    input.string("objectType") ?? "", internalID: input.integer("internalId") ?? 0,
                    externalID: externalID))
        }
        return .payload(
            "IdConversionsSetPayload", ["entries": .objects(entries.map { $0.view(integration) })], errors: errors)
    }

    private func unsetConversions(_ arguments: Arguments) -> Record {
        var warnings: [Complaint] = []
        for (index, input) in (arguments.objects("input") ?? []).enumerated() {
            let meant = input.object("idConversion")
            let isThere = shop.conversions.unset(input.string("objectType") ?? "") { entry in
                entry.id == meant?.integer("id") || entry.internalID == meant?.integer("internalId")
                    || entry.externalID == meant?.string("externalId")
            }
            if !isThere { warnings.append(Complaint("Could not find IdConversion", "input", "\(index)")) }
        }
        return .payload("IdConversionsUnsetPayload", [:], warnings: warnings)
    }
}

extension Arguments {
    fileprivate var changes: [ChangeType] { (strings("changeTypes") ?? []).compactMap(ChangeType.init) }
}

extension Shop {
    fileprivate func createWarehouse(_ input: Arguments?) -> Warehouse {
        var warehouse = Warehouse(id: nextID("Warehouse", from: 22), name: input?.string("name") ?? "")
        warehouse.isHidden = input?.bool("hideFromStockView") ?? false
        warehouse.threshold = input?.integer("threshold") ?? 0
        warehouse.stockMaster = input?.string("stockMasterPolicy") ?? "CENTRA"
        warehouse.stockOwnership = input?.string("stockOwnershipPolicy") ?? "OWN"
        warehouse.allocationPolicy = input?.string("allocationPolicy") ?? "DIRECT"
        let country = input?.object("warehouseLocation")?.object("country")
        let meant = Countries.all.first { $0.id == country?.integer("id") || $0.code == country?.string("code") }
        warehouse.countryCode = meant?.code ?? "SE"
        let next = input?.object("beforeWarehouse")?.integer("id")
        let place = warehouses.firstIndex { $0.id == next } ?? warehouses.count
        warehouses.insert(warehouse, at: place)
        note(.warehouse, .created, reference: warehouse.id, store: nil)
        return warehouse
    }
}
