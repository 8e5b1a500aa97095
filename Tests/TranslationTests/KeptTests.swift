/// Promise P9 at the door: nothing that could be somebody's is kept, and what is kept means the same.
///
/// Bodies are made up from a seed, with a name, an e-mail address, a phone number or a street planted in every kind of
/// place, and recorded ones are damaged at random.
import Centra
import Commerce
import Foundation
import Peoplevox
import Testing

/// Somebody's, in the forms that a partner could send.
private let plants = [
    "anna.lindstrom@example.com", "ANNA.LINDSTROM@EXAMPLE.COM", "Åsa Lindström", "Anna Lindstrom", "LINDSTROM Anna",
    "Lindstrom", "+46701234567", "+46 70 123 45 67", "070-123 45 67", "(070) 1234567", "Storgatan 12",
    "Storgatan 12, 111 22 Malmö",
    "Lindström \"Annie\" \\ ☕",
]

/// Parts that must appear in nothing that is kept or said.
private let traces = [
    "lindst", "asa", "åsa", "anna", "annie", "@", "example", "storgatan", "malm", "4670", "46 70", "070", "1234567",
    "123 45",
]

private func expectNoTrace(_ octets: [UInt8], _ story: String) {
    let decoded = (try? FormEncoding.decode(octets[...])) ?? octets
    for text in [String(decoding: octets, as: UTF8.self), String(decoding: decoded, as: UTF8.self)] {
        // A mask keeps the punctuation, and with it the @ of an address that is no longer one.
        for trace in traces where trace != "@" || !text.hasPrefix("[masked] ") {
            #expect(!text.lowercased().contains(trace), "\(trace) of \(story) is in \(text)")
        }
    }
}

private func expectNoTrace(_ translation: Translation, body: [UInt8], _ story: String) {
    expectNoTrace(translation.kept ?? body, story)
    expectNoTrace(Array((translation.ignored + [translation.notUnderstood ?? ""]).joined(separator: " ").utf8), story)
    expectNoTrace(Array(translation.events.map(\.description).joined(separator: " ").utf8), story)
}

/// Makes up a Centra body that looks like the real ones, here and there with a plant.
private struct MadeUpWebhook {
    var chance: Chance

    mutating func body() -> [UInt8] {
        var json = object(
            ["events", "products", "DisplayItems", "brands", "x"].shuffled(using: &chance).prefix(2).map {
                ($0, list($0))
            })
        if chance.oneIn(8) { json = String(json.dropLast(Int.random(in: 1...5, using: &chance))) }
        if chance.oneIn(12) { json = plant() + json }
        var form: [UInt8] = Array((chance.oneIn(15) ? "\(planted())=" : "payload=").utf8)
        if chance.oneIn(8) { form += Array(json.utf8) } else { FormEncoding.encode(octets(json), onto: &form) }
        if chance.oneIn(8) { form += Array("&\(planted())=\(planted())".utf8) }
        return form
    }

    private mutating func list(_ name: String) -> String {
        if chance.oneIn(12) { return value("1") }
        let elements = (0..<Int.random(in: 0...3, using: &chance)).map { _ in
            chance.oneIn(10) ? value("7") : name == "events" ? entry() : value(chance.pick(["101", "\"102\""]))
        }
        return "[\(elements.joined(separator: ","))]"
    }

    private mutating func entry() -> String {
        var members = [
            ("type", value(chance.pick(["\"order\"", "\"shipment\"", "\"return\"", "\"customer\"", "\"voucher\""]))),
            ("action", value(chance.pick(["\"update\"", "\"good_to_go\""]))),
            ("date", value("\"2026-02-03 14:05:11.028033\"")), ("id", value(chance.pick(["10001", "\"10002\""]))),
        ]
        if chance.oneIn(4) { members.append((chance.pick(["reference", "id", "type"]), value("5"))) }
        if chance.oneIn(6) { members.append((plant(), value("null"))) }
        if chance.oneIn(6) { members.append(("customer", object([("name", quoted(plant())), (plant(), "[{}]")]))) }
        if chance.oneIn(6) { members.removeFirst() }
        return object(members.shuffled(using: &chance))
    }

    private mutating func value(_ usual: String) -> String {
        if !chance.oneIn(9) { return usual }
        return chance.pick([
            quoted(plant()), "[\(quoted(plant()))]", object([("a", quoted(plant()))]), "null", "true", "1.5", "\"\"",
        ])
    }

    private func object(_ members: [(String, String)]) -> String {
        "{\(members.map { "\(quoted($0.0)):\($0.1)" }.joined(separator: ","))}"
    }

    private func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    private mutating func plant() -> String { chance.pick(plants) }

    private mutating func planted() -> String {
        var encoded: [UInt8] = []
        FormEncoding.encode(octets(plant()), onto: &encoded)
        return String(decoding: encoded, as: UTF8.self)
    }
}

/// Makes up the fields of a callback, here and there with a plant. A name or a number is not planted where an item's
/// code belongs: a seller's code can be any text, and there is no telling them apart.
private struct MadeUpCallback {
    var chance: Chance

    mutating func form() -> [UInt8] {
        var form: [UInt8] = []
        for index in 0..<Int.random(in: 0...7, using: &chance) {
            if index > 0 { form.append(UInt8(ascii: "&")) }
            let (name, value) = field()
            form += Array("\(name)=".utf8)
            if chance.oneIn(6) {
                form += Array(value.utf8.filter { $0 != 38 })
            } else {
                FormEncoding.encode(octets(value), onto: &form)
            }
            if chance.oneIn(20) { form += Array(chance.pick(["%", "%4", "%zz", "+"]).utf8) }
        }
        return form
    }

    private mutating func field() -> (String, String) {
        let usual = chance.pick([
            ("item", "UM1001REDS"), ("SKU", "SOCK DUO"), ("itemcode", "~D~UM0999GRYM"), ("available", "11"),
            ("qty", "-3"),
            ("order", "C-10001"), ("salesorder", "C-10002C-10003"), ("order", "B2B-77"), ("despatch", "DES10234"),
            ("return", "RET501"), ("tracking", "JD0002334455"), ("carrier", "NL"), ("service", "Express"),
            ("code", "STD"),
            ("id", "2041"), ("reference", "GI-2041"), ("status", "In picking"), ("time", "03/02/2026 14:05:11"),
            ("at", "2026-02-03"), ("reconciled", ""), ("changed", "1.50"), ("order", "{SalesOrderNumber}"),
        ])
        let isItem = ["item", "SKU", "itemcode"].contains(usual.0)
        switch Int.random(in: 0..<10, using: &chance) {
        case 0...2: return (usual.0, isItem ? "anna.lindstrom@example.com" : chance.pick(plants))
        case 3:
            return (
                chance.pick(["email", "name", "by", "reason", "Anna Lindstrom", "a.b@example.com"]), chance.pick(plants)
            )
        case 4: return (usual.0, "{\(chance.pick(plants))}")
        default: return usual
        }
    }
}

@Suite struct KeptTests {
    @Test(arguments: UInt64(0)..<1_000)
    func nothingOfAnybodyIsKeptOfAWebhook(seed: UInt64) {
        var made = MadeUpWebhook(chance: Chance(seed))
        let body = made.body()
        let translation = CentraTranslation().translate(body: body[...])
        expectNoTrace(translation, body: body, String(decoding: body, as: UTF8.self))
        expectKeptSaysTheSame(body)
    }

    @Test(arguments: UInt64(0)..<1_000)
    func nothingOfAnybodyIsKeptOfACallback(seed: UInt64) {
        var made = MadeUpCallback(chance: Chance(seed))
        let event = made.chance.pick(CallbackEvent.allCases).rawValue
        let query = made.chance.oneIn(2) ? made.form() : nil
        let body = query == nil || made.chance.oneIn(3) ? made.form() : []
        let translation = PeoplevoxTranslation(salesOrderPrefix: "C-")
            .translate(event: event, query: query?[...], body: body[...])
        expectNoTrace(translation, body: body, "\(event) \(text(query) ?? "") \(text(body) ?? "")")
        expectKeptSaysTheSame(event: event, query: query, body: body)
    }

    /// Recorded bodies with a few octets put in, taken out or changed: whatever they come to, what is kept says it too.
    @Test(arguments: UInt64(0)..<60)
    func damagedBodiesAreKeptByTheSameRules(seed: UInt64) throws {
        var chance = Chance(seed)
        let marks = Array("%&=+\"{}[],:\\0aD~@ \u{E5}\u{0}\u{7F}".utf8)
        for row in RecordedRow.all("centra/webhooks") where row.file != "16-full-batch-100.http" {
            let body = chance.damage(try RecordedRequest("centra/webhooks", row.file).body, with: marks)
            expectKeptSaysTheSame(body)
        }
        for row in RecordedRow.all("peoplevox/callbacks") where row.file != "74-too-large.http" {
            let request = try RecordedRequest("peoplevox/callbacks", row.file)
            expectKeptSaysTheSame(
                event: row.event ?? "", query: request.query.map { chance.damage($0, with: marks) },
                body: chance.damage(request.body, with: marks), prefix: chance.pick(["C-", "", "x", "x-"]))
        }
    }

    @Test(arguments: UInt64(0)..<200)
    func noiseIsNeverTooMuch(seed: UInt64) {
        var chance = Chance(seed)
        let noise = (0..<Int.random(in: 0...2_000, using: &chance)).map { _ in UInt8.random(in: 0...255, using: &chance)
        }
        for body in [noise, Array("payload=".utf8) + noise, Array("item=".utf8) + noise] {
            expectKeptSaysTheSame(body)
            expectKeptSaysTheSame(event: "AvailabilityChanges", query: nil, body: body)
            let kept = CentraTranslation().translate(body: body[...]).kept
            #expect(kept.map { $0.count <= Masking.skeletonLimit } ?? true)
        }
    }
}
