/// What a payload comes to, row by row: meaning, words for the operator, and whether it may be kept as it came.
import Centra
import Commerce
import Testing

private struct Row: CustomTestStringConvertible, Sendable {
    let payload: String
    var events: [String] = []
    var ignored: [String] = []
    var notUnderstood: String?
    /// Nil: the body may be kept as it came.
    var kept: String?
    var isDated = false

    var testDescription: String { String(payload.prefix(80)) }
}

private func entry(_ members: String) -> String { #"{"events":[{"# + members + "}]}" }

private let order1 = ["orderChanged order:1"]
private let date = #""date":"2026-02-03 14:05:11.028033""#

private let understood: [Row] = [
    Row(payload: entry(#""type":"order","id":1"#), events: order1),
    Row(payload: entry(#""type":"order","id":"1""#), events: order1),
    Row(payload: entry(#""type":"order","action":"insert",\#(date),"id":1"#), events: order1, isDated: true),
    Row(payload: " { \"events\" :\n[ {\t\"id\" : 1 , \"type\" : \"order\" } ] } ", events: order1),
    Row(payload: #"{"\u0065vents":[{"t\u0079pe":"\u006frder","id":"\u0031"}]}"#, events: order1),
    Row(payload: entry(#""type":"shipment","id":"39790-1""#), events: ["shipmentChanged shipment:39790-1"]),
    Row(payload: entry(#""type":"return","id":315"#), events: ["returnChanged return:centra-315"]),
    Row(
        payload: entry(#""type":"order","id":"0b9cd84f5d583e5e1aadfb9f160aa808""#),
        events: ["orderChanged order:0b9cd84f5d583e5e1aadfb9f160aa808"]),
    Row(
        payload: #"{"events":[{"type":"order","id":2},{"type":"order","id":2},{"type":"shipment","id":9}]}"#,
        events: ["orderChanged order:2", "orderChanged order:2", "shipmentChanged shipment:9"]),
    Row(payload: entry(#""type":"order","id":2,"id":1"#), events: order1),
    Row(payload: #"{"events":[{"type":"order","id":1}],"events":[{"type":"order","id":1}]}"#, events: order1 + order1),
    Row(
        payload: #"{"products":["7",8],"events":[{"type":"order","id":1,\#(date)}],"Brands":[5]}"#,
        events: ["productChanged product:7", "productChanged product:8"] + order1,
        ignored: ["list Brands is not used"]),
    Row(payload: #"{"products":[]}"#),
    Row(payload: #"{"events":[]}"#),
    Row(payload: entry(#""type":"customer""#), ignored: ["type customer is not used"]),
    Row(payload: entry(#""type":"voucher","id":5"#), ignored: ["type voucher is not known"]),
    Row(payload: "{}", ignored: ["payload has no known shape"]),
    Row(
        payload: #"{"mapsRegion":[1],"cmsArticles":["2"]}"#,
        ignored: ["list mapsRegion is not used", "list cmsArticles is not used"]),
]

/// Parts that are not kept, and change nothing.
private let redacted: [Row] = [
    Row(
        payload: entry(#""type":"order","id":1,"customer":{"name":"Åsa"},"email":"a@example.com""#), events: order1,
        kept: entry(#""type":"order","id":1,"redacted":true"#)),
    Row(
        payload: entry(#""type":"order","action":"Åsa called",\#(date),"id":"1""#), events: order1,
        kept: entry(#""type":"order","action":"[redacted]",\#(date),"id":"1""#), isDated: true),
    Row(
        payload: entry(#""type":"order","date":"+46 70 123 45 67","id":1"#), events: order1,
        kept: entry(#""type":"order","date":"[redacted]","id":1"#)),
    Row(
        payload: entry(#""type":"order","date":1770130060,"id":1"#), events: order1,
        kept: entry(#""type":"order","date":"[redacted]","id":1"#)),
    Row(
        payload: entry(#""type":"order","id":"Åsa","id":1"#), events: order1, kept: entry(#""type":"order","id":1"#)),
    Row(
        payload: #"{"x":{"y":[1]},"events":[],"z":1}"#, kept: #"{"events":[],"redacted":true}"#),
    Row(
        payload: #"{"x":"test"}"#, ignored: ["payload has no known shape"], kept: #"{"redacted":true}"#),
    Row(
        payload: #"{"Products":["7"]}"#, ignored: ["payload has no known shape"], kept: #"{"redacted":true}"#),
    Row(
        payload: #"{"brands":["Åsa",5],"Markets":"Åsa"}"#,
        ignored: ["list brands is not used", "list Markets is not used"],
        kept: #"{"brands":["[redacted]",5],"Markets":"[redacted]"}"#),
]

/// Entries that should have named a subject: the rest of the delivery is translated all the same.
private let halfUnderstood: [Row] = [
    Row(payload: entry(#""type":"order""#), notUnderstood: "entry 1 of events has no usable id"),
    Row(
        payload: entry(#""type":"order","id":null"#), notUnderstood: "entry 1 of events has no usable id",
        kept: entry(#""type":"order","id":"[redacted]""#)),
    Row(payload: #"{"events":[{}]}"#, notUnderstood: "entry 1 of events has no usable type"),
    Row(
        payload: entry(#""type":"Gift Voucher","id":1"#), notUnderstood: "entry 1 of events has no usable type",
        kept: entry(#""type":"[redacted]","id":1"#)),
    Row(
        payload: entry(#""type":7,"id":1"#), notUnderstood: "entry 1 of events has no usable type",
        kept: entry(#""type":"[redacted]","id":1"#)),
    Row(
        payload: #"{"events":[{"type":"order","id":1},"Åsa",{"type":"return","id":-1}]}"#, events: order1,
        notUnderstood: "entry 2 of events is not an object, and 1 more like it",
        kept: #"{"events":[{"type":"order","id":1},"[redacted]",{"type":"return","id":"[redacted]"}]}"#),
    Row(
        payload: #"{"products":["7","Åsa",null]}"#, events: ["productChanged product:7"],
        notUnderstood: "entry 2 of products has no usable id, and 1 more like it",
        kept: #"{"products":["7","[redacted]","[redacted]"]}"#),
    Row(payload: #"{"events":{}}"#, notUnderstood: "events is not a list", kept: #"{"events":"[redacted]"}"#),
    Row(
        payload: #"{"DisplayItems":5}"#, notUnderstood: "DisplayItems is not a list",
        kept: #"{"DisplayItems":"[redacted]"}"#),
]

/// No id of an order: what it would have to look like is a code of at most 64 octets.
private let unusableIDs = [
    "null", "true", "-1", "1.0", "1e3", "{}", "[1]", #""""#, #"" 1""#, #""1 2""#, #""Lindstrom""#, #""å1""#,
    #""1@x.se""#,
    #""1\n""#, #""1\u0000""#, #""1/2""#, #""+46701234567""#, "\"" + String(repeating: "1", count: 65) + "\"",
    String(repeating: "1", count: 65), #""[redacted]""#,
]

private let unreadable: [(String, String, String)] = [
    ("", "the body is empty", ""),
    ("payload", "the payload cannot be read: it ends too early, at octet 1", "[masked] payload"),
    ("payload=", "the payload cannot be read: it ends too early, at octet 1", "[masked] payload="),
    ("payload=[]", "the payload cannot be read: it is not an object, at octet 1", "[masked] payload=[]"),
    ("payload=5&x", "the payload cannot be read: it is not an object, at octet 1", "[masked] payload=9&x"),
    (
        "payload={%22a%22:1,}", "the payload cannot be read: an octet is out of place, at octet 8",
        "[masked] payload={\"x\":9,}"
    ),
    (
        "payload=%7B%22%E5%22:1}", "the payload cannot be read: it is not UTF-8, at octet 3",
        "[masked] payload={\"x\":9}"
    ),
    (
        #"payload={"\ud83d":1}"#, "the payload cannot be read: an escape names no character, at octet 3",
        #"[masked] payload={"\xx99x":9}"#
    ),
    ("payload={}&payload={}", "there are two payload fields", "[masked] payload={}&payload={}"),
    ("Payload={}", "there is no payload field", "[masked] xxxxxxx={}"),
    ("%zz=%7B", "there is no payload field", "[masked] %xx={"),
    ("payload=%7Bx%", "an escape is broken, at octet 13 of the body", "[masked] payload={x%"),
    ("x=1&payload=%7g", "an escape is broken, at octet 13 of the body", "[masked] x=9&payload=%9x"),
    ("hello", "the body is not a form", "[masked] xxxxx"),
    ("[masked] payload={", "it was not understood when it arrived, and only its shape was kept", "[masked] payload={"),
]

@Suite struct CentraTranslationTests {
    @Test(arguments: understood + redacted + halfUnderstood)
    private func comesTo(_ row: Row) {
        var body: [UInt8] = Array("payload=".utf8)
        FormEncoding.encode(octets(row.payload), onto: &body)
        let translation = CentraTranslation().translate(body: body[...])
        #expect(translation.events.map(\.description) == row.events)
        #expect(translation.ignored == row.ignored)
        #expect(translation.notUnderstood == row.notUnderstood)
        #expect(translation.identifiesItself == row.isDated)
        #expect(payload(translation.kept) == row.kept)
        expectKeptSaysTheSame(body)
    }

    @Test(arguments: unusableIDs)
    func isNoID(_ id: String) {
        let body = "payload=" + entry(#""type":"order","id":\#(id.replacing("+", with: "%2B"))"#)
        let translation = CentraTranslation().translate(body: octets(body))
        #expect(translation.events.isEmpty)
        #expect(translation.notUnderstood == "entry 1 of events has no usable id")
        #expect(payload(translation.kept) == entry(#""type":"order","id":"[redacted]""#))
    }

    @Test(arguments: unreadable)
    func cannotBeRead(_ body: String, _ reason: String, _ kept: String) {
        let translation = CentraTranslation().translate(body: octets(body))
        #expect(translation == .notUnderstood(reason, kept: Array(kept.utf8)))
        expectKeptSaysTheSame(Array(body.utf8))
    }

    @Test(arguments: [
        "payload={}&source=centra", "source=centra&payload={}", "payload={}&", "&payload={}", "p%61yload={}",
        "payload={}&x=%",
    ])
    func otherFieldsAreNotKept(_ body: String) {
        let translation = CentraTranslation().translate(body: octets(body))
        #expect(translation.ignored == ["payload has no known shape"])
        #expect(text(translation.kept) == "payload=%7B%7D&redacted=true")
        expectKeptSaysTheSame(Array(body.utf8))
    }

    @Test(arguments: [(1_000, true), (1_001, false), (5_000, false)])
    func takesAThousandEntries(_ count: Int, _ isWithin: Bool) {
        for hidden in ["", #","x":1"#] {
            let entries = (1...count).map { #"{"type":"order",\#(date),"id":\#($0)\#(hidden)}"# }
            let body = Array(#"payload={"events":[\#(entries.joined(separator: ","))]}"#.utf8)
            let translation = CentraTranslation().translate(body: body[...])
            #expect(translation.events.count == min(count, 1_000))
            #expect((translation.notUnderstood == nil) == isWithin)
            #expect(translation.identifiesItself == isWithin)
            expectKeptSaysTheSame(body)
        }
    }

    @Test func namesEachIgnoredThingOnceAndNotTooMany() {
        let entries = (0..<200).map { #"{"type":"t\#($0 % 40)"}"# }
        let translation = CentraTranslation()
            .translate(body: octets(#"payload={"events":[\#(entries.joined(separator: ","))]}"#))
        #expect(translation.ignored.count == 17)
        #expect(translation.ignored.first == "type t0 is not known")
        #expect(translation.ignored.last == "and more")
    }

    @Test func tooManyListsAreNotUnderstood() {
        let lists = String(repeating: #""brands":[],"#, count: 64) + #""products":["1"]"#
        let translation = CentraTranslation().translate(body: octets("payload={\(lists)}"))
        #expect(translation.events.isEmpty)
        #expect(translation.notUnderstood?.contains("too many lists") == true)
    }

    private func payload(_ kept: [UInt8]?) -> String? {
        kept.flatMap { try? FormEncoding.decode($0[...]) }.map { String(decoding: $0.dropFirst(8), as: UTF8.self) }
    }
}
