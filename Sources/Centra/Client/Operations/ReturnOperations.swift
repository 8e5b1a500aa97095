// Returns and refunds. Creating, completing and refunding are separate steps.
package import Commerce
import JSON

package enum ReturnFilter: Sendable, Hashable {
    case order(number: Int)
    case createdSince(CentraTime)
    case id([Int])
    case externalID([String])

    var json: JSONValue {
        switch self {
        case .order(let number): ["orderNumber": [.integer(number)]]
        case .createdSince(let time): ["createdAt": ["from": .string(time.description)]]
        case .id(let ids): ["id": .array(ids.map(JSONValue.integer))]
        case .externalID(let ids): ["externalId": .array(ids.map(JSONValue.string))]
        }
    }
}

/// What a return takes over of a cost.
package enum ReturnCost: Sendable, Hashable {
    case fromShipment
    case value(Money)

    var json: JSONValue {
        switch self {
        case .fromShipment: ["fromShipment": true]
        case .value(let money): ["value": .money(money)]
        }
    }
}

package struct ReturnDraft: Sendable, Hashable {
    package var shipment: Int
    /// Shipment lines.
    package var lines: [LineQuantity]
    package var stock: StockPolicy
    /// Costs are sent only to servers that are known to take them.
    package var shippingCost: ReturnCost?
    package var handlingCost: ReturnCost?
    package var voucherValue: ReturnCost?
    /// A fee, taken off the refund.
    package var fee: Money?
    package var comment: String?
    package var externalID: String?

    package init(
        shipment: Int, lines: [LineQuantity], stock: StockPolicy, shippingCost: ReturnCost? = nil,
        handlingCost: ReturnCost? = nil, voucherValue: ReturnCost? = nil, fee: Money? = nil, comment: String? = nil,
        externalID: String? = nil
    ) {
        self.shipment = shipment
        self.lines = lines
        self.stock = stock
        self.shippingCost = shippingCost
        self.handlingCost = handlingCost
        self.voucherValue = voucherValue
        self.fee = fee
        self.comment = comment
        self.externalID = externalID
    }

    func json(for schema: SchemaCapabilities) -> JSONValue {
        var input: [String: JSONValue] = [
            "shipment": ["id": .integer(shipment)], "returnStockActionPolicy": stock.json,
            "lines": .array(
                lines.map { ["shipmentLine": ["id": .integer($0.id)], "quantity": .integer($0.quantity)] }),
        ]
        let costs = ["shippingCost": shippingCost, "handlingCost": handlingCost, "voucherValue": voucherValue]
        for (name, cost) in costs where schema.surelyHas("ReturnCreateInput.\(name)") { input[name] = cost?.json }
        if schema.surelyHas("ReturnCreateInput.returnCost") { input["returnCost"] = fee.map(JSONValue.money) }
        if schema.has("ReturnCreateInput.externalId") { input["externalId"] = externalID.map(JSONValue.string) }
        input["comment"] = comment.map(JSONValue.string)
        return .object(input)
    }

    /// Members that it needs of a server, so that no cost is left out without a word.
    var requirements: [String] {
        let costs = ["shippingCost": shippingCost, "handlingCost": handlingCost, "voucherValue": voucherValue]
        let names = costs.filter { $0.value != nil }.keys.sorted() + (fee == nil ? [] : ["returnCost"])
        return names.map { "ReturnCreateInput.\($0)" }
    }
}

extension GraphQLOperation where Value == [CentraReturn] {
    package static func returns(
        _ filter: ReturnFilter, limit: Int = SchemaCapabilities.listLimit, page: Int = 1
    ) -> GraphQLOperation {
        .query(
            .returns, complexity: 150,
            variables: { _ in ["where": filter.json, "limit": .integer(limit), "page": .integer(page)] },
            read: { data throws(Misfit) in try data.list("returns", CentraReturn.init) })
    }
}

extension GraphQLOperation where Value == CentraReturn {
    /// Moves stock at once, by the draft's policy.
    package static func createReturn(_ draft: ReturnDraft) -> GraphQLOperation {
        .mutation(
            .createReturn, requirements: draft.requirements, variables: { ["input": draft.json(for: $0)] },
            read: returned)
    }

    package static func completeReturn(_ id: Int, sendEmail: Bool) -> GraphQLOperation {
        .mutation(
            .completeReturn,
            variables: { _ in ["id": .integer(id), "input": ["sendEmail": .bool(sendEmail)]] }, read: returned)
    }

    package static func uncompleteReturn(_ id: Int) -> GraphQLOperation {
        .mutation(.uncompleteReturn, variables: { _ in ["id": .integer(id)] }, read: returned)
    }

    private static func returned(_ payload: Node) throws(Misfit) -> CentraReturn {
        try CentraReturn(payload.member("return"))
    }
}

extension GraphQLOperation where Value == Int? {
    /// Undoes what it did to the stock. Answers with the id, where the server still says it.
    package static func deleteReturn(_ id: Int) -> GraphQLOperation {
        .mutation(
            .deleteReturn, variables: { _ in ["id": .integer(id)] },
            read: { payload throws(Misfit) in try payload.optional("return")?.integer("id") })
    }
}

extension GraphQLOperation where Value == CentraRefund {
    /// Gives the money back. Only where an introspection has found the mutation as it is written here.
    package static func refundReturn(_ id: Int, sendEmail: Bool) -> GraphQLOperation {
        .mutation(
            .refundReturn, requirements: ["Mutation.refundReturn(id)"],
            variables: { schema in
                guard schema.has("Mutation.refundReturn(input)") else { return ["id": .integer(id)] }
                return ["id": .integer(id), "input": ["sendEmail": .bool(sendEmail)]]
            },
            read: CentraRefund.init)
    }
}
