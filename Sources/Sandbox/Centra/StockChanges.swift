// Writing stock (§5.2): absolute by `setStock`, relative by `changeStock`. What the real service does with rows that it does
// not like is unknown, so the switches decide.

extension Shop {
    struct StockOutcome {
        var changeIDs: [Int] = []
        var errors: [Complaint] = []
        var warnings: [Complaint] = []
    }

    private struct Row {
        let sizeID: Int
        let quantity: Int
        let path: [String]
    }

    func setStock(_ input: Arguments?) throws(Complaint) -> StockOutcome {
        let warehouse = try warehouse(input?.object("warehouse"), "input", "warehouse")
        var outcome = StockOutcome()
        var rows = try rows(input, quantity: "quantity", levels: "sizeStockLevels", &outcome)
        if switches.stockRowLimit > 0, rows.count > switches.stockRowLimit {
            throw Complaint("Too many rows", "input")
        }
        if !outcome.errors.isEmpty, switches.unknownSize == .refuseAll { return outcome }
        if let negative = rows.first(where: { $0.quantity < 0 }) {
            throw Complaint("Quantity must be greater than or equal to zero", path: negative.path + ["quantity"])
        }
        // Before v1.59.10 several sizes in one call went wrong, how is not said: here all but the first are forgotten.
        if (input?.objects("productSizes")?.count ?? 0) > 1, !switches.setsSeveralSizes { rows = Array(rows.prefix(1)) }
        for row in rows { set(row, in: warehouse, &outcome) }
        return outcome
    }

    private func set(_ row: Row, in warehouse: Warehouse, _ outcome: inout StockOutcome) {
        let allocated = stock.level(warehouse.id, row.sizeID).allocated
        var quantity = row.quantity
        if quantity < allocated {
            let text = "Quantity \(quantity) is below the allocated quantity \(allocated)"
            switch switches.belowAllocated {
            case .accept: break
            case .clampSilently: quantity = allocated
            case .clampWithWarning:
                quantity = allocated
                outcome.warnings.append(
                    Complaint("Quantity raised to the allocated quantity \(allocated)", path: row.path + ["quantity"]))
            case .refuse: return outcome.errors.append(Complaint(text, path: row.path + ["quantity"]))
            }
        }
        noteSetting(row.sizeID, in: warehouse.id, asked: row.quantity, physical: quantity)
        guard stock.level(warehouse.id, row.sizeID).physical != quantity else { return }
        stock.set(warehouse.id, row.sizeID, physical: quantity)
        noteChange(&outcome)
    }

    /// One change for the whole call.
    private func noteChange(_ outcome: inout StockOutcome) {
        if outcome.changeIDs.isEmpty {
            outcome.changeIDs = [nextID("StockChange", from: 4_284)]
            note(.stockChange, .created, reference: outcome.changeIDs[0], store: nil)
        }
    }

    func changeStock(_ input: Arguments?) throws(Complaint) -> StockOutcome {
        let out = try input?.object("outFromWarehouse").map { input throws(Complaint) in
            try warehouse(input, "input", "outFromWarehouse")
        }
        let into = try input?.object("intoWarehouse").map { input throws(Complaint) in
            try warehouse(input, "input", "intoWarehouse")
        }
        guard out != nil || into != nil else { throw Complaint("A warehouse is lacking", "input") }
        var outcome = StockOutcome()
        let rows = try rows(input, quantity: "deliveredQuantity", levels: "sizeChanges", &outcome)
        guard outcome.errors.isEmpty else { return outcome }
        for row in rows {
            guard row.quantity > 0 else { throw Complaint("Quantity must be greater than zero", path: row.path) }
            guard let out, stock.level(out.id, row.sizeID).free < row.quantity else { continue }
            throw Complaint("Not enough free stock", path: row.path)
        }
        for row in rows {
            if let out { stock.add(out.id, row.sizeID, physical: -row.quantity) }
            if let into { stock.add(into.id, row.sizeID, physical: row.quantity) }
            noteChange(&outcome)
        }
        return outcome
    }

    // MARK: Rows

    private func rows(
        _ input: Arguments?, quantity: String, levels: String, _ outcome: inout StockOutcome
    ) throws(Complaint) -> [Row] {
        var rows: [Row] = []
        for (index, row) in (input?.objects("productSizes") ?? []).enumerated() {
            let path = ["input", "productSizes", "\(index)"]
            do throws(Complaint) {
                let sizeID = try size(row.object("productSize"), path + ["productSize"])
                rows.append(Row(sizeID: sizeID, quantity: row.integer(quantity) ?? 0, path: path))
            } catch { refuse(error, &outcome) }
        }
        for (index, variant) in (input?.objects("productVariants") ?? []).enumerated() {
            let path = ["input", "productVariants", "\(index)"]
            let id = variant.object("productVariant")?.integer("id") ?? 0
            guard let found = catalogue.variants[id] else {
                refuse(Complaint("Could not find ProductVariant with ID \(id)", path: path), &outcome)
                continue
            }
            for (place, row) in (variant.objects(levels) ?? []).enumerated() {
                let path = path + [levels, "\(place)"]
                guard let sizeID = size(row.object("size"), of: found) else {
                    refuse(Complaint("Could not find Size", path: path + ["size"]), &outcome)
                    continue
                }
                rows.append(Row(sizeID: sizeID, quantity: row.integer(quantity) ?? 0, path: path))
            }
        }
        return rows
    }

    private func refuse(_ complaint: Complaint, _ outcome: inout StockOutcome) {
        if switches.unknownSize == .skip {
            outcome.warnings.append(Complaint(complaint.message + ", skipped", path: complaint.path))
        } else {
            outcome.errors.append(complaint)
        }
    }

    /// Sizes have names ("S") and, within the chart of a variant, places from 1.
    private func size(_ input: Arguments?, of variant: Variant) -> Int? {
        if let id = input?.integer("id") {
            return variant.sizeIDs.indices.contains(id - 1) ? variant.sizeIDs[id - 1] : nil
        }
        guard let name = input?.string("name") else { return nil }
        return variant.sizeIDs.first { catalogue.sizes[$0]?.description == name || catalogue.sizes[$0]?.number == name }
    }

    private func size(_ input: Arguments?, _ path: [String]) throws(Complaint) -> Int {
        let (found, named) = candidates(input)
        guard let first = found.first else { throw Complaint("Could not find ProductSize with \(named)", path: path) }
        if found.count > 1, switches.ambiguousSize == .refuse {
            throw Complaint("There are several ProductSizes with \(named)", path: path)
        }
        if let size = catalogue.sizes[first], catalogue.products[size.productID]?.isBundle == true {
            throw Complaint("ProductSize with \(named) is a bundle and has no stock", path: path)
        }
        return first
    }

    private func candidates(_ input: Arguments?) -> (found: [Int], named: String) {
        if let id = input?.integer("id") { return (catalogue.sizes[id] == nil ? [] : [id], "ID \(id)") }
        if let sku = input?.string("SKU") { return (catalogue.sizes(sku: sku), "SKU \(sku)") }
        if let ean = input?.string("EAN") ?? input?.string("GTIN") { return (catalogue.sizes(ean: ean), "EAN \(ean)") }
        if let upc = input?.string("UPC") { return (catalogue.sizes(upc: upc), "UPC \(upc)") }
        let any = input?.string("any") ?? ""
        let found = [catalogue.sizes(sku: any), catalogue.sizes(ean: any), catalogue.sizes(upc: any)].first {
            !$0.isEmpty
        }
        return (found ?? [], "\(any)")
    }
}

extension CentraSwitches {
    /// v1.59.10 or later (§5.2).
    var setsSeveralSizes: Bool {
        let parts = appVersion.drop { $0 == "v" }.split(separator: ".").map { Int($0) ?? 0 }
        return !parts.lexicographicallyPrecedes([1, 59, 10])
    }
}
