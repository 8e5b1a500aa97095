// The demonstration shop's orders as the warehouse has them: despatched in one or two consignments, without tracking, with
// a line that vanished, cancelled, returned.

extension WarehouseState {
    mutating func addUlvmarkOrders() {
        for row in UlvmarkOrder.rows { orders[row.order.number] = row.order }
        for row in UlvmarkDespatch.rows {
            var despatch = row
            despatch.serviceCode = orders[row.salesOrder]?.fields["ServiceType"] ?? ""
            despatches[row.number] = despatch
        }
    }

    mutating func addUlvmarkReturns() {
        add(
            ReturnedLine("UM1001REDM", quantity: 1, of: "C-10010", reason: "Does not fit", reasonCode: "SIZE"),
            "RET501",
            CivilTime(2026, 2, 9, 10, 30))
        add(
            ReturnedLine(
                "UM2040BLKOS", quantity: 1, of: "C-10010", reason: "Faulty", reasonCode: "FAULTY", condition: "DAMAGED",
                isReusable: false, comments: "Seam open,\nheld for inspection \"QC\""), "RET501",
            CivilTime(2026, 2, 9, 10, 30))
        add(
            ReturnedLine(
                "UM3105ECR40", quantity: 1, of: "C-10010", reason: "Other", reasonCode: "ZZ9", condition: "",
                isReusable: nil), "RET502", CivilTime(2026, 2, 9, 11, 2, 14))
    }

    private mutating func add(_ line: ReturnedLine, _ code: String, _ time: CivilTime?) {
        var line = line
        (line.code, line.time, line.site) = (code, time ?? now, defaultSite)
        returns.append(line)
    }
}

private struct UlvmarkOrder {
    let order: SalesOrder

    /// - Parameter address: two lines, city, postcode, country.
    init(
        _ number: Int, _ name: String, _ email: String, _ address: [String], created: String, _ service: String,
        _ total: String, _ lines: [SalesOrder.Line], isOnHold: Bool = false, isCancelled: Bool = false
    ) {
        let modified = CivilTime(2026, 2, 3, 17, 0, 0) ?? CivilTime(seconds: 0)
        var order = SalesOrder("C-\(number)", site: "PrimarySite", modified: modified)
        order.fields = [
            "CustomerPurchaseOrderReferenceNumber": String(number), "Customer": name, "ContactName": name,
            "Email": "\(email)@example.com", "CreatedDate": created,
            "RequestedDeliveryDate": created.prefix(10) + " 00:00:00", "ServiceType": service, "ChannelName": "Centra",
            "TotalSale": total,
        ]
        for (column, text) in zip(["Line1", "Line2", "City", "Postcode", "Country"], address) {
            order.fields["ShippingAddress\(column)"] = text
        }
        order.lines = lines
        (order.isOnHold, order.isCancelled) = (isOnHold, isCancelled)
        self.order = order
    }

    private static func line(
        _ line: Int, _ itemCode: String, _ quantity: Int, _ price: String, isOpen: Bool = false
    ) -> SalesOrder.Line {
        var one = SalesOrder.Line(itemCode, quantity: quantity, line: String(line))
        one.fields = ["Sequence": String(line), "SalePrice": price]
        one.despatched = isOpen ? 0 : quantity
        return one
    }

    static let rows: [UlvmarkOrder] = [
        .init(
            10_001, "Åsa Lindström", "asa.lindstrom",
            ["Storgatan 1, 2 tr", "c/o Berg", "Stockholm", "111 22", "Sweden"],
            created: "2026-02-01 09:15:00", "STD", "3146.00",
            [line(1, "UM1001REDM", 2, "899.00"), line(2, "UM3105ECR38", 1, "1299.00")]),
        .init(
            10_002, "Jonas Weber", "jonas.weber", ["Lindenallee 14", "", "Köln", "50667", "Germany"],
            created: "2026-02-01 10:02:31", "EXP", "2794.00",
            [
                line(1, "UM1001NVYM", 1, "899.00"), line(2, "UM2040BLKOS", 3, "249.00"),
                line(3, "UM4412OLVOS", 1, "1099.00"),
            ]),
        .init(
            10_003, "Maeve Byrne", "maeve.byrne", ["8 Harbour Row", "", "Dublin", "D02 XY00", "Ireland"],
            created: "2026-02-02 07:00:09", "STD", "2206.60",
            [line(1, "UM1001REDS", 1, "899.00"), line(2, "UM1001REDS", 2, "629.30")]),
        .init(
            10_004, "Tom Ashdown", "tom.ashdown", ["3 Mill Lane", "Flat 2", "Leeds", "LS1 0AA", "United Kingdom"],
            created: "2026-02-02 08:12:00", "STD", "298.00", [line(1, "UM2040BLKOS", 1, "249.00")]),
        .init(
            10_007, "Ines Duarte", "ines.duarte", ["Rua Nova 22", "3 Esq", "Porto", "4000-001", "Portugal"],
            created: "2026-02-02 09:20:00", "PUP", "1597.00", [line(2, "UM2040BLKOS", 1, "249.00", isOpen: true)],
            isOnHold: true),
        .init(
            10_008, "Erik Sand", "erik.sand", ["Havnegata 4", "", "Bergen", "5003", "Norway"],
            created: "2026-02-02 09:31:00", "STD", "1148.00", [line(1, "UM4412OLVOS", 1, "1099.00", isOpen: true)],
            isCancelled: true),
        .init(
            10_009, "Zoë O'Brien-Łukasik", "zoe.lukasik",
            ["\"The Old Mill\", 12 Quay St", "Flat 3\nSide entrance", "Poznań", "60-001", "Poland"],
            created: "2026-02-03 11:00:00", "STD", "1148.00", [line(1, "UM4412OLVOS", 1, "1099.00")]),
        .init(
            10_010, "Hanna Frost", "hanna.frost", ["Kungsgatan 77", "", "Göteborg", "411 00", "Sweden"],
            created: "2026-01-12 17:44:00", "STD", "2745.00",
            [
                line(1, "UM1001REDM", 1, "899.00"), line(2, "UM2040BLKOS", 2, "249.00"),
                line(3, "UM3105ECR40", 1, "1299.00"),
            ]),
    ]
}

private enum UlvmarkDespatch {
    private static func despatch(
        _ number: Int, _ order: Int, _ time: String, _ carrier: (String, String, String), _ tracking: String,
        _ lines: [(String, Int, Int)]
    ) -> Despatch {
        let packed = lines.map { Despatch.PackedLine(itemCode: $0.0, line: String($0.2), quantity: $0.1) }
        return Despatch(
            number: "DES\(number)", salesOrder: "C-\(order)", site: "PrimarySite",
            time: CivilTime(importText: time) ?? CivilTime(seconds: 0), carrier: carrier.0, carrierReference: carrier.1,
            service: carrier.2, serviceCode: "", packages: [Despatch.Package(tracking: tracking, lines: packed)],
            user: "pick1")
    }

    private static let parcel = ("Northline", "NL", "Parcel")
    private static let express = ("Northline", "NL", "Express")

    /// Item code, units, line.
    static let rows = [
        despatch(
            10_198, 10_010, "2026-01-14 12:18:02", express, "JD0002310001",
            [("UM1001REDM", 1, 1), ("UM2040BLKOS", 2, 2), ("UM3105ECR40", 1, 3)]),
        despatch(
            10_234, 10_001, "2026-02-03 14:05:11", express, "JD0002334455",
            [("UM1001REDM", 2, 1), ("UM3105ECR38", 1, 2)]),
        despatch(
            10_235, 10_002, "2026-02-03 15:20:40", parcel, "00340434292135100124",
            [("UM1001NVYM", 1, 1), ("UM2040BLKOS", 2, 2)]),
        despatch(
            10_236, 10_003, "2026-02-03 15:41:00", parcel, "00340434292135100209",
            [("UM1001REDS", 1, 1), ("UM1001REDS", 2, 2)]),
        despatch(10_237, 10_004, "2026-02-03 16:02:27", ("Islepost", "IP", "Tracked 48"), "", [("UM2040BLKOS", 1, 1)]),
        despatch(
            10_240, 10_002, "2026-02-04 08:30:12", parcel, "00340434292135100131",
            [("UM2040BLKOS", 1, 2), ("UM4412OLVOS", 1, 3)]),
        despatch(
            10_241, 10_009, "2026-02-05 09:10:58", ("Paczkora", "PK", "Courier"), "PL000118822", [("UM4412OLVOS", 1, 1)]
        ),
    ]
}
