// Every operation that is ever sent, with an example of its largest variables: what a schema is checked against, by the
// doctor against a server's own and by the tests against what is public.
import Commerce

/// What a person switches on or off as one.
package enum CentraFlow: String, Sendable, CaseIterable {
    case system, events, orders, despatch, stock, catalogue, returns, refunds
    /// Worked out where the server allows it, and not needed otherwise.
    case extra
}

/// An operation of any kind of value.
package struct CentraOperation: Sendable {
    package let flow: CentraFlow
    package let document: GraphQLDocument
    package let requirements: [String]
    /// The request's body for a server that has this schema.
    package let body: @Sendable (SchemaCapabilities) -> [UInt8]
    fileprivate let missing: @Sendable (Introspection, SchemaCapabilities) -> [String]

    fileprivate init<Value>(_ flow: CentraFlow, _ operation: GraphQLOperation<Value>) {
        self.flow = flow
        document = operation.document
        requirements = operation.requirements
        body = { operation.body(for: $0) }
        missing = { SchemaCheck.missing(for: operation, in: $0, spelled: $1) }
    }
}

package enum CentraOperations {
    package static let all: [CentraOperation] = system + orders + changes + despatch + stock + catalogue + returns

    /// What each flow lacks on a server; a flow that lacks nothing is absent.
    package static func missing(in schema: Introspection) -> [CentraFlow: [String]] {
        let capabilities = schema.capabilities
        var missing: [CentraFlow: Set<String>] = [:]
        for operation in all {
            missing[operation.flow, default: []].formUnion(operation.missing(schema, capabilities))
        }
        return missing.filter { !$0.value.isEmpty }.mapValues { $0.sorted() }
    }

    private static let time = CentraTime(microseconds: 1_770_000_000_000_000)
    private static let order = OrderReference.number(10002)

    private static let system = [
        CentraOperation(.system, .rateLimits), CentraOperation(.system, .introspection),
        CentraOperation(.extra, .addresses), CentraOperation(.extra, .markets()),
        CentraOperation(.extra, .counts(updatedSince: time)), CentraOperation(.events, .eventListeners),
        CentraOperation(.events, .events(of: EventObject.allCases, stores: [1])),
        CentraOperation(.events, .listen(to: EventObject.allCases)),
        CentraOperation(.events, .stopListening(to: EventObject.allCases)),
        CentraOperation(.events, .confirmEvents([1, 2])),
    ]

    private static let orders = [
        CentraOperation(.orders, .order(number: 10002, attributes: true, billingAddress: true)),
        CentraOperation(.orders, .orders(updatedSince: time, stores: [1], limit: 100, page: 1)),
        CentraOperation(.orders, .orderPage(updatedSince: time, stores: [1], limit: 100, after: "bnVtYmVyOjEwMDAy")),
        CentraOperation(.despatch, .payments(ofOrder: 10002)),
    ]

    private static let changes =
        [
            CentraOperation(.orders, .confirmOrder(order)), CentraOperation(.orders, .lockOrders([order], true)),
            CentraOperation(.despatch, .captureOrder(order)),
            CentraOperation(.despatch, .releaseRemainingAuthorization(ofOrder: .id("8ca65ac7"))),
        ] + [StoreType.directToConsumer, .wholesale].flatMap { type in changes(of: type) }

    private static func changes(of type: StoreType) -> [CentraOperation] {
        [
            CentraOperation(.orders, .hold(order, of: type, true, reason: "Peoplevox does not know a SKU")),
            CentraOperation(
                .orders,
                .cancelLines([LineQuantity(50003, 1)], ofOrder: order, of: type, stock: .remove, comment: "Short pick")),
            CentraOperation(
                .orders,
                .cancelOrder(
                    id: "8ca65ac7", of: type, stock: .release, comment: "Cancelled in Peoplevox",
                    cancelAuthorization: true, sendEmail: false)),
        ]
    }

    private static let despatch = [
        CentraOperation(.despatch, .shipments(ofOrder: 10002)),
        CentraOperation(.extra, .shipments(.externalID(["DES10235"]))),
        CentraOperation(.despatch, .shipments(.id([345]))),
        CentraOperation(.extra, .shipments(.goodToGo)), CentraOperation(.despatch, .shipments(.updatedSince(time))),
        CentraOperation(.despatch, .createShipment(draft)), CentraOperation(.despatch, .captureShipment(345)),
        CentraOperation(
            .despatch,
            .updateShipment(
                345,
                ShipmentChange(
                    isGoodToGo: true, isPaid: true, externalID: "DES10235", additionalMessage: "Peoplevox DES10235"))),
        CentraOperation(.despatch, .completeShipment(345, completion)),
    ]

    private static let draft = ShipmentDraft(
        order: order, lines: [LineQuantity(50003, 1), LineQuantity(50004, 2)], isGoodToGo: true, capture: true,
        shippingCost: .value(.example), handlingCost: .allRemaining, discountValue: .none,
        additionalMessage: "Peoplevox DES10235", externalID: "DES10235")

    private static let completion = ShipmentCompletion(
        shippedAt: time, carrier: "DHL", service: "Express", packages: 2, trackingNumber: "JD0123",
        returnTrackingNumber: "RT0123", additionalMessage: "Peoplevox DES10235", sendEmail: true)

    private static let stock =
        [
            CentraOperation(.stock, setStock([.sku("UM1001REDS"), .ean("2000000003054"), .id(304)])),
            CentraOperation(.extra, setStock([.upc("036000291452")])),
            CentraOperation(.stock, .stock(of: .ids([304]), all: true)),
            CentraOperation(.extra, .stock(of: [304], inWarehouse: 3)),
        ]

    private static func setStock(_ sizes: [SizeReference]) -> GraphQLOperation<[Int]> {
        .setStock(
            sizes.map { StockRow($0, 14) }, warehouse: 3, description: "Peoplevox 2026-02-02T02:00:00+00:00")
    }

    private static let catalogue =
        [
            CentraOperation(.catalogue, .products(updatedSince: time, limit: 50, page: 1)),
            CentraOperation(.catalogue, .products(ids: [101])), CentraOperation(.catalogue, .warehouses()),
        ]
        + [SizeFilter.all, .updatedSince(time), .one(.sku("UM1001REDS")), .one(.ean("2000000003054")), .ids([304])]
        .map { CentraOperation(.catalogue, .sizes($0)) }

    private static let returns =
        [ReturnFilter.order(number: 10002), .createdSince(time), .id([315]), .externalID(["RET1"])]
        .map { CentraOperation(.returns, .returns($0)) } + [
            CentraOperation(.returns, .createReturn(returnDraft)),
            CentraOperation(.extra, .createReturn(costlyReturn)),
            CentraOperation(.returns, .completeReturn(315, sendEmail: true)),
            CentraOperation(.extra, .uncompleteReturn(315)), CentraOperation(.extra, .deleteReturn(315)),
            CentraOperation(.refunds, .refundReturn(315, sendEmail: true)),
        ]

    private static let returnDraft = ReturnDraft(
        shipment: 690, lines: [LineQuantity(781, 1)], stock: .move(9), comment: "Peoplevox RET1", externalID: "RET1")

    private static let costlyReturn = ReturnDraft(
        shipment: 690, lines: [LineQuantity(781, 1)], stock: .release, shippingCost: .value(.example),
        handlingCost: .fromShipment, voucherValue: .fromShipment, fee: .example)
}

extension Money {
    fileprivate static let example = Money(Amount(coefficient: 4950, scale: 2), "SEK")
}
