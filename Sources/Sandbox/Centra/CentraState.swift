// The pretend shop as JSON, for tests and people: what is there, without addresses.
import JSON

extension CentraSandbox.State {
    var countersJSON: JSONValue {
        .object([
            "requests": .integer(counters.requests), "throttled": .integer(counters.throttled),
            "unauthorised": .integer(counters.unauthorised), "refusedDocuments": .integer(counters.refusedDocuments),
            "statuses": .object(
                Dictionary(uniqueKeysWithValues: counters.statuses.map { ("\($0.key)", .integer($0.value)) })),
            "asked": .object(counters.asked.mapValues(JSONValue.integer)),
            "executed": .object(counters.executed.mapValues(JSONValue.integer)),
            "faults": .object(faults.counts.mapValues(JSONValue.integer)),
            "deprecatedFields": .object(counters.deprecatedFields.mapValues(JSONValue.integer)),
        ])
    }

    var stateJSON: JSONValue {
        .object([
            "orders": .array(shop.orders.map(\.json)), "shipments": .array(shop.shipments.map(\.json)),
            "returns": .array(shop.returns.filter { !$0.isDeleted }.map(\.json)), "stock": .array(stockJSON),
            "waitingEvents": .integer(shop.events.waiting.count), "counters": countersJSON,
            "quotas": .array(
                quotas.buckets.map { bucket in
                    .object([
                        "kind": .string(bucket.kind.rawValue), "seconds": .integer(bucket.seconds),
                        "quota": .integer(bucket.quota), "remaining": .integer(bucket.remaining),
                    ])
                }),
        ])
    }

    private var stockJSON: [JSONValue] {
        shop.stock.levels.sorted { one, other in
            (one.key.warehouseID, one.key.sizeID) < (other.key.warehouseID, other.key.sizeID)
        }.map { place, level in
            .object([
                "warehouse": .integer(place.warehouseID), "size": .integer(place.sizeID),
                "sku": .string(shop.catalogue.sizes[place.sizeID].map(shop.catalogue.sku) ?? ""),
                "physical": .integer(level.physical), "allocated": .integer(level.allocated),
            ])
        }
    }
}

extension Order {
    fileprivate var json: JSONValue {
        .object([
            "number": .integer(number), "status": .string(status.rawValue), "isOnHold": .bool(isOnHold),
            "isWaitingForPayment": .bool(isWaitingForPayment), "isLocked": .bool(isLocked),
            "externalId": externalId.map(JSONValue.string) ?? .null,
            "lines": .array(
                lines.map { line in
                    .object([
                        "id": .integer(line.id), "size": .integer(line.sizeID), "quantity": .integer(line.quantity),
                        "cancelled": .integer(line.cancelledQuantity), "allocated": .integer(line.allocatedQuantity),
                        "returned": .integer(line.returnedQuantity),
                    ])
                }),
        ])
    }
}

extension Shipment {
    fileprivate var json: JSONValue {
        .object([
            "id": .integer(id), "order": .integer(orderNumber), "isGoodToGo": .bool(isGoodToGo),
            "isPaid": .bool(isPaid),
            "isCaptured": .bool(isCaptured), "isShipped": .bool(isShipped),
            "externalId": externalId.map(JSONValue.string) ?? .null,
            "trackingNumber": trackingNumber.map(JSONValue.string) ?? .null,
            "lines": .array(
                lines.map { line in
                    .object([
                        "id": .integer(line.id), "orderLine": .integer(line.orderLineID),
                        "quantity": .integer(line.quantity),
                    ])
                }),
        ])
    }
}

extension Return {
    fileprivate var json: JSONValue {
        .object([
            "id": .integer(id), "shipment": .integer(shipmentID), "isCompleted": .bool(isCompleted),
            "quantity": .integer(lines.map(\.quantity).reduce(0, +)), "refunds": .integer(refunds.count),
        ])
    }
}
