// What a server lacks is found before anything is sent, and what it has decides how it is spoken to.
import Foundation
import JSON
import Outbound
import Testing

@testable import Centra

private let small: Introspection? = try? read(fixtures.appending(path: "introspection.json"))

private func read(_ file: URL) throws -> Introspection {
    let reply = OutboundReply(status: 200, body: [UInt8](try Data(contentsOf: file)))
    return try Envelope(.introspection, schema: .assumed).read(reply).result.get().value()
}

private func missing<Value>(_ operation: GraphQLOperation<Value>) throws -> [String] {
    let schema = try #require(small)
    return SchemaCheck.missing(for: operation, in: schema, spelled: schema.capabilities)
}

@Test
func whatAnOperationUsesAndAServerLacksIsNamed() throws {
    #expect(try missing(.rateLimits) == [])
    #expect(try missing(.events(of: [.order], stores: [1])) == [])
    #expect(try missing(.events(of: EventObject.allCases)) == ["EventObjectType.Warehouse"])
    #expect(try missing(.confirmEvents([1])) == ["ConfirmEventsInput.receipt is required"])
    #expect(try missing(.addresses) == ["Q.centraIPs"])
    #expect(
        try missing(.orders(updatedSince: CentraTime(microseconds: 0), stores: [1], limit: 1, page: 1)) == [
            "Order.isLocked", "Order.isOnHold", "Order.isWaitingForPayment", "Order.status", "Order.store",
            "Order.updatedAt", "OrderSort.updatedAt_ASC",
        ])
    #expect(try missing(.refundReturn(1, sendEmail: true)).contains("M.refundReturn(reason) is required"))
    #expect(try missing(.captureShipment(1)) == ["M.captureShipment"])
}

@Test
func aFlowThatLacksSomethingIsNamedWithIt() throws {
    let missing = CentraOperations.missing(in: try #require(small))
    #expect(missing[.system] == nil)
    #expect(missing[.events]?.contains("Q.eventListeners") == true)
    #expect(Set(missing.keys) == Set(CentraFlow.allCases).subtracting([.system]))
}

@Test(arguments: [
    ("Order.lines(limit)", true), ("Order.lines(page)", false), ("Order.shipments(limit)", false),
    ("Query.rateLimits", true), ("Mutation.refundReturn(id)", true), ("Mutation.refundReturn(input)", false),
    ("EventObjectType.Order", true), ("EventObjectType.Warehouse", false), ("ConfirmEventsInput.receipt", true),
    ("Nothing.at", false), ("Nothing", false), ("", false), ("Order.", false), ("Order.lines()", true),
])
func aMemberIsFoundByItsName(member: String, isThere: Bool) throws {
    #expect(try #require(small).has(member) == isThere)
}

@Test
func capabilitiesAreAsIntrospected() throws {
    let schema = try #require(small).capabilities
    #expect(schema.surelyHas("Order.lines(limit)"))
    #expect(schema.surelyHas("Mutation.refundReturn(id)"))
    #expect(!schema.has("ProductSize.EAN"))
    let lines = GraphQLDocument.orderByNumber.text(for: schema).split(separator: "\n")
    #expect(lines.contains("    lines(includeFullyCancelled: true, limit: 200) {"))
    #expect(lines.contains("    EAN: GTIN"))
    #expect(!lines.contains { $0.contains("#") || $0.hasSuffix(" ") })
}

@Test
func withoutAnIntrospectionTheNewestSpellingStandsAndNothingUnsure() {
    let schema = SchemaCapabilities.assumed
    #expect(schema.has("ProductSize.EAN"))
    #expect(!schema.surelyHas("ProductSize.EAN"))
    #expect(!schema.has("Shipment.externalId"))
    #expect(!GraphQLDocument.createShipment.text(for: schema).contains("externalId"))
}

/// The public schema outside this repository, where somebody has introspected it (LOCKSTEP_INTROSPECTION).
@Test(.enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_INTROSPECTION"] != nil))
func theWholeSchemaLacksNothing() throws {
    let path = try #require(ProcessInfo.processInfo.environment["LOCKSTEP_INTROSPECTION"])
    #expect(CentraOperations.missing(in: try read(URL(filePath: path))) == [:])
}
