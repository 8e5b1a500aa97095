// What a tenant has is known by its columns, in whatever case it spells them.
import Testing

@testable import Peoplevox

struct TenantTemplatesTests {
    static let columns: [(String, SaveTemplate, Bool)] = [
        ("onhold", .salesOrders, true), ("CONTACTNAME", .salesOrders, true), ("StopShip", .salesOrders, false),
        ("OnHold", .itemTypes, false), ("ItemCode", .salesOrderItems, false),
    ]

    @Test(arguments: columns)
    func aColumnIsThereInAnyCase(column: String, template: SaveTemplate, isThere: Bool) {
        var templates = TenantTemplates(names: [.salesOrderItems: "Order lines"])
        templates[.salesOrders] = ["SalesOrderNumber", "OnHold", "ContactName"]
        templates[.itemTypes] = []
        #expect(templates.has(column, in: template) == isThere)
        #expect(
            templates.name(of: .salesOrderItems) == "Order lines" && templates.name(of: .salesOrders) == "Sales orders")
    }
}
