// What happens in the world by itself: shoppers, people on the floor, other channels, people who change stock by hand.
// A deed that cannot be done now is not done; a seed throws its dice all the same.
import JSON
import Sandbox
import TestSupport
import Workflows

extension World {
    enum Deed: CaseIterable {
        case sale, smallSale, goodsIn, mixedGoodsIn, stockTake, removal, otherChannel, returned, pick
        case editByHand, newSKU, appearance, loseRow, regainRow
    }

    /// - Returns: what was done, for the trace; nil when nothing was.
    func act() -> String? {
        let deed = chance.pick(Deed.allCases) ?? .sale
        let sku = chance.pick(skus) ?? ""
        let site = chance.pick(plan.siteNames) ?? ""
        let number = chance.number(in: 1...8)
        let luck = chance.number(below: 100)
        switch deed {
        case .sale, .smallSale: return place(first: sku, deed == .sale ? number : 1)
        case .goodsIn: return goodsIn([(sku, number)], site)
        case .mixedGoodsIn: return goodsIn([(sku, number), (chance.pick(skus) ?? sku, 1)], site)
        case .stockTake:
            return floor("take \(sku) \(site) \(number)", sku) { state throws(WarehouseRefusal) in
                try state.count(sku, site: site, counted: number)
            }
        case .removal:
            return floor("remove \(sku) \(site)", sku) { state throws(WarehouseRefusal) in
                try state.remove(sku, site: site, quantity: min(number, 3), reason: "Broken")
            }
        case .otherChannel: return reserve(sku, site, luck < 60 ? 1 : -1)
        case .returned:
            return floor("return \(sku) \(site)", sku) { state throws(WarehouseRefusal) in
                _ = try state.takeBack([ReturnedLine(sku, quantity: 1, of: "")], site: site)
            }
        case .pick: return pick(luck)
        case .editByHand:
            guard plan.hasSecrets else { return nil }
            return luck < 20 ? edit(sku, number) : luck < 60 ? share(sku) : nil
        case .newSKU: return luck < 15 && plan.hasSecrets ? addSKU(luck) : nil
        case .appearance: return luck < 40 ? appear() : nil
        case .loseRow: return luck < 15 && plan.hasSecrets ? loseRow(sku, site) : nil
        case .regainRow: return regainRow()
        }
    }

    // MARK: The floor

    private func floor(
        _ text: String, _ sku: String, _ body: (inout WarehouseState) throws(WarehouseRefusal) -> Void
    ) -> String? {
        guard !missingInPeoplevox.contains(sku) else { return nil }
        do throws(WarehouseRefusal) {
            try warehouse.withWarehouse { state throws(WarehouseRefusal) in try body(&state) }
            return text
        } catch { return nil }
    }

    private func goodsIn(_ delivered: [(String, Int)], _ site: String) -> String? {
        let codes = Set(delivered.map(\.0))
        guard codes.isDisjoint(with: missingInPeoplevox), lostRows.isDisjoint(with: codes.map { StockPlace(site, $0) })
        else { return nil }
        let items = delivered.map { (itemCode: $0.0, quantity: $0.1) }
        return floor("goods in \(delivered.map { "\($0.1) \($0.0)" }.joined(separator: ", ")) \(site)", delivered[0].0)
        {
            state throws(WarehouseRefusal) in _ = try state.receive(items, site: site)
        }
    }

    /// A warehouse that serves this shop alone has no other channels.
    private func reserve(_ sku: String, _ site: String, _ quantity: Int) -> String? {
        guard plan.source != .onHandAndDespatched else { return nil }
        return floor("reserve \(quantity) \(sku) \(site)", sku) { state throws(WarehouseRefusal) in
            try state.reserveElsewhere(sku, site: site, quantity: quantity)
        }
    }

    private func pick(_ luck: Int) -> String? {
        let open = orders.keys.sorted().filter { orders[$0]?.isExported == true && orders[$0]?.isOver == false }
        guard !open.isEmpty else { return nil }
        let order = open[luck % open.count]
        for id in plan.warehouses {
            guard let name = orders[order]?.name(id) else { continue }
            do throws(WarehouseRefusal) {
                try warehouse.withWarehouse { state throws(WarehouseRefusal) in try state.pick(name) }
            } catch {}
        }
        return "pick \(order)"
    }

    // MARK: What no event tells

    private func edit(_ sku: String, _ physical: Int) -> String? {
        guard !missingInCentra.contains(sku), let id = chance.pick(plan.warehouses) else { return nil }
        touched.insert(Shelf(sku, id))
        centra.setByHand(sku, in: id, physical: physical)
        return "edit by hand \(sku) \(id) \(physical)"
    }

    /// Another size gets this SKU as well, or the one that has got one is given another.
    private func share(_ sku: String) -> String? {
        if let (sku, _) = shared {
            tellApart()
            return "\(sku) is one size's again"
        }
        guard !missingInCentra.contains(sku), let number = sku.last,
            let size = try? centra.act("add-sku", .object(["sku": .string(String(sku.dropLast()))]))["size"]?.integer
        else { return nil }
        renumber(size, "\(number)")
        shared = (sku, size)
        touch(sku)
        return "\(sku) is two sizes'"
    }

    func tellApart() {
        guard let (sku, size) = shared else { return }
        renumber(size, "-OLD-\(size)")
        shared = nil
        touch(sku)
    }

    private func renumber(_ size: Int, _ number: String) {
        _ = try? centra.act("number-size", .object(["size": .integer(size), "number": .string(number)]))
    }

    private func addSKU(_ luck: Int) -> String? {
        guard skus.count < plan.skus + 5 else { return nil }
        let sku = World.sku(skus.count + 1)
        add(sku)
        if luck % 3 == 0 { missingInCentra.insert(sku) } else { centra.addSKU(sku) }
        if luck % 3 == 1 {
            missingInPeoplevox.insert(sku)
        } else {
            create(sku)
        }
        return "new \(sku)"
    }

    private func touch(_ sku: String) {
        for id in plan.warehouses { touched.insert(Shelf(sku, id)) }
    }

    /// What was missing on one side is there.
    private func appear() -> String? {
        if let sku = missingInCentra.sorted().first {
            missingInCentra.remove(sku)
            centra.addSKU(sku)
            touch(sku)
            return "\(sku) appears in Centra"
        }
        guard let sku = missingInPeoplevox.sorted().first else { return nil }
        missingInPeoplevox.remove(sku)
        create(sku)
        return "\(sku) appears in Peoplevox"
    }

    private func create(_ sku: String) {
        let site = plan.siteNames[0]
        _ = floor("", sku) { state throws(WarehouseRefusal) in
            state.items[sku] = ItemType(sku, ["Name": "Item \(sku)"])
            _ = try state.receive([(itemCode: sku, quantity: 5)], site: site)
        }
    }

    /// The report stops showing a row; nobody is told.
    private func loseRow(_ sku: String, _ site: String) -> String? {
        let place = StockPlace(site, sku)
        guard let stock = levels[place], stock.allAllocated == 0, lostRows.count < 3 else { return nil }
        lostRows.insert(place)
        touch(sku)
        heldBack[place] = stock
        return floor("row of \(sku) \(site) lost", sku) { $0.stock[place] = nil }
    }

    private func regainRow() -> String? {
        let place = lostRows.min { ($0.itemCode, $0.site) < ($1.itemCode, $1.site) }
        guard let place, let stock = heldBack[place] else { return nil }
        lostRows.remove(place)
        touch(place.itemCode)
        heldBack[place] = nil
        return floor("row of \(place.itemCode) \(place.site) regained", place.itemCode) { state in
            let found = state.stock[place]
            state.stock[place] = found ?? stock
        }
    }
}
