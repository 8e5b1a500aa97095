// What only the pretend shop itself can tell: its refusals, its arithmetic over any course of events, and that it can be had
// again.
import JSON
import Outbound
import Testing

@testable import Sandbox

private struct Refusal: Sendable, CustomTestStringConvertible {
    let mutation: String
    let message: String

    var testDescription: String { mutation }
}

private let selection = "{ userErrors { message path } userWarnings { message path } }"

private let refusals = [
    Refusal(mutation: "confirmOrder(input: {order: {number: 1}})", message: "Could not find Order with number 1"),
    Refusal(mutation: "confirmOrder(input: {order: {id: \"x\"}})", message: "Could not find Order with ID x"),
    Refusal(mutation: "confirmOrder(input: {order: {number: 10003}})", message: "Only pending orders can be confirmed"),
    Refusal(
        mutation: "createShipment(input: {order: {number: 10001}, lines: [{orderLine: {id: 50001}, quantity: 1}]})",
        message: "Order 10001 is not confirmed"),
    Refusal(mutation: "createShipment(input: {order: {number: 10003}})", message: "A shipment needs lines"),
    Refusal(
        mutation: "createShipment(input: {order: {number: 10003}, lines: [{orderLine: {id: 50001}, quantity: 1}]})",
        message: "Could not find OrderLine with ID 50001"),
    Refusal(
        mutation: "createShipment(input: {order: {number: 10003}, lines: [{orderLine: {id: 50006}, quantity: 0}]})",
        message: "Quantity must be greater than zero"),
    Refusal(
        mutation:
            "createShipment(input: {order: {number: 10003}, lines: [{orderLine: {id: 50006}, quantity: 1}, {orderLine: {id: 50006}, quantity: 1}]})",
        message: "Quantity 1 of order line 50006 exceeds the quantity left to ship (0)"),
    Refusal(
        mutation:
            "createShipment(input: {order: {number: 10003}, shippedAt: \"2030-01-01\", lines: [{orderLine: {id: 50006}, quantity: 1}]})",
        message: "shippedAt cannot be in the future"),
    Refusal(
        mutation:
            "createShipment(input: {order: {number: 10003}, shippingCostPolicy: {value: {value: 50}}, lines: [{orderLine: {id: 50006}, quantity: 1}]})",
        message: "Cost exceeds what remains of the order"),
    Refusal(mutation: "completeShipment(id: 1, input: {})", message: "Could not find Shipment with ID 1"),
    Refusal(
        mutation: "completeShipment(id: 707, input: {})", message: "Shipment must be paid before it can be completed"),
    Refusal(
        mutation: "updateShipment(id: 701, input: {isGoodToGo: false})",
        message: "A completed shipment cannot be changed"),
    Refusal(mutation: "captureShipment(id: 706)", message: "Shipment is already captured"),
    Refusal(mutation: "captureOrder(order: {number: 10001})", message: "Order 10001 cannot be captured"),
    Refusal(
        mutation:
            "cancelDirectToConsumerOrder(id: \"f5c9d198b3ad7cce3057f3fafc6c670f\", input: {emailOptions: {sendEmail: false}, stockAction: {releaseItemsBackToWarehouse: true}})",
        message: "Completed orders cannot be cancelled"),
    Refusal(
        mutation:
            "cancelDirectToConsumerOrder(id: \"8ca65ac71567722f08db1d8ba6ece4b7\", input: {emailOptions: {sendEmail: false}, stockAction: {releaseItemsBackToWarehouse: true}})",
        message: "Orders with shipments or captures cannot be cancelled"),
    Refusal(
        mutation: "updateDirectToConsumerOrder(order: {number: 10003}, input: {shippingCost: {value: 60}})",
        message: "Shipping cost can only be lowered"),
    Refusal(
        mutation: "updateDirectToConsumerOrder(order: {number: 10002}, input: {shippingCost: {value: 0}})",
        message: "Shipping cost can be changed in confirmed orders only"),
    Refusal(
        mutation:
            "updateDirectToConsumerOrder(order: {number: 10002}, input: {cancelLines: [{line: {id: 50005}, quantity: 1, stockActionPolicy: {removeItemsFromStock: true}}]})",
        message: "Quantity to cancel exceeds the unshipped quantity of line 50005"),
    Refusal(
        mutation:
            "createReturn(input: {shipment: {id: 706}, lines: [{shipmentLine: {id: 805}, quantity: 1}], returnStockActionPolicy: {removeItemsFromStock: true}})",
        message: "Shipment is not completed"),
    Refusal(
        mutation:
            "createReturn(input: {shipment: {id: 701}, lines: [], returnStockActionPolicy: {removeItemsFromStock: true}})",
        message: "A return needs lines"),
    Refusal(
        mutation:
            "createReturn(input: {shipment: {id: 701}, lines: [{shipmentLine: {id: 801}, quantity: 3}], returnStockActionPolicy: {removeItemsFromStock: true}})",
        message: "Quantity 3 of shipment line 801 exceeds the quantity left to return (2)"),
    Refusal(mutation: "deleteReturn(id: 316)", message: "A refunded return cannot be deleted"),
    Refusal(
        mutation: "setStock(input: {warehouse: {id: 4}, description: \"d\", stockQuantityType: PHYSICAL})",
        message: "Could not find Warehouse with ID 4"),
    Refusal(
        mutation:
            "setStock(input: {warehouse: {externalId: \"PrimarySite\"}, description: \"d\", stockQuantityType: PHYSICAL, productSizes: [{productSize: {SKU: \"NO\"}, quantity: 1}]})",
        message: "Could not find ProductSize with SKU NO"),
    Refusal(
        mutation:
            "setStock(input: {warehouse: {id: 3}, description: \"d\", stockQuantityType: PHYSICAL, productSizes: [{productSize: {id: 301}, quantity: -1}]})",
        message: "Quantity must be greater than or equal to zero"),
    Refusal(
        mutation:
            "setStock(input: {warehouse: {id: 3}, description: \"d\", stockQuantityType: PHYSICAL, productVariants: [{productVariant: {id: 201}, sizeStockLevels: [{size: {name: \"XXL\"}, quantity: 1}]}]})",
        message: "Could not find Size"),
    Refusal(mutation: "changeStock(input: {description: \"d\"})", message: "A warehouse is lacking"),
    Refusal(
        mutation:
            "changeStock(input: {outFromWarehouse: {id: 3}, description: \"d\", productSizes: [{productSize: {SKU: \"UM1001REDS\"}, deliveredQuantity: 12}]})",
        message: "Not enough free stock"),
]

@Test(arguments: refusals)
private func theShopRefuses(_ example: Refusal) throws {
    let fixture = ShopFixture()
    let before = fixture.sandbox.state()
    #expect(try fixture.refusals("\(example.mutation) \(selection)") == [example.message])
    let after = fixture.sandbox.state()
    for part in ["orders", "shipments", "returns", "stock"] { #expect(before[part] == after[part]) }
}

@Test
func stockMovesByDeltasAndTransfers() throws {
    let fixture = ShopFixture()
    let moves = [
        "intoWarehouse: {id: 3}", "outFromWarehouse: {id: 3}", "outFromWarehouse: {id: 3}, intoWarehouse: {id: 9}",
    ]
    for move in moves {
        let change = """
            changeStock(input: {\(move), description: "d", \
            productSizes: [{productSize: {EAN: "2000000003023"}, deliveredQuantity: 4}]})
            """
        let refused = try fixture.refusals("\(change) \(selection)")
        #expect(refused.isEmpty)
    }
    let stocks = try fixture.data("{ stocks(where: {productSizeId: 302}) { warehouse { id } physicalQuantity } }")
    #expect(
        stocks.text
            == #"{"stocks":[{"physicalQuantity":18,"warehouse":{"id":3}},{"physicalQuantity":4,"warehouse":{"id":9}}]}"#
    )
}

/// Whatever is done to it, in any order: nothing is promised twice, nothing is shipped twice, nothing comes from nowhere.
@Test(arguments: UInt64(1)...25)
func theBooksBalance(seed: UInt64) throws {
    let fixture = ShopFixture(seed: seed) { $0.quotas = [0, 0, 0, 0, 0, 0] }
    try fixture.act("generate", #"{"products": 3, "orders": 15, "seed": \#(seed)}"#)
    var chance = SeededChance(seed: seed)
    let lines = fixture.sandbox.guarded.withLock { state in
        state.shop.orders.filter { $0.number >= 10_012 }.flatMap { order in order.lines.map { (order.number, $0.id) } }
    }
    for _ in 0..<120 {
        let (order, line) = lines[chance.number(upTo: lines.count - 1)]
        _ = try fixture.ask("mutation { \(randomMutation(order, line, &chance)) \(selection) }")
        if chance.befalls(percent: 10) { fixture.clock.advance(milliseconds: 30_000) }
    }
    fixture.sandbox.guarded.withLock { state in
        // The seed has five shipments, and refusals alone prove nothing.
        #expect(state.shop.shipments.count > 8 && state.shop.shipments.contains { $0.id > 707 && $0.isShipped })
        for (place, level) in state.shop.stock.levels {
            let promised = state.shop.orders.flatMap(\.lines).filter { $0.sizeID == place.sizeID }
                .flatMap(\.allocations).filter { $0.warehouseID == place.warehouseID }.map(\.quantity).reduce(0, +)
            #expect(level.allocated == promised, "size \(place.sizeID)")
            #expect(level.allocated >= 0 && level.free >= 0, "size \(place.sizeID)")
        }
        for order in state.shop.orders {
            for line in order.lines {
                let rest = state.shop.unshipped(line, of: order)
                #expect(rest >= 0 && line.quantity >= 0, "line \(line.id)")
            }
            if order.status == .shipped {
                #expect(order.lines.allSatisfy { state.shop.unshipped($0, of: order) == 0 })
                #expect(state.shop.shipments(of: order).allSatisfy { $0.isShipped })
            }
        }
    }
}

private func randomMutation(_ order: Int, _ line: Int, _ chance: inout SeededChance) -> String {
    let shipment = 708 + chance.number(upTo: 20)
    let quantity = 1 + chance.number(upTo: 2)
    let policies = [
        "{releaseItemsBackToWarehouse: true}", "{removeItemsFromStock: true}",
        "{sendItemsToDifferentWarehouse: {id: 9}}",
    ]
    let policy = policies[chance.number(upTo: 2)]
    let target = "order: {number: \(order)}"
    switch chance.number(upTo: 9) {
    case 0, 1, 2:
        return
            "createShipment(input: {\(target), isGoodToGo: true, capture: true, lines: [{orderLine: {id: \(line)}, quantity: \(quantity)}]})"
    case 3, 4: return "completeShipment(id: \(shipment), input: {})"
    case 5:
        return
            "updateDirectToConsumerOrder(\(target), input: {cancelLines: [{line: {id: \(line)}, quantity: \(quantity), stockActionPolicy: \(policy)}]})"
    case 6:
        return
            "unallocateOrder(input: {\(target), unallocate: [{orderLine: {id: \(line)}, quantity: \(quantity)}], stockActionPolicy: \(policy)})"
    case 7: return "allocateOrder(input: {\(target)})"
    case 8:
        return
            "cancelDirectToConsumerOrder(id: \"\(Seed.id(order))\", input: {emailOptions: {sendEmail: false}, stockAction: \(policy)})"
    default:
        return
            "setStock(input: {warehouse: {id: 3}, description: \"d\", stockQuantityType: PHYSICAL, productSizes: [{productSize: {id: \(5_001 + chance.number(upTo: 11))}, quantity: \(chance.number(upTo: 60))}]})"
    }
}

/// Seed and clock decide everything.
@Test
func theSameSeedGivesTheSameShop() throws {
    func run() throws -> String {
        let fixture = ShopFixture(seed: 7) {
            $0.chaosPercent = 40
            $0.chaosKinds = [.status500, .throttled, .timeoutAfter]
        }
        try fixture.act("generate", #"{"products": 5, "orders": 10, "seed": 3}"#)
        for number in 10_012..<10_022 {
            _ = fixture.sandbox.answer(
                fixture.request("mutation { confirmOrder(input: {order: {number: \(number)}}) { order { id } } }"))
            fixture.clock.advance(milliseconds: 700)
        }
        return fixture.sandbox.state().text
    }
    let first = try run()
    #expect(try run() == first)
}

@Test(arguments: [
    ("GET", "/graphql", "application/json", "{}", 405), ("POST", "/else", "application/json", "{}", 404),
    ("POST", "/graphql", "text/plain", "{}", 400), ("POST", "/graphql", "application/json", "[1]", 400),
    ("POST", "/graphql", "application/json", "{\"query\": 1}", 400), ("POST", "/graphql", "application/json", "{", 400),
])
func whatIsNoRequestIsRefused(_ method: String, _ path: String, _ type: String, _ body: String, _ status: Int) {
    let request = OutboundRequest(
        method == "GET" ? .get : .post, "http://127.0.0.1\(path)",
        fields: [("Cookie", "a=b; graphql-access=\(CentraSandbox.token)"), ("Content-Type", type)],
        body: Array(body.utf8), limits: OutboundRequest.Limits(timeout: 1))
    guard case .reply(let reply) = ShopFixture().sandbox.answer(request) else {
        Issue.record("no answer")
        return
    }
    #expect(reply.status == status)
}

@Test
func idConversionsOverwriteWhatCollides() throws {
    let fixture = ShopFixture()
    func set(_ id: Int, _ external: String) throws {
        _ = try fixture.data(
            "mutation { setIdConversions(input: {objectType: Warehouse, internalId: \(id), externalId: \"\(external)\"}) { entries { id } } }"
        )
    }
    try set(9, "Returns")
    try set(9, "PrimarySite")
    let entries = try fixture.data("{ idConversions { internalId externalId } }")
    #expect(entries.text == #"{"idConversions":[{"externalId":"PrimarySite","internalId":9}]}"#)
}
