// What a tenant has is asked for, and what is missing is named.
import Outbound
import Testing
import XML

@testable import Peoplevox

struct TenantTemplatesTests {
    @Test
    func whatATenantHasIsDiscovered() throws {
        let refused = soapReply("GetSaveTemplate", id: -1, "Template was not found")
        let partner = FakePartner([
            "Authenticate": [login],
            "GetSaveTemplate": [
                try Fixture.reply("get-save-template-item-types"),
                try Fixture.reply("get-save-template-no-hold-column"),
                refused,
            ],
            "GetReportColumns": [try Fixture.reply("get-report-columns-missing-tracking")],
        ])
        let found = try makeClient(partner).discover(
            names: [.salesOrderItems: "Order lines"], reports: ["Despatch summary"], .catalogue, Cancellation())
        #expect(found[.itemTypes]?.count == 9)
        #expect(found.has("onhold", in: .salesOrders) == false)
        #expect(found.has("CONTACTNAME", in: .salesOrders))
        #expect(found[.salesOrderItems] == nil)
        let asked = try partner.bodies("GetSaveTemplate").flatMap { $0.children.map(\.text) }
        #expect(asked == ["Item types", "Sales orders", "Order lines"])
        let needs = TemplateNeeds(
            templates: [
                .itemTypes: ["ItemCode", "barcode"], .salesOrders: ["SalesOrderNumber", "OnHold"],
                .salesOrderItems: ["ItemCode"],
            ], reports: ["Despatch summary": ["Despatch number", "Tracking number"], "Return summary": ["Item code"]])
        #expect(
            found.missing(needs).map(\.description) == [
                "Sales orders lacks OnHold", "Order lines lacks ItemCode", "Despatch summary lacks Tracking number",
                "Return summary lacks Item code",
            ])
    }

    /// A template that could not be asked for is not one that does not exist.
    @Test
    func aQuestionWithoutAnswerIsNoAnswer() {
        let lost = FakePartner.Answer.failure(TransportFailure(.timedOut, mayHaveArrived: true, "timed out"))
        let client = makeClient(FakePartner(["Authenticate": [login], "GetSaveTemplate": [lost]]))
        let failed = failure { () throws(CallFailure) in
            try client.discover(reports: [], .catalogue, Cancellation())
        }
        #expect(failed?.kind == .transient)
    }
}
