// What subscribers hear: one call for each change, by URL template or by parameters.
import Testing

@testable import Sandbox

extension WarehouseDesk {
    func subscribe(_ event: String, get url: String, encodes: Bool = true) throws -> Answer {
        try call(
            "SubscribeEvent",
            "<eventType>\(event)</eventType><filter/><callbackUrl>\(url.replacing("&", with: "&amp;"))</callbackUrl>"
                + "<encodeParameterData>\(encodes)</encodeParameterData>")
    }

    func subscribe(_ event: String, post parameters: String, encodes: Bool = true) throws -> Answer {
        try call(
            "SubscribePostEvent",
            "<eventType>\(event)</eventType><filter/><postUrl>http://h/{ItemCode}</postUrl>"
                + "<postParams>\(parameters.replacing("&", with: "&amp;"))</postParams>"
                + "<encodeParameterData>\(encodes)</encodeParameterData>")
    }
}

private struct Case: Sendable, CustomTestStringConvertible {
    let event: String
    let parameters: String
    var encodes = true
    let verb: String
    let arguments: String
    let calls: [String]

    var testDescription: String { "\(event) by \(verb)" }
}

private let cases = [
    Case(
        event: "AvailabilityChanges", parameters: "item={ItemCode}&available={Available}", verb: "count",
        arguments: "{\"itemCode\":\"UM1001REDS\",\"quantity\":20}", calls: ["item=UM1001REDS&available=17"]),
    Case(
        event: "IncrementalChanges",
        parameters:
            "changed={QuantityChanged}&by={UpdatedBy}&at={UpdateTimestamp}&reason={Reason}&item={ItemType.ItemCode}",
        verb: "count", arguments: "{\"itemCode\":\"UM2040BLKOS\",\"quantity\":119}",
        calls: ["changed=-1&by=inv1&at=05%2F02%2F2026+12%3A00%3A00&reason=Stock+take&item=UM2040BLKOS"]),
    Case(
        event: "IncrementalChanges", parameters: "item={ItemType.ItemCode}&reason={Reason}&changed={QuantityChanged}",
        encodes: false, verb: "remove",
        arguments: "{\"itemCode\":\"UM4412OLVOS\",\"quantity\":1,\"reason\":\"Damaged & binned\"}",
        calls: ["item=UM4412OLVOS&reason=Damaged & binned&changed=-1"]),
    Case(
        event: "TrackingNumberReceived",
        parameters:
            "despatch={DespatchNumber}&tracking={TrackingNumber}&carrier={Carrier.Number}&service={ServiceType.Name}"
            + "&code={ServiceType.Code}&order={Picks.SalesOrder.SalesOrderNumber}&email={Picks.SalesOrder.Email}",
        verb: "track", arguments: "{\"despatch\":\"DES10237\",\"tracking\":\"IP 1\"}",
        calls: [
            "despatch=DES10237&tracking=IP+1&carrier=IP&service=Tracked+48&code=STD&order=C-10004"
                + "&email=tom.ashdown%40example.com"
        ]),
    Case(
        event: "GoodsReceived",
        parameters: "id={GoodsInId}&reference={Reference}&qty={Consignments.ConsignmentItemTypes.Quantity}"
            + "&item={Consignments.ConsignmentItemTypes.ItemType.ItemCode}",
        verb: "receive",
        arguments:
            "{\"items\":[{\"itemCode\":\"UM3105ECR40\",\"quantity\":25},{\"itemCode\":\"UM3105ECR38\",\"quantity\":5}]}",
        calls: ["id=2100&reference=GI-2100&qty=255&item=UM3105ECR40UM3105ECR38"]),
    Case(
        event: "SalesOrderStatusChanges",
        parameters: "order={SalesOrderNumber}&status={SalesOrderStatu.Name}&wrong={SalesOrderStatus.Name}",
        verb: "cancel",
        arguments: "{\"order\":\"C-10007\"}", calls: ["order=C-10007&status=Cancelled&wrong={SalesOrderStatus.Name}"]),
    Case(
        event: "Returns", parameters: "return={ReturnCode}&item={ItemType.ItemCode}", verb: "return",
        arguments: "{\"lines\":[{\"itemCode\":\"UM1001REDM\"},{\"itemCode\":\"UM1001REDL\"}]}",
        calls: ["return=RET600&item=UM1001REDM", "return=RET600&item=UM1001REDL"]),
]

@Test(arguments: cases)
private func subscribersHear(_ example: Case) throws {
    let desk = WarehouseDesk()
    try desk.set(["isNewer": .bool(true)])
    #expect(try desk.subscribe(example.event, post: example.parameters, encodes: example.encodes).detail == "1060")
    try desk.act(example.verb, example.arguments)
    #expect(desk.callbacks() == example.calls.map { "POST http://h/{ItemCode} \($0)" })
}

@Test
func aURLTemplateIsFilled() throws {
    let desk = WarehouseDesk()
    try desk.set(["isNewer": .bool(true)])
    try desk.act("add-item", "{\"itemCode\":\"A B&C/Å\",\"barcode\":\"1\"}")
    _ = try desk.subscribe("AvailabilityChanges", get: "http://h/s?item={ItemCode}&left={Available}")
    _ = try desk.subscribe("AvailabilityChanges", get: "http://h/s?item={ItemCode}&left={Available}", encodes: false)
    try desk.act("count", "{\"itemCode\":\"A B&C/Å\",\"quantity\":4}")
    #expect(
        desk.callbacks() == [
            "GET http://h/s?item=A+B%26C%2F%C3%85&left=4", "GET http://h/s?item=A%20B&C/%C3%85&left=4",
        ])
}

@Test
func everyStepOfAnOrderIsTold() throws {
    let desk = WarehouseDesk()
    try desk.set(["isNewer": .bool(true)])
    for kind in Change.Kind.allCases {
        _ = try desk.subscribe(kind.rawValue, get: "http://h/\(kind.rawValue)")
    }
    try desk.order("C-40", [("UM1001REDL", 1)])
    try desk.act("despatch", "{\"order\":\"C-40\",\"tracking\":\"T\"}")
    #expect(
        desk.callbacks().map { $0.replacing("GET http://h/", with: "") } == [
            "AvailabilityChanges", "SalesOrderStatusChanges", "AvailabilityChanges", "IncrementalChanges",
            "SalesOrderStatusChanges", "OnDespatchOrderReceived", "DespatchPackageDespatched", "TrackingNumberReceived",
            "DespatchPackageTrackingNumberReceived",
        ])
}

@Test
func subscriptionsPileUpUntilTheyEndById() throws {
    let desk = WarehouseDesk()
    let body = "<eventType>AvailabilityChanges</eventType><callbackUrl>http://h/</callbackUrl>"
    #expect(try desk.call("SubscribeEvent", body).detail == "1060")
    #expect(try desk.call("SubscribeEvent", body).detail == "1061")
    let end = "<subscriptionId>1060</subscriptionId>"
    #expect(try desk.call("UnsubscribeEvent", end).detail == "True")
    #expect(try desk.call("UnsubscribeEvent", end).responseId == -1)
    try desk.set(["refusesUnknownSubscription": .bool(false)])
    #expect(try desk.call("UnsubscribeEvent", end).detail == "True")
    try desk.act("count", "{\"itemCode\":\"UM1001REDS\",\"quantity\":20}")
    #expect(desk.callbacks().count == 1)
}

@Test
func aSitesFilterLetsOneSiteThrough() throws {
    let desk = WarehouseDesk()
    try desk.set(["isNewer": .bool(true)])
    func subscribe(_ filter: String) throws -> WarehouseDesk.Answer {
        try desk.call(
            "SubscribeEventWithSitesFilters",
            "<eventType>AvailabilityChanges</eventType><sitesFilter>\(filter)</sitesFilter><callbackUrl>http://h/</callbackUrl>"
        )
    }
    #expect(try subscribe("Site.Reference = \"TestSite\"").responseId == 0)
    #expect(try subscribe("site == \"TestSite\"").responseId == -1)
    try desk.act("count", "{\"itemCode\":\"UM1001REDS\",\"quantity\":20}")
    #expect(desk.callbacks().isEmpty)
    try desk.act("count", "{\"itemCode\":\"UM1001REDS\",\"quantity\":20,\"site\":\"TestSite\"}")
    #expect(desk.callbacks().count == 1)
}
