// The verbs of `/control/peoplevox/<verb>`. Arguments are JSON objects; the answer says what came of it. What people on
// the floor do stands in `FloorVerbs`, what a test breaks in `DamageVerbs`.
import JSON

/// What one verb is told.
struct VerbArguments {
    let json: JSONValue

    func text(_ name: String) throws(ControlMistake) -> String {
        guard let text = json[name]?.string else { throw ControlMistake("\(name) is lacking") }
        return text
    }

    func text(_ name: String, or other: String) -> String { json[name]?.string ?? other }

    func number(_ name: String, or other: Int? = nil) throws(ControlMistake) -> Int {
        guard let number = json[name]?.integer ?? other, (-1_000_000...1_000_000).contains(number) else {
            throw ControlMistake("\(name) is lacking or too large")
        }
        return number
    }

    func flag(_ name: String) -> Bool { json[name]?.bool ?? false }

    func list(_ name: String) throws(ControlMistake) -> [VerbArguments] {
        guard let list = json[name]?.array else { throw ControlMistake("\(name) is lacking") }
        return list.map { VerbArguments(json: $0) }
    }
}

extension PeoplevoxCore {
    mutating func act(_ verb: String, _ json: JSONValue, _ moment: Moment) throws(ControlMistake) -> JSONValue {
        let told = VerbArguments(json: json)
        if let done = try work(verb, told) { return done }
        if try damage(verb, told) { return .object([:]) }
        switch verb {
        case "switches":
            try PeoplevoxCore.switchTable.set(&self, json)
            return PeoplevoxCore.switchTable.show(self)
        case "incident": try plan(told)
        case "end-sessions": sessions.endAll()
        case "adopt-session": sessions.adopt(try told.text("session"), now: moment.monotonicMilliseconds)
        case "unlock": sessions.unlock()
        case "generate":
            warehouse.generate(items: try told.number("items", or: 0), orders: try told.number("orders", or: 0))
        case "order": return try order(told)
        case "stock": return try stock(told)
        default: throw ControlMistake("there is no verb \(verb)")
        }
        return .object([:])
    }

    /// `{"kind": "silence", "operation": "SaveData", "isCarriedOut": true, "count": 1, "after": 0}`
    private mutating func plan(_ told: VerbArguments) throws(ControlMistake) {
        guard let kind = PeoplevoxIncident.Kind(rawValue: try told.text("kind")) else {
            throw ControlMistake("kind is one of \(PeoplevoxIncident.Kind.allCases.map(\.rawValue))")
        }
        var incident = PeoplevoxIncident(kind, operation: told.json["operation"]?.string)
        incident.count = try told.number("count", or: 1)
        incident.after = try told.number("after", or: 0)
        incident.isCarriedOut = told.flag("isCarriedOut")
        incident.milliseconds = try told.number("milliseconds", or: incident.milliseconds)
        incidents.planned.append(incident)
    }
}
