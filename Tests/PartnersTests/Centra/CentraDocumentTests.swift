// Every document that the product has is one that the pretend server runs, in each spelling of the schema; and the product
// finds out by itself which spelling it is.
import Centra
import JSON
import Outbound
import Testing

@testable import Sandbox

private struct Server: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let spellings: [String]
}

private let servers = [
    Server(testDescription: "today's", spellings: CentraSwitches.newSpellings),
    Server(testDescription: "an early one", spellings: CentraSwitches.oldSpellings),
    Server(
        testDescription: "a later one",
        spellings: CentraSwitches.newSpellings.filter { $0 != "returnCosts" } + ["shipmentCreateExternalId"]),
    Server(testDescription: "with stock for stocks", spellings: CentraSwitches.oldSpellings + ["stock", "EAN"]),
]

@Test(arguments: servers)
private func everyDocumentIsValid(_ server: Server) throws {
    let desk = ShopDesk()
    desk.sandbox.set {
        $0.spellings = server.spellings
        $0.quotas = [0, 0, 0, 0, 0, 0]
    }
    let schema = try desk.perform(.introspection)
    let capabilities = schema.capabilities
    let missing = Set(CentraOperations.missing(in: schema).keys)
    var checked = 0
    for operation in CentraOperations.all where !missing.contains(operation.flow) {
        let reply = try #require(desk.post(operation.body(capabilities)))
        let answer = try JSONValue(reply.body, octetLimit: 16 << 20, depthLimit: 64)
        #expect(reply.status == 200)
        #expect(answer["errors"] == nil, "\(operation.document.name): \(answer)")
        checked += 1
    }
    #expect(checked > 10)
    if server.spellings == CentraSwitches.newSpellings { #expect(missing.isEmpty) }
}

/// A document in today's spelling is refused by an early server, and that is no reason to send it again.
@Test
func aDocumentInTheWrongSpellingIsRefusedForGood() throws {
    let desk = ShopDesk()
    desk.sandbox.set { $0.spellings = CentraSwitches.oldSpellings }
    let cancelling = GraphQLOperation.cancelLines(
        [LineQuantity(50011, 1)], ofOrder: .number(10007), of: .directToConsumer, stock: .release, comment: "short")
    #expect(mishap { () throws(CallFailure) in try desk.perform(cancelling) }?.kind == .permanent)
    var adapted = desk
    adapted.client.schema = try desk.perform(.introspection).capabilities
    _ = try adapted.perform(cancelling)
    #expect(desk.executed("updateDirectToConsumerOrder") == 1)
}

extension ShopDesk {
    fileprivate func post(_ body: [UInt8]) -> OutboundReply? {
        let request = OutboundRequest(
            .post, "http://127.0.0.1/graphql",
            fields: [("Authorization", "Bearer \(CentraSandbox.token)"), ("Content-Type", "application/json")],
            body: body, limits: OutboundRequest.Limits(timeout: 1_000))
        guard case .reply(let reply) = sandbox.answer(request) else { return nil }
        return reply
    }
}
