// Planted misconfigurations: each makes the tenant differ from what a client expects, in a way that real tenants do.
//
//     drop-column        {"template" or "report": …, "column": …}
//     drop-template      {"template": …}                drop-report    {"report": …}
//     rename-report      {"report": …, "to": …}         rename-title   {"report": …, "column": …, "to": …}
//     rename-site        {"site": …, "to": …}           deactivate     {"itemCode": …}
//     set-barcode        {"itemCode": …, "barcode": …}  add-item       {"itemCode": …, "barcode": …, "name": …}
//     set-password       {"user": …, "password": …}     drop-subscriptions  {}
import JSON

extension PeoplevoxCore {
    /// False when it is no verb of these.
    mutating func damage(_ verb: String, _ told: VerbArguments) throws(ControlMistake) -> Bool {
        switch verb {
        case "drop-column": try dropColumn(told)
        case "drop-template": tenant.saveColumns[try told.text("template")] = nil
        case "drop-report": tenant.reports[try told.text("report")] = nil
        case "rename-report":
            let setting = try setting(told)
            tenant.reports[try told.text("report")] = nil
            tenant.reports[try told.text("to")] = setting
        case "rename-title":
            var setting = try setting(told)
            setting.renamed[try told.text("column")] = try told.text("to")
            tenant.reports[try told.text("report")] = setting
        case "rename-site": warehouse.renameSite(try told.text("site"), to: try told.text("to"))
        case "deactivate": warehouse.items[try told.text("itemCode")]?.isDeactivated = true
        case "set-barcode":
            warehouse.items[try told.text("itemCode")]?.fields["Barcode"] = try told.text("barcode")
        case "add-item":
            let fields = [
                "Barcode": try told.text("barcode"), "Name": told.text("name", or: ""), "UnitOfMeasure": "EA",
            ]
            warehouse.add(ItemType(try told.text("itemCode"), fields), onHand: try told.number("onHand", or: 0))
        case "set-password": tenant.passwords[try told.text("user")] = try told.text("password")
        case "drop-subscriptions": subscriptions = []
        default: return false
        }
        return true
    }

    private func setting(_ told: VerbArguments) throws(ControlMistake) -> PeoplevoxTenant.ReportSetting {
        guard let setting = tenant.reports[try told.text("report")] else {
            throw ControlMistake("there is no such report")
        }
        return setting
    }

    private mutating func dropColumn(_ told: VerbArguments) throws(ControlMistake) {
        let column = try told.text("column")
        if let template = told.json["template"]?.string {
            tenant.saveColumns[template]?.removeAll { $0 == column }
            tenant.readColumns[template]?.removeAll { $0 == column }
            return
        }
        var setting = try setting(told)
        let titles = setting.titles ?? warehouse.report(setting.kind)?.columns ?? []
        setting.titles = titles.filter { $0 != column }
        tenant.reports[try told.text("report")] = setting
    }
}

extension WarehouseState {
    mutating func renameSite(_ former: String, to name: String) {
        guard let index = sites.firstIndex(where: { $0.reference == former }) else { return }
        sites[index].reference = name
        for (place, record) in stock where place.site == former {
            stock[place] = nil
            stock[StockPlace(name, place.itemCode)] = record
        }
        for number in orders.keys where orders[number]?.site == former { orders[number]?.site = name }
        for number in despatches.keys where despatches[number]?.site == former { despatches[number]?.site = name }
        for index in goodsIn.indices where goodsIn[index].site == former { goodsIn[index].site = name }
        for index in returns.indices where returns[index].site == former { returns[index].site = name }
        for index in movements.indices where movements[index].site == former { movements[index].site = name }
    }
}
