// Every recorded answer is decoded, or refused for the right reason; and none of what is said about it quotes a shopper.
import Commerce
import JSON
import Outbound
import Testing

@testable import Centra

/// What became of an answer, whatever its operation's value is.
struct Reading: Sendable {
    let failure: CallFailure?
    let refusals: [CentraMessage]
    let warnings: [CentraMessage]
    let extensions: CentraExtensions
    /// Everything that could be printed of it.
    let rendering: String
}

private typealias Reader = @Sendable (OutboundReply) -> Reading

private func reader<Value>(_ operation: GraphQLOperation<Value>) -> Reader {
    { reply in
        let reading = Envelope(operation, schema: .assumed).read(reply)
        var rendering = ""
        dump(reading.result, to: &rendering)
        rendering += "\(reading.result)" + String(reflecting: reading.result)
        switch reading.result {
        case .failure(let failure):
            return Reading(
                failure: failure, refusals: [], warnings: [], extensions: reading.extensions, rendering: rendering)
        case .success(.refused(let messages)):
            return Reading(
                failure: nil, refusals: messages, warnings: [], extensions: reading.extensions, rendering: rendering)
        case .success(.done(_, let warnings)):
            return Reading(
                failure: nil, refusals: [], warnings: warnings, extensions: reading.extensions, rendering: rendering)
        }
    }
}

private let time = CentraTime(microseconds: 0)
private let completion = ShipmentCompletion(shippedAt: time, sendEmail: false)

/// Asks for the order that is in the answer.
private func orderReader(_ reply: OutboundReply) -> Reading {
    let body = try? JSONValue(reply.body, octetLimit: 1 << 20, depthLimit: 64)
    let number = body?["data"]?["orders"]?.array?.first?["number"]?.integer
    return reader(.order(number: number ?? 1))(reply)
}

private let readers: [String: Reader] = [
    "OrderByNumber": orderReader,
    "OrderHeads": reader(.orders(updatedSince: time, limit: 50, page: 1)),
    "OrderConnection": reader(.orderPage(updatedSince: time, limit: 2, after: nil)),
    "ConfirmOrder": reader(.confirmOrder(.number(1))), "SetOrdersLock": reader(.lockOrders([.number(1)], true)),
    "UpdateDirectToConsumerOrder": reader(.hold(.number(1), of: .directToConsumer, true, reason: "")),
    "CancelDirectToConsumerOrder": reader(cancel(.directToConsumer)),
    "CancelWholesaleOrder": reader(cancel(.wholesale)),
    "CaptureOrder": reader(.captureOrder(.number(1))),
    "ReleaseRemainingAuthorization": reader(.releaseRemainingAuthorization(ofOrder: .number(1))),
    "ShipmentsOfOrder": reader(.shipments(ofOrder: 1)), "Shipments": reader(.shipments(.goodToGo)),
    "CreateShipment": reader(.createShipment(ShipmentDraft(order: .number(1), lines: []))),
    "UpdateShipment": reader(.updateShipment(1, ShipmentChange())), "CaptureShipment": reader(.captureShipment(1)),
    "CompleteShipment": reader(.completeShipment(1, completion)),
    "SetStock": reader(.setStock([], warehouse: 1, description: "")),
    "StockOfSizes": reader(.stock(of: .all, all: true)), "StockByWarehouse": reader(.stock(of: [1], inWarehouse: 1)),
    "Products": reader(.products(updatedSince: time, limit: 50, page: 1)), "ProductSizes": reader(.sizes(.all)),
    "Warehouses": reader(.warehouses()), "Counters": reader(.counts(updatedSince: time)),
    "Returns": reader(.returns(.createdSince(time))),
    "CreateReturn": reader(.createReturn(ReturnDraft(shipment: 1, lines: [], stock: .release))),
    "CompleteReturn": reader(.completeReturn(1, sendEmail: false)), "UncompleteReturn": reader(.uncompleteReturn(1)),
    "DeleteReturn": reader(.deleteReturn(1)), "RefundReturn": reader(.refundReturn(1, sendEmail: false)),
    "Events": reader(.events()), "ConfirmEvents": reader(.confirmEvents([1])),
    "EventListeners": reader(.eventListeners),
    "SetEventListeners": reader(.listen(to: [])), "UnsetEventListeners": reader(.stopListening(to: [])),
    "RateLimits": reader(.rateLimits), "CentraIPs": reader(.addresses),
]

private func cancel(_ type: StoreType) -> GraphQLOperation<ChangedOrder> {
    .cancelOrder(id: "", of: type, stock: .release, comment: "", cancelAuthorization: true, sendEmail: false)
}

/// The answers that are failures, and the one word for each. A 429 is the caller's to read; without it, it is transient.
private let failures: [String: FailureKind] = [
    "error.authorization": .configuration, "error.bad-token-401": .configuration,
    "error.bad-token-403": .configuration, "error.gateway-502": .transient, "error.internal": .transient,
    "error.partial-data": .configuration, "error.rate-limit-429.delta": .transient,
    "error.rate-limit-429.epoch": .transient, "error.rate-limit-429.http-date": .transient,
    "error.rate-limit-429.iso8601": .transient, "error.rate-limit-429.no-header": .transient,
    "error.unknown-field": .permanent,
]

private let alreadyDone: Set<String> = [
    "complete-return.user-errors", "complete-shipment.already-completed", "confirm-order.user-errors",
    "confirm-events.user-warnings",
]

@Test(arguments: Answer.all)
func everyAnswerIsDecodedOrRefusedForTheRightReason(_ answer: Answer) throws {
    let read = try #require(readers[answer.operation], "nobody reads \(answer.operation)")
    let reading = read(answer.reply)
    #expect(reading.failure?.kind == failures[answer.name], "\(String(describing: reading.failure))")
    let kind = answer.json["case"]?.string
    #expect(reading.refusals.isEmpty == (kind != "userErrors"))
    #expect(reading.warnings.isEmpty == (kind != "userWarnings"))
    for message in reading.refusals + reading.warnings {
        #expect((message.verdict == .alreadyDone) == alreadyDone.contains(answer.name), "\(message)")
        #expect(!message.text.hasPrefix("Centra says"), "a text of the fixtures is in the table")
        #expect(!message.path.isEmpty)
    }
}

@Test
func thereAreAnswersOfEveryKindAndOfNearlyEveryOperation() {
    #expect(Answer.all.count >= 80)
    let unrecorded = Set(readers.keys).subtracting(Answer.all.map(\.operation))
    #expect(unrecorded.isEmpty, "\(unrecorded)")
    #expect(Set(Answer.all.map(\.name)).isSuperset(of: failures.keys))
}

/// Names, streets, e-mail addresses and telephone numbers of the fixtures.
private func personalTexts(_ value: JSONValue, named name: String = "") -> Set<String> {
    let names: Set = [
        "firstName", "lastName", "companyName", "attention", "address1", "address2", "city", "zipCode", "email",
        "phoneNumber", "cellPhoneNumber", "stateOrProvince", "vatNumber", "comment", "externalReference",
        "additionalMessage", "value",
    ]
    switch value {
    case .object(let fields): return fields.reduce(into: []) { $0.formUnion(personalTexts($1.value, named: $1.key)) }
    case .array(let values): return values.reduce(into: []) { $0.formUnion(personalTexts($1, named: name)) }
    case .string(let text): return names.contains(name) && text.count > 3 ? [text] : []
    default: return []
    }
}

@Test(arguments: Answer.all)
func nothingThatIsSaidOfAnAnswerQuotesAShopper(_ answer: Answer) throws {
    let read = try #require(readers[answer.operation])
    let texts = personalTexts(answer.json["body"] ?? .null)
    let rendering = read(answer.reply).rendering
    for text in texts { #expect(!rendering.contains(text), "\(text)") }
}

@Test
func theFixturesHoldShoppers() throws {
    let texts = personalTexts(try Answer.named("order-by-number.unicode").json)
    #expect(texts.count >= 6)
    let order = try #require(
        try Envelope(.order(number: 10002), schema: .assumed).read(Answer.named("order-by-number.success").reply)
            .result.get().value())
    #expect(order.shippingAddress?.lastName?.reveal() == "Weber")
    #expect(order.shippingAddress?.city?.reveal() == "Köln")
}

@Test
func anOrderIsReadExactly() throws {
    let answer = try Answer.named("order-by-number.success")
    let order = try #require(
        try Envelope(.order(number: 10002), schema: .assumed).read(answer.reply).result.get().value())
    #expect(order.head.status == .known(.processing))
    #expect(order.head.id == "8ca65ac71567722f08db1d8ba6ece4b7")
    #expect(order.total == Money(Amount(2794), "SEK"))
    #expect(order.totals.taxIncluded == Amount(coefficient: 5588, scale: 1))
    #expect(order.lines.map(\.size?.sku) == ["UM1001NVYM", "UM2040BLKOS", "UM4412OLVOS"])
    #expect(order.lines[1].allocations.map(\.warehouseID) == [3])
    #expect(order.shipments.map(\.id) == [702, 706])
    #expect(order.shippingOption?.uri == "express")
    #expect(order.head.updatedAt == CentraTime("2026-02-04T08:31:05Z"))
}

@Test
func anAnswerToAnotherQuestionIsRefused() throws {
    let reply = try Answer.named("order-by-number.success").reply
    let failure = #expect(throws: CallFailure.self) {
        _ = try Envelope(.order(number: 10003), schema: .assumed).read(reply).result.get()
    }
    #expect(failure?.kind == .permanent)
}

@Test
func deprecationsAreReportedOnceAndCounted() throws {
    let reply = try Answer.named("create-shipment.deprecated-fields").reply
    let draft = ShipmentDraft(order: .number(1), lines: [])
    let extensions = Envelope(.createShipment(draft), schema: .assumed).read(reply).extensions
    #expect(extensions.complexity == 208)
    #expect(extensions.appVersion == AppVersion("v1.60.0"))
    let notes = CentraNotes()
    #expect(
        notes.note(extensions) == [
            "Field: Return.status, reason: … date of removal: 2026-12-01",
            "Field: Invoice.billingAddress, deprecated: Invoice:read, current: Invoice.billingAddress:read",
        ])
    #expect(notes.note(extensions).isEmpty)
    #expect(Set(notes.deprecations.values) == [2])
    #expect(notes.permissions.contains("Shipment:write"))
}
