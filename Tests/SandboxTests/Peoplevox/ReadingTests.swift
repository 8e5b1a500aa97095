// GetData and GetReportData: columns, order, pages, and everything that moves between two pages.
import Testing

@testable import Sandbox

@Test
func pagesAreCountedFromOneAndEndWithAHeader() throws {
    let desk = WarehouseDesk()
    var codes: [String] = []
    for page in 1...4 {
        let answer = try desk.data("Item types", page: page, size: 5)
        #expect(answer.totalCount == 11)
        #expect(answer.table?.columns.first == "ItemCode")
        codes += answer.column("ItemCode")
    }
    #expect(codes.count == 11 && Set(codes).count == 11)
    #expect(try desk.data("Item types", page: 0).responseId == -1)
    #expect(try desk.data("Item types", page: 2_147_483_647, size: 1_000).column("ItemCode").isEmpty)
}

@Test
func theOrderIsOfTheColumnsKind() throws {
    let desk = WarehouseDesk()
    let rising = try desk.report("Item inventory summary", order: "[On hand] asc", columns: "[On hand]").column(
        "On hand")
    #expect(rising.compactMap { Int($0) } == rising.compactMap { Int($0) }.sorted())
    let falling = try desk.report(
        "Item inventory summary", order: "[Site reference] desc,[Item code] desc", columns: "Site reference, Item code")
    #expect(falling.table?.columns == ["Site reference", "Item code"])
    #expect(falling.column("Site reference").prefix(2) == ["TestSite", "SystemSite"])
    #expect(try desk.report("Item inventory summary", order: "[Colour]").responseId == -1)
    #expect(try desk.report("Item inventory summary", columns: "[Colour]").responseId == -1)
}

@Test
func pagesDriftOnlyWithoutAnOrder() throws {
    let desk = WarehouseDesk()
    try desk.act("generate", "{\"items\":100}")
    try desk.set(["pageDrift": .integer(3)])
    func codes(_ order: String) throws -> [String] {
        try (1...12).flatMap { page in
            try desk.report("Item inventory summary", page: page, size: 10, order: order).column("Item code")
        }
    }
    let ordered = try codes("[Site reference],[Item code]")
    #expect(ordered.count == 114)
    let drifted = try codes("")
    #expect(drifted.count == 114 && Set(drifted).count < 110)
    #expect(try codes("[Site reference],[Item code]") == ordered)
    try desk.set(["driftsInOrder": .bool(true)])
    #expect(try Set(codes("[Site reference],[Item code]")).count < 110)
}

@Test
func wholeTablesTimeOutAndPagesAreCapped() throws {
    let desk = WarehouseDesk()
    try desk.act("generate", "{\"items\":5100}")
    let everything =
        "<getRequest><TemplateName>Item types</TemplateName><PageNo>1</PageNo><ItemsPerPage>0</ItemsPerPage></getRequest>"
    #expect(desk.send("GetData", desk.envelope("GetData", everything)) == nil)
    #expect(try desk.data("Item types", size: 2_000).column("ItemCode").count == 1_000)
    #expect(try desk.data("Item types", "ItemCode.StartsWith(\"UM\")", size: 0).totalCount == 9)
}

@Test
func oneReportHasAnEmptyBody() throws {
    let desk = WarehouseDesk()
    #expect(try desk.report("Outstanding sales orders", size: 999).column("Sales order no.") == ["C-10007"])
    let request = desk.envelope(
        "GetReportData",
        "<getReportRequest><TemplateName>Outstanding sales orders</TemplateName><PageNo>1</PageNo>"
            + "<ItemsPerPage>1000</ItemsPerPage></getReportRequest>")
    let reply = try #require(desk.send("GetReportData", request))
    #expect(reply.status == 200 && reply.body.isEmpty)
}

@Test
func theTenantsSettingsShowInTheText() throws {
    let desk = WarehouseDesk()
    let clause = "SalesOrderNumber.Equals(\"C-10001\")"
    #expect(try desk.data("Sales orders", clause).column("CreatedDate") == ["'01/02/2026 09:15:00'"])
    #expect(try desk.data("Sales orders", clause).column("RequestedDeliveryDate") == ["'01/02/2026'"])
    try desk.set(["dateStyle": .string("monthFirst"), "quotesDates": .bool(false), "statusIsNumber": .bool(true)])
    #expect(try desk.data("Sales orders", clause).column("CreatedDate") == ["02/01/2026 09:15:00"])
    #expect(try desk.status("C-10001") == "5")
    #expect(try desk.data("Sales orders", "Status.Equals(5)").totalCount == 6)
}

@Test
func plantedMistakesShow() throws {
    let desk = WarehouseDesk()
    func columns(_ operation: String, _ name: String) throws -> WarehouseDesk.Answer {
        try desk.call(operation, "<templateName>\(name)</templateName>")
    }
    try desk.act("drop-column", "{\"template\":\"Sales orders\",\"column\":\"OnHold\"}")
    try desk.act("drop-column", "{\"report\":\"Despatch summary\",\"column\":\"Tracking number\"}")
    try desk.act("rename-report", "{\"report\":\"Return summary\",\"to\":\"Returns summary\"}")
    try desk.act("rename-title", "{\"report\":\"Item inventory summary\",\"column\":\"Item code\",\"to\":\"SKU\"}")
    try desk.act("rename-site", "{\"site\":\"PrimarySite\",\"to\":\"Main\"}")
    try desk.act("drop-template", "{\"template\":\"Carriers\"}")
    #expect(try columns("GetSaveTemplate", "Sales orders").detail?.contains("OnHold") == false)
    #expect(try desk.save("Sales orders", "SalesOrderNumber,OnHold\nC-1,true\n").responseId == -1)
    #expect(try columns("GetReportColumns", "Despatch summary").detail?.contains("Tracking number") == false)
    #expect(try columns("GetReportColumns", "Return summary").responseId == -1)
    #expect(try desk.report("Returns summary").totalCount == 3)
    #expect(
        try desk.report("Item inventory summary", "[SKU] = \"UM1001REDS\" AND [Site reference] = \"Main\"").totalCount
            == 1)
    #expect(try desk.data("Sites").column("Reference") == ["Main", "TestSite", "SystemSite"])
    #expect(try columns("GetSaveTemplate", "Carriers").responseId == -1)
}
