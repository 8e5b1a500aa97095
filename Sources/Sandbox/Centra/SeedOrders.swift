// The orders, shipments and returns of the invented shop.

extension Seed {
    static func orders() -> [Order] {
        [
            order(
                10001, .shipped, "2026-02-01 10:15:00", "2026-02-03 15:10:44",
                person(401, "Åsa", "Lindström", "asa.lindstrom"),
                address("Storgatan 1, 2 tr", "c/o Berg", "Stockholm", "111 22", "SE", "+46700000001"),
                [line(50001, 302, 2, 89_900), line(50002, 306, 1, 129_900)], captured: "2026-02-03 15:04:50"),
            order(
                10002, .processing, "2026-02-01 11:02:31", "2026-02-04 09:31:05",
                person(402, "Jonas", "Weber", "jonas.weber"),
                address("Lindenallee 14", nil, "Köln", "50667", "DE", "+490000000002"),
                [
                    line(50003, 304, 1, 89_900), line(50004, 305, 3, 24_900, allocated: 1),
                    line(50005, 309, 1, 109_900, allocated: 1),
                ], captured: "2026-02-04 09:31:05"
            ) {
                $0.shippingOption = ShippingOption.all[1]
                $0.provider = .adyen
            },
            order(
                10003, .confirmed, "2026-02-02 08:00:09", "2026-02-02 08:00:40",
                person(403, "Maeve", "Byrne", "maeve.byrne"),
                address("8 Harbour Row", nil, "Dublin", "D02 XY00", "IE", "+353000000003"),
                [line(50006, 301, 1, 89_900, allocated: 1), line(50007, 301, 2, 62_930, was: 89_900, allocated: 2)]),
            order(
                10004, .confirmed, "2026-02-02 09:12:00", "2026-02-02 09:12:30",
                person(404, "Tom", "Ashdown", "tom.ashdown"),
                address("3 Mill Lane", "Flat 2", "Leeds", "LS1 0AA", "GB", "+440000000004"),
                [line(50008, 305, 1, 24_900, allocated: 1)]),
            order(
                10005, .confirmed, "2026-02-02 09:40:12", "2026-02-02 10:05:00",
                person(405, "Greta", "Holm", "greta.holm"),
                address("Nygatan 9", nil, "Malmö", "211 00", "SE", "+46700000005"),
                [line(50009, 303, 1, 89_900, allocated: 1)]
            ) { $0.isOnHold = true },
            order(
                10006, .confirmed, "2026-02-02 09:55:48", "2026-02-02 09:55:48",
                person(406, "Luca", "Ferri", "luca.ferri"),
                address("Via Roma 5", nil, "Torino", "10121", "IT", "+390000000006", state: "Torino"),
                [line(50010, 302, 1, 89_900)]
            ) { $0.isWaitingForPayment = true },
            order(
                10007, .confirmed, "2026-02-02 10:20:00", "2026-02-02 10:20:31",
                person(407, "Ines", "Duarte", "ines.duarte"),
                address("Rua Nova 22", "3 Esq", "Porto", "4000-001", "PT", "+351000000007"),
                [line(50011, 308, 1, 129_900), line(50012, 305, 1, 24_900, allocated: 1)]
            ) {
                $0.shippingOption = ShippingOption.all[2]
                $0.attributes = [Order.Attribute(type: "delivery", key: "pickup_point_id", value: "PT-00412")]
            },
            order(
                10008, .cancelled, "2026-02-02 10:31:00", "2026-02-03 08:02:17",
                person(408, "Erik", "Sand", "erik.sand"),
                address("Havnegata 4", nil, "Bergen", "5003", "NO", "+4700000008"), [line(50013, 309, 1, 109_900)]),
            order(
                10009, .processing, "2026-02-03 12:00:00", "2026-02-05 10:12:00",
                person(409, "Zoë", "O'Brien-Łukasik", "zoe.lukasik"),
                address(
                    "\"The Old Mill\", 12 Quay St", "Flat 3\nSide entrance", "Poznań", "60-001", "PL", "+480000000009"),
                [line(50017, 309, 1, 109_900, allocated: 1)]),
            order(
                10010, .shipped, "2026-01-12 18:44:00", "2026-01-14 13:20:00",
                person(410, "Hanna", "Frost", "hanna.frost"),
                address("Kungsgatan 77", nil, "Göteborg", "411 00", "SE", "+46700000010"),
                [
                    line(50014, 302, 1, 89_900, returned: 1), line(50015, 305, 2, 24_900, returned: 1),
                    line(50016, 307, 1, 129_900),
                ], captured: "2026-01-14 13:18:30"),
            order(
                10011, .confirmed, "2026-02-03 07:30:00", "2026-02-03 07:31:00", nil,
                address("Lagergatan 2", "Gate B", "Oslo", "0150", "NO", "+4700000011"),
                [line(50018, 305, 24, 9_960, allocated: 24)]
            ) {
                $0.isWholesale = true
                $0.accountName = "Nordlys Retail AS"
                $0.purchaseOrderNumber = "PO-7781"
                $0.shippingOption = ShippingOption.all[3]
                $0.shippingAddress.companyName = "Nordlys Retail AS"
                ($0.shippingAddress.firstName, $0.shippingAddress.lastName) = ("Per", "Nilsen")
                $0.shippingAddress.email = "orders@example.com"
            },
        ]
    }

    static func order(
        _ number: Int, _ status: OrderStatus, _ created: String, _ updated: String, _ customer: Person?,
        _ address: Address, _ lines: [OrderLine], captured: String? = nil, _ more: (inout Order) -> Void = { _ in }
    ) -> Order {
        var order = Order(number: number, id: id(number), createdAt: at(created), updatedAt: at(updated))
        order.status = status
        order.shippingCost = Money(minor: 4_900)
        order.customer = customer
        order.shippingAddress = address
        order.shippingAddress.firstName = customer?.firstName
        order.shippingAddress.lastName = customer?.lastName
        order.shippingAddress.email = customer?.email
        order.lines = lines
        more(&order)
        order.billingAddress = order.shippingAddress
        order.payments = payments(order, captured: captured.map(at))
        return order
    }

    /// 32 hexadecimal digits, as Centra has them.
    static func id(_ number: Int) -> String { Signing.hexadecimal(Signing.md5("order-\(number)")) }

    private static func payments(_ order: Order, captured: Moment?) -> [Payment] {
        func payment(_ place: Int, _ at: Moment, _ type: String, _ status: Payment.Status, _ value: Money) -> Payment {
            Payment(
                id: order.number * 10 + place, createdAt: at, status: status, entryType: type,
                externalReference: order.reference, method: order.provider.method, value: value,
                paramsJSON: status == .failed
                    ? "{\"success\":false,\"error\":\"authorisation expired\"}" : "{\"success\":true}",
                orderNumber: order.number)
        }
        let type = order.isWholesale ? "INVOICE" : order.isWaitingForPayment ? "AUTH_PENDING" : "AUTH"
        var payments = [
            payment(1, order.createdAt, type, order.isWaitingForPayment ? .pending : .success, order.total)
        ]
        if let captured {
            payments.append(payment(2, captured, "CAPTURE", .success, order.total))
        } else if order.status == .cancelled {
            payments.append(payment(2, order.updatedAt, "CANCEL", .success, -order.total))
        } else if order.number == 10009 {
            payments.append(payment(2, order.updatedAt, "CAPTURE", .failed, order.total))
        }
        return payments
    }

    private static func person(_ id: Int, _ first: String, _ last: String, _ mailbox: String) -> Person {
        Person(id: id, email: "\(mailbox)@example.com", firstName: first, lastName: last)
    }

    private static func address(
        _ first: String, _ second: String?, _ city: String, _ zip: String, _ country: String, _ phone: String,
        state: String? = nil
    ) -> Address {
        Address(
            address1: first, address2: second, city: city, zipCode: zip, stateOrProvince: state, countryCode: country,
            phoneNumber: phone, cellPhoneNumber: phone)
    }

    private static func line(
        _ id: Int, _ sizeID: Int, _ quantity: Int, _ price: Int, was: Int? = nil, allocated: Int = 0, returned: Int = 0
    ) -> OrderLine {
        var line = OrderLine(
            id: id, sizeID: sizeID, quantity: quantity, unitPrice: Money(minor: price),
            originalPrice: Money(minor: was ?? price))
        line.returnedQuantity = returned
        if allocated > 0 { line.allocations = [Allocation(id: id * 10 + 1, warehouseID: 3, quantity: allocated)] }
        return line
    }

    // MARK: Shipments and returns

    static func shipments() -> [Shipment] {
        [
            shipment(
                690, 10010, 1, "DES10198", "2026-01-14 13:18:10", shipped: "2026-01-14 13:18:40", "SE00049911",
                [(781, 50014, 1), (782, 50015, 2), (783, 50016, 1)]),
            shipment(
                701, 10001, 1, "DES10234", "2026-02-03 15:04:40", shipped: "2026-02-03 15:05:11", "JD0002334455",
                [(801, 50001, 2), (802, 50002, 1)]),
            shipment(
                702, 10002, 1, "DES10235", "2026-02-03 16:20:10", shipped: "2026-02-03 16:20:40",
                "00340434292135100124", [(803, 50003, 1), (804, 50004, 2)]),
            shipment(
                706, 10002, 2, "DES10240", "2026-02-04 09:30:50", shipped: nil, nil,
                [(805, 50004, 1), (806, 50005, 1)]),
            shipment(
                707, 10009, 1, "DES10241", "2026-02-05 10:11:30", shipped: nil, nil, [(809, 50017, 1)], isPaid: false),
        ]
    }

    private static func shipment(
        _ id: Int, _ order: Int, _ place: Int, _ despatch: String, _ created: String, shipped: String?,
        _ tracking: String?, _ lines: [(Int, Int, Int)], isPaid: Bool = true
    ) -> Shipment {
        let createdAt = at(created)
        var shipment = Shipment(
            id: id, number: "\(order)-\(place)", orderNumber: order, isWholesale: false, createdAt: createdAt,
            updatedAt: shipped.map(at) ?? createdAt)
        shipment.isGoodToGo = isPaid
        (shipment.paidAt, shipment.capturedAt) = isPaid ? (createdAt, createdAt) : (nil, nil)
        shipment.shippedAt = shipped.map(at)
        shipment.trackingNumber = tracking
        shipment.additionalMessage = "Peoplevox \(despatch)"
        shipment.externalId = "\(despatch)/C-\(order)"
        shipment.shippingShare = Money(minor: place == 1 ? 4_900 : 0)
        if shipped != nil {
            (shipment.carrier, shipment.service, shipment.numberOfPackages) = ("Northline", "Parcel", 1)
        }
        shipment.lines = lines.map {
            ShipmentLine(id: $0.0, orderLineID: $0.1, quantity: $0.2, warehouseID: shipped == nil ? nil : 3)
        }
        return shipment
    }

    static func returns() -> [Return] {
        let created = at("2026-02-09 11:30:00")
        var pending = Return(
            id: 315, shipmentID: 690, orderNumber: 10010, isWholesale: false, createdAt: created,
            lines: [ReturnLine(id: 91, shipmentLineID: 781, orderLineID: 50014, quantity: 1)], policy: .remove)
        (pending.comment, pending.externalId) = ("Peoplevox RET501: accepted", "RET501/C-10010/UM1001REDM")
        var completed = Return(
            id: 316, shipmentID: 690, orderNumber: 10010, isWholesale: false, createdAt: created,
            lines: [ReturnLine(id: 92, shipmentLineID: 782, orderLineID: 50015, quantity: 1)], policy: .remove)
        completed.isCompleted = true
        (completed.comment, completed.externalId) = ("Peoplevox RET501: quarantined", "RET501/C-10010/UM2040BLKOS")
        completed.refunds = [
            Payment(
                id: 100_109, createdAt: created, status: .success, entryType: "REFUND", externalReference: "psp-10010",
                method: PaymentProvider.stripe.method, value: Money(minor: -24_900), paramsJSON: "{\"success\":true}",
                orderNumber: 10010, returnID: 316)
        ]
        return [pending, completed]
    }
}
