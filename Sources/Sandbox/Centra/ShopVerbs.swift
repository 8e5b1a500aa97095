// What tests in the same process do to the pretend shop without the API: shoppers, buyers and people at a desk. And its
// own log of the stock that the API set, which is what a simulation judges by.
import JSON
import Synchronization

/// A quantity that the API set.
package struct StockNote: Equatable, Sendable {
    /// From 1, in the order in which they were applied.
    package let number: Int
    /// Microseconds since 1970.
    package let time: Int64
    package let sku: String
    package let warehouse: Int
    package let asked: Int
    /// What came of it: not less than is allocated, where the shop raises it.
    package let physical: Int
}

extension CentraSandbox {
    package struct Level: Equatable, Sendable {
        package let physical: Int
        package let allocated: Int
        package var free: Int { physical - allocated }
    }

    /// Units of an order that are promised from a warehouse.
    package struct Promise: Equatable, Sendable {
        package let line: Int
        package let sku: String
        package let warehouse: Int
        package let quantity: Int
    }

    package func addWarehouse(_ id: Int, name: String) {
        guarded.withLock { $0.shop.warehouses.append(Warehouse(id: id, name: name, zipCode: "LS1 0AA")) }
    }

    package func addSKU(_ sku: String) {
        guarded.withLock { _ = $0.shop.add(sku: sku) }
    }

    /// Somebody sets it by hand, and nobody is told.
    package func setByHand(_ sku: String, in warehouse: Int, physical: Int) {
        guarded.withLock { state in
            guard let size = state.shop.catalogue.sizes(sku: sku).first else { return }
            state.shop.stock.set(warehouse, size, physical: physical)
        }
    }

    /// Nil when the shop does not have the SKU.
    package func level(_ sku: String, in warehouse: Int) -> Level? {
        guarded.withLock { state in
            guard let size = state.shop.catalogue.sizes(sku: sku).first else { return nil }
            let level = state.shop.stock.level(warehouse, size)
            return Level(physical: level.physical, allocated: level.allocated)
        }
    }

    /// What was set since the note with this number.
    package func stockLog(after number: Int) -> [StockNote] {
        guarded.withLock { $0.shop.stockLog(after: number) }
    }

    /// What is promised to an order and has not left. In a shop that promises nothing, from where it would be taken.
    package func promises(to order: Int) -> [Promise] {
        guarded.withLock { state in
            (state.shop.order(order)?.lines ?? []).flatMap { line in
                let sku = state.shop.catalogue.sizes[line.sizeID].map(state.shop.catalogue.sku) ?? ""
                if line.allocations.isEmpty, !state.shop.switches.allocatesOnConfirm {
                    let first = state.shop.warehouses.first { !$0.isHidden }?.id ?? 0
                    return [Promise(line: line.id, sku: sku, warehouse: first, quantity: line.quantity)]
                }
                return line.allocations.map {
                    Promise(line: line.id, sku: sku, warehouse: $0.warehouseID, quantity: $0.quantity)
                }
            }
        }
    }

    /// The order as a whole, before anything of it has left.
    package func cancel(_ order: Int) {
        guarded.withLock { $0.shop.cancelByHand(order) }
        turn()
    }

    /// A shipment of these units by line, completed at once: they leave the shelf of this warehouse, and the promise.
    package func ship(_ units: [Int: Int], of order: Int, from warehouse: Int) {
        guarded.withLock { $0.shop.shipByHand(units, of: order, from: warehouse) }
        turn()
    }
}

extension Shop {
    static let stockLogLimit = 200_000

    func noteSetting(_ size: Int, in warehouse: Int, asked: Int, physical: Int) {
        let sku = catalogue.sizes[size].map(catalogue.sku) ?? ""
        if stockLog.count >= Shop.stockLogLimit { stockLog.removeFirst(Shop.stockLogLimit / 2) }
        stockLog.append(
            StockNote(
                number: (stockLog.last?.number ?? 0) + 1, time: now, sku: sku, warehouse: warehouse, asked: asked,
                physical: physical))
    }

    func stockLog(after number: Int) -> [StockNote] {
        let first = stockLog.first?.number ?? 1
        return Array(stockLog.dropFirst(max(0, number + 1 - first)))
    }

    func stockLogJSON(after number: Int) -> JSONValue {
        .array(
            stockLog(after: number).map { note in
                .object([
                    "number": .integer(note.number), "time": .integer(Int(note.time)), "sku": .string(note.sku),
                    "warehouse": .integer(note.warehouse), "asked": .integer(note.asked),
                    "physical": .integer(note.physical),
                ])
            })
    }

    /// A product with one variant and one size, whose numbers together are the SKU.
    /// - Returns: the size; one that is there already.
    func add(sku: String) -> Int {
        if let size = catalogue.sizes(sku: sku).first { return size }
        let product = nextID("Product", from: 1_001)
        catalogue.add(Product(id: product, name: sku, number: sku, updatedAt: now))
        let variant = nextID("ProductVariant", from: 2_001)
        catalogue.add(Variant(id: variant, productID: product, name: "", number: "", updatedAt: now))
        let size = nextID("ProductSize", from: 5_001)
        catalogue.add(
            Size(id: size, productID: product, variantID: variant, number: "", description: "One Size", updatedAt: now))
        return size
    }

    func cancelByHand(_ number: Int) {
        guard let order = order(number), order.status.isOpen else { return }
        for line in order.lines { release(line.allocatedQuantity, of: line.id, of: number, .release) }
        change(number) { $0.status = .cancelled }
    }

    func shipByHand(_ units: [Int: Int], of number: Int, from warehouse: Int) {
        guard let order = order(number), !units.isEmpty else { return }
        // What leaves is taken from a line's promises in their order.
        for line in units.keys {
            editLine(line, of: number) { line in
                let (meant, others) = line.allocations.reduce(into: ([Allocation](), [Allocation]())) { parts, one in
                    if one.warehouseID == warehouse { parts.0.append(one) } else { parts.1.append(one) }
                }
                line.allocations = meant + others
            }
        }
        var shipment = Shipment(
            id: nextID("Shipment", from: 708), number: "\(number)-\(shipments(of: order).count + 1)",
            orderNumber: number, isWholesale: order.isWholesale, createdAt: now, updatedAt: now)
        shipment.isGoodToGo = true
        shipment.paidAt = now
        shipment.lines = units.sorted { $0.key < $1.key }.map { line, quantity in
            ShipmentLine(id: nextID("ShipmentLine", from: 811), orderLineID: line, quantity: quantity)
        }
        add(shipment)
        change(number) { $0.status = .processing }
        complete(shipment.id, at: now)
    }
}
