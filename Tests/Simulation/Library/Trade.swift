// Orders between the partners. What the workflows of orders will do is played here, as the design has them do it: each
// step changes a partner and is journaled as one movement, while nothing of these SKUs is read or written.
import JSON
import Sandbox
import TestSupport
import Workflows

extension World {
    /// A step of an order that moves stock.
    enum Step: CaseIterable {
        case export, cancel, despatch, complete
    }

    /// An order of what is free; not an event for stock, since both sides will reserve it.
    func place(first sku: String, _ quantity: Int) -> String? {
        var wanted = [sku: quantity]
        if chance.oneIn(3), let other = chance.pick(skus) { wanted[other] = 1 }
        let lines = wanted.sorted { $0.key < $1.key }.compactMap { sku, quantity -> JSONValue? in
            let free = plan.warehouses.reduce(0) { $0 + max(0, centra.level(sku, in: $1)?.free ?? 0) }
            guard free > 0 || plan.source == .available && !missingInCentra.contains(sku) else { return nil }
            return .object(["sku": .string(sku), "quantity": .integer(min(quantity, max(1, free)))])
        }
        guard !lines.isEmpty else { return nil }
        let address: JSONValue = .object([
            "firstName": .string("Xanthippe"), "lastName": .string("Quux"), "email": .string(World.shopperMail),
        ])
        let wish: JSONValue = .object(["lines": .array(lines), "address": address])
        guard let number = (try? centra.act("place-order", wish))?["number"]?.integer else { return nil }
        orders[number] = TradeOrder(number: number, parts: parts(of: number, wanted))
        return "order \(number) of \(lines.count) lines"
    }

    private func parts(of number: Int, _ wanted: [String: Int]) -> [TradeOrder.Part] {
        centra.promises(to: number).filter { $0.quantity > 0 }.map {
            TradeOrder.Part(line: $0.line, shelf: Shelf($0.sku, $0.warehouse), units: $0.quantity)
        }
    }

    /// Which step could be done, of which order, and the shelves that it moves.
    func nextStep() -> (step: Step, order: Int, shelves: Set<Shelf>)? {
        let step = chance.pick([Step.export, .export, .export, .cancel, .despatch, .despatch, .complete, .complete])
        let candidates = orders.keys.sorted().filter { number in
            guard let order = orders[number], !order.isOver, let step else { return false }
            let hasLeft = order.parts.contains { $0.despatched > 0 }
            switch step {
            case .export: return !order.isExported && mayBeExported(order)
            case .cancel: return !hasLeft
            case .despatch: return order.isExported && order.parts.contains { $0.despatched < $0.units }
            case .complete: return order.parts.contains { $0.completed < $0.despatched }
            }
        }
        guard let step, let number = chance.pick(candidates) else { return nil }
        return (step, number, Set((orders[number]?.parts ?? []).map(\.shelf)))
    }

    private func mayBeExported(_ order: TradeOrder) -> Bool {
        order.parts.allSatisfy { part in
            !missingInPeoplevox.contains(part.shelf.sku)
                && plan.sites(of: part.shelf.warehouse).allSatisfy {
                    !lostRows.contains(StockPlace($0, part.shelf.sku))
                }
        }
    }

    /// Does it at the partners.
    /// - Returns: what is to be journaled; nil when nothing moved.
    func carryOut(_ step: Step, of number: Int) -> StockMovement? {
        guard var order = orders[number] else { return nil }
        let units: [Shelf: Int]
        let kind: StockMovement.Kind
        switch step {
        case .export: (kind, units) = (.exported, export(&order))
        case .cancel: (kind, units) = (.cancelled, cancel(&order))
        case .despatch: (kind, units) = (.despatched, despatch(&order))
        case .complete: (kind, units) = (.completed, complete(&order))
        }
        orders[number] = order
        guard !units.isEmpty else { return nil }
        let movement = StockMovement(kind, order: "\(number).\(movements.count)", units)
        note(movement)
        return movement
    }

    private func export(_ order: inout TradeOrder) -> [Shelf: Int] {
        order.isExported = true
        for (id, parts) in Dictionary(grouping: order.parts, by: \.shelf.warehouse).sorted(by: { $0.key < $1.key }) {
            let name = order.name(id)
            let site = site(for: parts, in: id)
            let lines = parts.map { SalesOrder.Line($0.shelf.sku, quantity: $0.units, line: "\($0.line)") }
            do throws(WarehouseRefusal) {
                try warehouse.withWarehouse { state throws(WarehouseRefusal) in
                    var sales = SalesOrder(name, site: site, modified: state.now)
                    sales.lines = lines
                    state.orders[name] = sales
                    try state.allocateByHand(name)
                }
            } catch {}
        }
        return Dictionary(order.parts.map { ($0.shelf, $0.units) }) { $0 + $1 }
    }

    /// The site that has most of it.
    private func site(for parts: [TradeOrder.Part], in id: Int) -> String {
        let levels = levels
        let sites = plan.sites(of: id).map { site in
            (site, parts.reduce(0) { $0 + min($1.units, levels[StockPlace(site, $1.shelf.sku)]?.available ?? -1_000) })
        }
        return sites.max { $0.1 < $1.1 }?.0 ?? ""
    }

    private func cancel(_ order: inout TradeOrder) -> [Shelf: Int] {
        for id in plan.warehouses where order.isExported {
            let name = order.name(id)
            do throws(WarehouseRefusal) {
                try warehouse.withWarehouse { state throws(WarehouseRefusal) in try state.cancel(name) }
            } catch {}
        }
        centra.cancel(order.number)
        order.isOver = true
        return order.isExported ? Dictionary(order.parts.map { ($0.shelf, $0.units) }) { $0 + $1 } : [:]
    }

    /// Some or all of what is reserved leaves.
    private func despatch(_ order: inout TradeOrder) -> [Shelf: Int] {
        var units: [Shelf: Int] = [:]
        for index in order.parts.indices {
            let part = order.parts[index]
            let name = order.name(part.shelf.warehouse)
            let line = (try? warehouse.withWarehouse { $0.orders[name] })??.lines.first { $0.line == "\(part.line)" }
            let most = min(line?.allocated ?? 0, part.units - part.despatched)
            guard most > 0, !chance.oneIn(4) else { continue }
            let quantity = chance.number(in: 1...most)
            let packed = Consignment([Consignment.Units(line: "\(part.line)", quantity: quantity)], tracking: "T1")
            do throws(WarehouseRefusal) {
                _ = try warehouse.withWarehouse { state throws(WarehouseRefusal) in try state.despatch(name, packed) }
            } catch { continue }
            order.parts[index].despatched += quantity
            units[part.shelf, default: 0] += quantity
        }
        return units
    }

    /// What has left is a shipment in Centra, complete at once.
    private func complete(_ order: inout TradeOrder) -> [Shelf: Int] {
        var units: [Shelf: Int] = [:]
        var lines: [Int: [Int: Int]] = [:]
        for index in order.parts.indices {
            let part = order.parts[index]
            let quantity = part.despatched - part.completed
            guard quantity > 0 else { continue }
            order.parts[index].completed += quantity
            units[part.shelf, default: 0] += quantity
            lines[part.shelf.warehouse, default: [:]][part.line, default: 0] += quantity
        }
        for (id, lines) in lines.sorted(by: { $0.key < $1.key }) { centra.ship(lines, of: order.number, from: id) }
        order.isOver = order.parts.allSatisfy { $0.completed == $0.units }
        return units
    }
}
