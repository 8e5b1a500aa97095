// Consignments: units leave, under a despatch number, in one or several packages with or without a tracking number. One
// order may have several despatches, and one despatch several packages (peoplevox.md, section 7).

package struct Despatch: Equatable, Sendable {
    package struct PackedLine: Equatable, Sendable {
        package var itemCode: String
        package var line: String
        package var quantity: Int
    }

    package struct Package: Equatable, Sendable {
        package var tracking: String
        package var lines: [PackedLine]
    }

    package var number: String
    package var salesOrder: String
    package var site: String
    package var time: CivilTime
    package var carrier: String
    package var carrierReference: String
    package var service: String
    package var serviceCode: String
    package var packages: [Package]
    package var user: String
}

/// What is packed, and how it is sent.
package struct Consignment: Sendable {
    package struct Units: Equatable, Sendable {
        /// By the order's `Line`, or by item code.
        package var line: String?
        package var itemCode: String?
        package var quantity: Int

        package init(line: String? = nil, itemCode: String? = nil, quantity: Int) {
            self.line = line
            self.itemCode = itemCode
            self.quantity = quantity
        }
    }

    /// Nil: all that is reserved.
    package var units: [Units]?
    package var tracking = ""
    package var carrier = "Northline"
    package var carrierReference = "NL"
    package var service = "Express"
    package var user = "pick1"
    /// A despatch that is there already: another package for it.
    package var despatch: String?
    /// Units leave although they are not reserved or were never ordered: what goes wrong in real warehouses.
    package var isForced = false

    package init(_ units: [Units]? = nil, tracking: String = "") {
        self.units = units
        self.tracking = tracking
    }
}

extension WarehouseState {
    /// - Returns: the despatch number.
    package mutating func despatch(_ number: String, _ consignment: Consignment) throws(WarehouseRefusal) -> String {
        let order = try workable(number)
        let packed = try resolve(consignment, of: order)
        guard !packed.isEmpty else { throw WarehouseRefusal("there is nothing to despatch") }
        let lines = packed.map {
            Despatch.PackedLine(
                itemCode: order.lines[$0.index].itemCode, line: order.lines[$0.index].line, quantity: $0.quantity)
        }
        let despatch = try record(
            Despatch.Package(tracking: consignment.tracking, lines: lines), consignment, of: order)
        take(packed, from: number, user: consignment.user)
        tell(of: despatch, consignment.tracking, tracked: !consignment.tracking.isEmpty)
        return despatch
    }

    private typealias Packed = (index: Int, quantity: Int)

    private func resolve(_ consignment: Consignment, of order: SalesOrder) throws(WarehouseRefusal) -> [Packed] {
        guard let units = consignment.units else {
            return order.lines.indices.map { ($0, order.lines[$0].allocated) }.filter { $0.1 > 0 }
        }
        var packed: [Packed] = []
        for unit in units {
            guard let index = order.lineIndex(line: unit.line, itemCode: unit.itemCode), unit.quantity > 0 else {
                throw WarehouseRefusal("the order has no such line")
            }
            let already = packed.filter { $0.index == index }.reduce(0) { $0 + $1.quantity }
            guard consignment.isForced || already + unit.quantity <= order.lines[index].allocated else {
                throw WarehouseRefusal("not as many units are allocated to the line")
            }
            packed.append((index, unit.quantity))
        }
        return packed
    }

    private mutating func record(
        _ package: Despatch.Package, _ consignment: Consignment, of order: SalesOrder
    ) throws(WarehouseRefusal) -> String {
        if let number = consignment.despatch {
            guard let despatch = despatches[number], despatch.salesOrder == order.number else {
                throw WarehouseRefusal("the order has no such despatch")
            }
            despatches[number]?.packages.append(package)
            return number
        }
        let number = "DES\(next.despatch)"
        next.despatch += 1
        despatches[number] = Despatch(
            number: number, salesOrder: order.number, site: order.site, time: now, carrier: consignment.carrier,
            carrierReference: consignment.carrierReference, service: consignment.service,
            serviceCode: order.fields["ServiceType"] ?? "", packages: [package], user: consignment.user)
        return number
    }

    private mutating func take(_ packed: [Packed], from number: String, user: String) {
        changeOrder(number) { state, order in
            for (index, quantity) in packed {
                let place = StockPlace(order.site, order.lines[index].itemCode)
                let reserved = min(quantity, order.lines[index].allocated)
                order.lines[index].despatched += quantity
                order.lines[index].allocated -= reserved
                order.lines[index].picked = max(0, order.lines[index].picked - quantity)
                state.move(
                    place, by: -quantity, releasing: reserved, from: "DESPATCH", reason: "Despatched",
                    salesOrder: number, user: user)
            }
        }
    }

    /// A tracking number arrives, perhaps long after the despatch.
    /// - Parameter package: from 0; nil means all packages that have none.
    package mutating func track(
        _ number: String, package: Int? = nil, tracking: String
    ) throws(WarehouseRefusal) {
        guard let despatch = despatches[number] else { throw WarehouseRefusal("there is no such despatch") }
        guard package.map(despatch.packages.indices.contains) ?? true else {
            throw WarehouseRefusal("there is no such package")
        }
        for index in despatch.packages.indices
        where package == index || (package == nil && despatch.packages[index].tracking.isEmpty) {
            despatches[number]?.packages[index].tracking = tracking
        }
        tellOfTracking(number, tracking)
    }

    private mutating func tell(of number: String, _ tracking: String, tracked: Bool) {
        guard let despatch = despatches[number] else { return }
        let values = values(of: despatch, tracking)
        changes.append(Change(.despatchOrderReceived, site: despatch.site, values))
        changes.append(Change(.packageDespatched, site: despatch.site, values))
        if tracked { tellOfTracking(number, tracking) }
    }

    private mutating func tellOfTracking(_ number: String, _ tracking: String) {
        guard let despatch = despatches[number] else { return }
        let values = values(of: despatch, tracking)
        changes.append(Change(.trackingNumberReceived, site: despatch.site, values))
        changes.append(Change(.packageTrackingNumberReceived, site: despatch.site, values))
    }

    private func values(of despatch: Despatch, _ tracking: String) -> [String: [Cell]] {
        let email = orders[despatch.salesOrder]?.fields["Email"] ?? ""
        return [
            "DespatchNumber": [.text(despatch.number)], "TrackingNumber": [.text(tracking)],
            "Carrier.Number": [.text(despatch.carrierReference)], "ServiceType.Name": [.text(despatch.service)],
            "ServiceType.Code": [.text(despatch.serviceCode)],
            "Picks.SalesOrder.SalesOrderNumber": [.text(despatch.salesOrder)], "Picks.SalesOrder.Email": [.text(email)],
        ]
    }
}
