// Parts of inputs that several mutations share.
package import Commerce
import JSON

extension JSONValue {
    /// The filter of lists by their last change.
    static func updated(_ since: CentraTime, stores: [Int]) -> JSONValue {
        var filter: [String: JSONValue] = ["updatedAt": ["from": .string(since.description)]]
        if !stores.isEmpty { filter["storeId"] = .array(stores.map(JSONValue.integer)) }
        return .object(filter)
    }

    /// A decimal that JSON does not round.
    static func money(_ money: Money) -> JSONValue {
        let value = money.amount.scale == 0 ? JSONValue.integer(money.amount.coefficient) : .decimal("\(money.amount)")
        return ["value": value, "currencyIsoCode": .string(money.currency)]
    }
}

/// So many units of a line of an order or a shipment.
package struct LineQuantity: Sendable, Hashable {
    package let id: Int
    package let quantity: Int

    package init(_ id: Int, _ quantity: Int) {
        self.id = id
        self.quantity = quantity
    }
}

/// Where the units go that an order or a return gives up.
package enum StockPolicy: Sendable, Hashable {
    case release
    case remove
    /// Into the warehouse of that id.
    case move(Int)

    var json: JSONValue {
        switch self {
        case .release: ["releaseItemsBackToWarehouse": true]
        case .remove: ["removeItemsFromStock": true]
        case .move(let warehouse): ["sendItemsToDifferentWarehouse": ["id": .integer(warehouse)]]
        }
    }

    /// Of servers of early 2024, which could not move.
    var oldSpelling: JSONValue {
        self == .release ? "RELEASE_BACK_TO_WAREHOUSE" : "REMOVE_FROM_STOCK"
    }
}

/// What a shipment carries of an order's shipping cost, handling cost or discount.
package enum CostPolicy: Sendable, Hashable {
    case allRemaining
    case none
    case value(Money)

    var json: JSONValue {
        switch self {
        case .allRemaining: ["allRemaining": true]
        case .none: ["none": true]
        case .value(let money): ["value": .money(money)]
        }
    }
}
