// What people on the warehouse floor do, by name:
//
//     pick, allocate, cancel      {"order": "C-10012"}
//     despatch   {"order": …, "units": [{"line": "1", "itemCode": …, "quantity": 2}], "tracking": …, "despatch": …}
//     track      {"despatch": "DES10300", "package": 0, "tracking": …}
//     receive    {"items": [{"itemCode": …, "quantity": 5}], "purchaseOrder": …, "deliveryNote": …}
//     count, remove, reserve      {"itemCode": …, "quantity": 5, "reason": …}
//     return     {"code": …, "lines": [{"itemCode": …, "quantity": 1, "order": …, "condition": …, "isReusable": true}]}
//
// `site` may be named everywhere; without it, it is the tenant's first.
import JSON

extension PeoplevoxCore {
    /// Nil when it is no verb of the floor.
    mutating func work(_ verb: String, _ told: VerbArguments) throws(ControlMistake) -> JSONValue? {
        switch verb {
        case "pick":
            let number = try told.text("order")
            return try refusing { floor throws(WarehouseRefusal) in try floor.pick(number) }
        case "allocate":
            let number = try told.text("order")
            return try refusing { floor throws(WarehouseRefusal) in try floor.allocateByHand(number) }
        case "cancel":
            let number = try told.text("order")
            return try refusing { floor throws(WarehouseRefusal) in try floor.cancel(number) }
        case "despatch": return try despatch(told)
        case "track": return try track(told)
        case "receive": return try receive(told)
        case "count", "remove", "reserve": return try adjust(verb, told)
        case "return": return try takeBack(told)
        default: return nil
        }
    }

    private mutating func despatch(_ told: VerbArguments) throws(ControlMistake) -> JSONValue {
        let number = try told.text("order")
        var consignment = Consignment(tracking: told.text("tracking", or: ""))
        if told.json["units"] != nil {
            consignment.units = []
            for unit in try told.list("units") {
                let (line, itemCode) = (unit.json["line"]?.string, unit.json["itemCode"]?.string)
                let quantity = try unit.number("quantity")
                consignment.units?.append(Consignment.Units(line: line, itemCode: itemCode, quantity: quantity))
            }
        }
        consignment.carrier = told.text("carrier", or: consignment.carrier)
        consignment.service = told.text("service", or: consignment.service)
        consignment.despatch = told.json["despatch"]?.string
        consignment.isForced = told.flag("force")
        let packed = consignment
        return try refusing("despatch") { floor throws(WarehouseRefusal) in try floor.despatch(number, packed) }
    }

    private mutating func track(_ told: VerbArguments) throws(ControlMistake) -> JSONValue {
        let (number, tracking) = (try told.text("despatch"), try told.text("tracking"))
        let package = told.json["package"]?.integer
        return try refusing { floor throws(WarehouseRefusal) in
            try floor.track(number, package: package, tracking: tracking)
        }
    }

    private mutating func receive(_ told: VerbArguments) throws(ControlMistake) -> JSONValue {
        var delivered: [(itemCode: String, quantity: Int)] = []
        for item in try told.list("items") {
            delivered.append((try item.text("itemCode"), try item.number("quantity")))
        }
        let site = told.text("site", or: warehouse.defaultSite)
        let (order, note) = (told.text("purchaseOrder", or: ""), told.text("deliveryNote", or: ""))
        let items = delivered
        return try refusing("reference") { floor throws(WarehouseRefusal) in
            try floor.receive(items, site: site, purchaseOrder: order, deliveryNote: note)
        }
    }

    private mutating func adjust(_ verb: String, _ told: VerbArguments) throws(ControlMistake) -> JSONValue {
        let (code, quantity) = (try told.text("itemCode"), try told.number("quantity"))
        let site = told.text("site", or: warehouse.defaultSite)
        let reason = told.text("reason", or: "Removed")
        return try refusing { floor throws(WarehouseRefusal) in
            switch verb {
            case "count": try floor.count(code, site: site, counted: quantity)
            case "remove": try floor.remove(code, site: site, quantity: quantity, reason: reason)
            default: try floor.reserveElsewhere(code, site: site, quantity: quantity)
            }
        }
    }

    private mutating func takeBack(_ told: VerbArguments) throws(ControlMistake) -> JSONValue {
        var lines: [ReturnedLine] = []
        for line in try told.list("lines") {
            // Without the field, nobody has said whether the units are reusable.
            lines.append(
                ReturnedLine(
                    try line.text("itemCode"), quantity: try line.number("quantity", or: 1),
                    of: line.text("order", or: ""), reason: line.text("reason", or: ""),
                    reasonCode: line.text("reasonCode", or: ""), condition: line.text("condition", or: ""),
                    isReusable: line.json["isReusable"]?.bool, comments: line.text("comments", or: "")))
        }
        let (code, site) = (told.json["code"]?.string, told.text("site", or: warehouse.defaultSite))
        let returned = lines
        return try refusing("code") { floor throws(WarehouseRefusal) in
            try floor.takeBack(returned, code: code, site: site)
        }
    }

    /// The floor's refusals in the control API's words.
    private mutating func refusing(
        _ body: (inout WarehouseState) throws(WarehouseRefusal) -> Void
    ) throws(ControlMistake) -> JSONValue {
        do throws(WarehouseRefusal) {
            try body(&warehouse)
            return .object([:])
        } catch { throw ControlMistake(error.text) }
    }

    private mutating func refusing(
        _ name: String, _ body: (inout WarehouseState) throws(WarehouseRefusal) -> String
    ) throws(ControlMistake) -> JSONValue {
        do throws(WarehouseRefusal) {
            return .object([name: .string(try body(&warehouse))])
        } catch { throw ControlMistake(error.text) }
    }
}
