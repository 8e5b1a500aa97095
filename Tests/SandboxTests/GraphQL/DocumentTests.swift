// What the pretend server says of documents: one row for each way to be wrong, and for each way to be right.
import JSON
import Testing

@testable import Sandbox

private struct Wrong: Sendable, CustomTestStringConvertible {
    let document: String
    var variables = "{}"
    let message: String

    var testDescription: String { document }
}

private let wrong = [
    Wrong(document: "", message: "Syntax Error: Expected Name"),
    Wrong(document: "{", message: "Syntax Error: Expected Name"),
    Wrong(document: "{ orders { id ", message: "Syntax Error: Expected Name"),
    Wrong(document: "{ orders(limit: 1 { id } }", message: "Syntax Error: Expected Name"),
    Wrong(document: "{ a(b: \"c) }", message: "Syntax Error: a string does not end"),
    Wrong(document: "{ a % }", message: "Syntax Error: unexpected character"),
    Wrong(document: "subscription { a }", message: "Schema is not configured for subscriptions."),
    Wrong(document: "{ cake }", message: "Cannot query field \"cake\" on type \"Query\"."),
    Wrong(document: "{ orders { cake } }", message: "Cannot query field \"cake\" on type \"Order\"."),
    Wrong(
        document: "{ orders { customer { id } } }", message: "Cannot query field \"customer\" on type \"Order\"."),
    Wrong(
        document: "{ orders }",
        message: "Field \"orders\" of type \"[Order!]!\" must have a selection of subfields."),
    Wrong(
        document: "{ centraIPs { id } }",
        message: "Field \"centraIPs\" must not have a selection since type \"[String!]!\" has no subfields."),
    Wrong(document: "{ orders(cake: 1) { id } }", message: "Unknown argument \"cake\" on field \"Query.orders\"."),
    Wrong(
        document: "{ order { id } }",
        message: "Argument \"id\" of required type \"String!\" on field \"Query.order\" was not provided."),
    Wrong(document: "{ order(id: 7) { id } }", message: "Expected value of type \"String!\", found 7."),
    Wrong(document: "{ order(id: null) { id } }", message: "Expected value of type \"String!\", found null."),
    Wrong(
        document: "{ orders(where: {cake: 1}) { id } }",
        message: "Field \"cake\" is not defined by type \"OrderFilter\"."),
    Wrong(
        document: "{ orders(where: {status: BAKED}) { id } }",
        message: "Expected value of type \"OrderStatus!\", found BAKED."),
    Wrong(
        document: "{ orders(where: {status: \"CONFIRMED\"}) { id } }",
        message: "Expected value of type \"OrderStatus!\", found \"CONFIRMED\"."),
    Wrong(
        document: "mutation { confirmOrder(input: {}) { order { id } } }",
        message: "Field \"OrderConfirmInput.order\" of required type \"OrderInput!\" was not provided."),
    Wrong(document: "{ orders { ...addr } }", message: "Unknown fragment \"addr\"."),
    Wrong(
        document: "{ orders { id } } fragment a on Order { id }", message: "Fragment \"a\" is never used."),
    Wrong(
        document: "{ orders { ...a } } fragment a on Order { ...a }",
        message: "Cannot spread fragment \"a\" within itself."),
    Wrong(
        document: "{ orders { ... on Product { id } } }",
        message: "Fragment cannot be spread here as objects of type \"Order\" can never be of type \"Product\"."),
    Wrong(document: "{ orders { ... on Cake { id } } }", message: "Unknown type \"Cake\"."),
    Wrong(document: "{ orders @cake { id } }", message: "Unknown directive \"@cake\"."),
    Wrong(document: "query($a: Int) { orders { id } }", message: "Variable \"$a\" is never used."),
    Wrong(document: "{ orders(limit: $a) { id } }", message: "Variable \"$a\" is not defined."),
    Wrong(
        document: "query($a: String) { orders(limit: $a) { id } }",
        message: "Variable \"$a\" of type \"String\" used in position expecting type \"Int\"."),
    Wrong(
        document: "query($a: String) { order(id: $a) { id } }",
        message: "Variable \"$a\" of type \"String\" used in position expecting type \"String!\"."),
    Wrong(document: "query($a: Cake) { orders(limit: $a) { id } }", message: "Unknown type \"Cake\"."),
    Wrong(
        document: "query($a: String!) { order(id: $a) { id } }",
        message: "Variable \"$a\" of required type \"String!\" was not provided."),
    Wrong(
        document: "query($a: Int) { orders(limit: $a) { id } }", variables: "{\"a\": 1.5}",
        message: "Variable \"$a\" got an invalid value; Int cannot represent this value."),
    Wrong(
        document: "query($a: OrderFilter) { orders(where: $a) { id } }", variables: "{\"a\": {\"cake\": 1}}",
        message: "Variable \"$a\" got an invalid value; Field \"cake\" is not defined by type \"OrderFilter\"."),
    Wrong(
        document: "mutation($a: OrderInput!) { captureOrder(order: $a) { order { id } } }",
        variables: "{\"a\": {\"id\": \"x\", \"number\": 1}}",
        message: "Variable \"$a\" got an invalid value; Exactly one input field should be provided"),
    Wrong(
        document: "query A { orders { id } } query B { orders { id } }",
        message: "Must provide operation name if query contains multiple operations."),
    Wrong(document: String(repeating: "{ a ", count: 50), message: "Syntax Error: too deep"),
]

@Test(arguments: wrong)
private func aWrongDocumentIsRefused(_ example: Wrong) throws {
    #expect(try ShopFixture().errors(example.document, example.variables).first == example.message)
}

private struct Right: Sendable, CustomTestStringConvertible {
    let document: String
    var variables = "{}"
    let data: String

    var testDescription: String { document }
}

private let right = [
    Right(document: "{ warehouses { id } }", data: #"{"warehouses":[{"id":3},{"id":9}]}"#),
    Right(document: "query Q { a: warehouses(limit: 1) { b: id } }", data: #"{"a":[{"b":3}]}"#),
    Right(
        document: "{ orders(where: {number: 10003}) { __typename n: number lines { id } } }",
        data: #"{"orders":[{"__typename":"DirectToConsumerOrder","lines":[{"id":50006},{"id":50007}],"n":10003}]}"#),
    Right(
        document:
            "query($n: [Int!], $w: Boolean = false) { orders(where: {number: $n}) { number isOnHold @include(if: $w) } }",
        variables: #"{"n": [10001]}"#, data: #"{"orders":[{"number":10001}]}"#),
    Right(
        document: """
            { orders(where: {number: [10011, 10001]}, sort: number_ASC) { ...o ... on WholesaleOrder { purchaseOrderNumber } } }
            fragment o on Order { number }
            """, data: #"{"orders":[{"number":10001},{"number":10011,"purchaseOrderNumber":"PO-7781"}]}"#),
    Right(
        document: "{ order(id: \"\\u0066\") { id } orders(limit: 1, page: 99) { id } } # nothing",
        data: #"{"order":null,"orders":[]}"#),
    Right(
        document: "{ __type(name: \"StockQuantityType\") { kind name enumValues { name } } }",
        data: #"{"__type":{"enumValues":[{"name":"PHYSICAL"}],"kind":"ENUM","name":"StockQuantityType"}}"#),
    Right(document: "{ __type(name: \"Cake\") { name } __typename }", data: #"{"__type":null,"__typename":"Query"}"#),
    Right(
        document: "query($d: DateRange) { orders(where: {createdAt: $d}) { number } }",
        variables: #"{"d": {"from": "2026-02-03", "to": "2026-02-03T23:00:00+01:00"}}"#,
        data: #"{"orders":[{"number":10009},{"number":10011}]}"#),
    Right(
        document:
            "{ orders(where: {isOnHold: true, negate: [\"isOnHold\"], status: CONFIRMED, storeId: 1}) { number } }",
        data: #"{"orders":[{"number":10003},{"number":10004},{"number":10006},{"number":10007}]}"#),
    Right(
        document:
            "{ orderConnection(first: 2, after: \"bnVtYmVyOjEwMDAy\", sort: number_ASC) { totalCount edges { node { number } } pageInfo { hasNextPage } } }",
        data:
            #"{"orderConnection":{"edges":[{"node":{"number":10003}},{"node":{"number":10004}}],"pageInfo":{"hasNextPage":true},"totalCount":11}}"#
    ),
]

@Test(arguments: right)
private func aRightDocumentIsRun(_ example: Right) throws {
    #expect(try ShopFixture().data(example.document, example.variables).text == example.data)
}

@Test(arguments: ["limit: 0", "limit: 201", "page: 0", "where: {updatedAt: {from: \"soon\"}}"])
func aListThatCannotBeIsAnError(_ arguments: String) throws {
    let answer = try ShopFixture().ask("{ orders(\(arguments)) { id } }")
    #expect(answer["errors"]?.array?.count == 1)
    // `orders` cannot be null, so all of `data` is gone.
    #expect(answer["data"] == nil)
}

/// Fields that a permission hides are null with an error beside them; what cannot be null takes its parent with it.
@Test
func aMissingPermissionHidesItsFields() throws {
    let fixture = ShopFixture()
    try fixture.act("token", #"{"token": "few", "permissions": ["Order:read"]}"#)
    let partial = try fixture.ask(
        "{ orders(where: {number: 10003}) { number internalComment shippingAddress { city } } }", token: "few")
    #expect(partial["data"]?.text == #"{"orders":[{"internalComment":null,"number":10003,"shippingAddress":null}]}"#)
    #expect(
        partial["errors"]?.array?.map { $0["path"]?.text } == [
            #"["orders",0,"internalComment"]"#, #"["orders",0,"shippingAddress"]"#,
        ])
    #expect(partial["errors"]?.array?.first?["extensions"]?.text == #"{"category":"authorization"}"#)
    let none = try fixture.ask("{ shipments { id } }", token: "few")
    #expect(none["data"] == nil)
    #expect(
        none["errors"]?.array?.first?["message"] == .string("You need Shipment:read permission to access shipments."))
}

@Test
func whatWasUsedIsTold() throws {
    let fixture = ShopFixture()
    let answer = try fixture.ask("{ returns { id status lines { id } } }")
    #expect(
        answer["extensions"]?["deprecatedFieldsUsed"]?.text
            == #"["Field: DirectToConsumerReturn.status, reason: Use returnStatus, date of removal: 2026-12-01"]"#)
    #expect(answer["extensions"]?["permissionsUsed"]?.text == #"["Return:read"]"#)
    #expect(answer["extensions"]?["appVersion"] == .string("v1.60.0"))
    #expect((answer["extensions"]?["complexity"]?.integer ?? 0) > 20)
}

@Test
func whatIsDearCostsMore() throws {
    let fixture = ShopFixture()
    func cost(_ document: String) throws -> Int { try fixture.ask(document)["extensions"]?["complexity"]?.integer ?? 0 }
    let free = try cost("{ productSizes(limit: 100) { stockTotals { freeToAllocateQuantity } } }")
    let dear = try cost("{ productSizes(limit: 100) { stockTotals { physicalQuantity } } }")
    #expect(dear > 10 * free)
    let nested = try cost("{ orders(limit: 200) { lines { allocations { warehouse { id name } } } } }")
    #expect(nested > 1_000 && nested < 100_000)
}
