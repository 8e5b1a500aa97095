/// What a callback comes to, row by row: subjects, words for the operator, and what is kept.
import Commerce
import Peoplevox
import Testing

private struct Row: CustomTestStringConvertible, Sendable {
    let event: String
    var query: String?
    var body = ""
    var events: [String] = []
    var ignored: [String] = []
    var notUnderstood: String?
    let kept: String

    var testDescription: String { "\(event) \(query ?? "") \(body)" }
}

private let stock = "AvailabilityChanges"
private let status = "SalesOrderStatusChanges"
private let despatch = "DespatchPackageDespatched"
private let notOneOrder = ["the order parameter is not one order number of this shop"]

private let rows: [Row] = [
    // Names and values.
    Row(event: stock, body: "SKU=Ab-1", events: ["stockChanged sku:Ab-1"], kept: "item=Ab-1"),
    Row(event: stock, body: "%69temCode=A%26B", events: ["stockChanged sku:A&B"], kept: "item=A%26B"),
    Row(event: stock, body: "item=+A++b+", events: ["stockChanged sku:A  b"], kept: "item=A++b"),
    Row(event: stock, body: "item=%C3%89CRU", events: ["stockChanged sku:ÉCRU"], kept: "item=%C3%89CRU"),
    Row(event: stock, body: "item=A=1", events: ["stockChanged sku:A=1"], kept: "item=A%3D1"),
    Row(event: stock, body: "&&item=A&", events: ["stockChanged sku:A"], kept: "item=A"),
    Row(
        event: stock, body: "item=A&=B&C", events: ["stockChanged sku:A"],
        kept: "item=A&field-2=[redacted]&field-3=[redacted]"),
    Row(
        event: stock, body: "item=A&item=A", events: ["stockChanged sku:A", "stockChanged sku:A"], kept: "item=A&item=A"
    ),
    Row(event: stock, body: "item=A&it%em=B", events: ["stockChanged sku:A"], kept: "item=A&field-2=[redacted]"),
    // Query and body.
    Row(event: stock, query: "item=A&qty=1", body: "item=B", events: ["stockChanged sku:B"], kept: "qty=1&item=B"),
    Row(event: stock, query: "sku=A", body: "itemcode=B", events: ["stockChanged sku:B"], kept: "item=B"),
    Row(event: stock, query: "item=A", body: "item=", events: ["stockChanged sku:A"], kept: "item=A&item="),
    Row(
        event: stock, query: "item=A", body: "item={ItemCode}", events: ["stockChanged sku:A"],
        kept: "item=A&item={placeholder}"),
    Row(
        event: stock, query: "x=1", body: "y=2&item=A", events: ["stockChanged sku:A"],
        kept: "field-1=[redacted]&field-2=[redacted]&item=A"),
    Row(
        event: stock, query: "item=A", body: "{\"item\":\"B\"}", events: ["stockChanged sku:A"],
        kept: "item=A&field-2=[redacted]"),
    // Hints beside the one event that names one item.
    Row(
        event: "GoodsReceived", body: "item=A,B%3BC+%7C+D+E",
        events: ["A", "B", "C", "D E"].map { "stockChanged sku:\($0)" },
        kept: "item=A%2CB%3BC+%7C+D+E"),
    Row(event: "GoodsReceived", body: "item=A,,B", events: ["stockChanged sku:A,,B"], kept: "item=A%2C%2CB"),
    Row(
        event: "GoodsReceived", body: "item=" + String(repeating: "A", count: 65),
        ignored: ["items that cannot be told apart"], kept: "item=[redacted]"),
    Row(event: "GoodsReceived", body: "id=1", notUnderstood: "no item parameter", kept: "id=1"),
    Row(event: stock, body: "item=A,B", events: ["stockChanged sku:A,B"], kept: "item=A%2CB"),
    Row(event: "IncrementalChanges", body: "item=A,B", events: ["stockChanged sku:A,B"], kept: "item=A%2CB"),
    Row(event: "IncrementalChanges", body: "item=&changed=2", ignored: ["no item is named"], kept: "item=&changed=2"),
    Row(
        event: "IncrementalChanges", body: "item={ItemType.ItemCode}", ignored: ["no item is named"],
        kept: "item={placeholder}"),
    Row(
        event: "IncrementalChanges", body: "item=a%40example.com",
        notUnderstood: "the item parameter does not look like one", kept: "item=[redacted]"),
    // Nothing to look at.
    Row(event: stock, notUnderstood: "no parameters", kept: ""),
    Row(event: stock, query: "", body: "&", notUnderstood: "no parameters", kept: ""),
    Row(event: stock, body: "item=", notUnderstood: "no item parameter", kept: "item="),
    Row(
        event: stock, body: "item={ItemCode}&qty=1", notUnderstood: "no item parameter",
        kept: "item={placeholder}&qty=1"),
    Row(event: stock, body: "order=C-1", notUnderstood: "no item parameter", kept: "order=C-1"),
    Row(
        event: stock, body: "email=a@example.com", notUnderstood: "no item parameter",
        kept: "[masked] xxxxx=x#xxxxxxx.xxx"),
    Row(
        event: stock, query: "x=%41", body: "item", notUnderstood: "no item parameter", kept: "field-1=[redacted]&item="
    ),
    Row(event: status, body: "item=A", notUnderstood: "no order parameter", kept: "item=A"),
    Row(event: despatch, body: "order=C-1", notUnderstood: "no despatch parameter", kept: "order=C-1"),
    Row(event: "Returns", body: "order=C-1&item=A", notUnderstood: "no return parameter", kept: "order=C-1&item=A"),
    Row(event: "PickFaulty", body: "item=A&x=1", notUnderstood: "no known event", kept: "item=A&field-2=[redacted]"),
    Row(event: "availabilitychanges", body: "item=A", notUnderstood: "no known event", kept: "item=A"),
    // Codes that are none.
    Row(
        event: stock, body: "item=a%40example.com", notUnderstood: "the item parameter does not look like one",
        kept: "item=[redacted]"),
    Row(
        event: stock, body: "item=a%2540example.com", notUnderstood: "the item parameter does not look like one",
        kept: "item=[redacted]"),
    Row(
        event: stock, body: "item=Tr%E5d", notUnderstood: "the item parameter does not look like one",
        kept: "item=[redacted]"),
    Row(
        event: stock, body: "item=A%00", notUnderstood: "the item parameter does not look like one",
        kept: "item=[redacted]"),
    Row(
        event: stock, body: "item=A%C2%85B", notUnderstood: "the item parameter does not look like one",
        kept: "item=[redacted]"),
    Row(
        event: stock, body: "item=[redacted]", notUnderstood: "the item parameter does not look like one",
        kept: "item=[redacted]"),
    Row(
        event: stock, body: "item=" + String(repeating: "A", count: 65),
        notUnderstood: "the item parameter does not look like one", kept: "item=[redacted]"),
    Row(
        event: stock, body: "item=A&item=a@b.se&item=%", events: ["stockChanged sku:A"],
        notUnderstood: "the item parameter does not look like one, and 1 more like it",
        kept: "item=A&item=[redacted]&item=[redacted]%"),
    Row(
        event: stock, body: "item=Anna%4&qty=%4", notUnderstood: "the item parameter has a broken escape, at octet 5",
        kept: "item=[redacted]%&qty=[redacted]%"),
    Row(
        event: stock, query: "item=A", body: "item=%",
        notUnderstood: "the item parameter has a broken escape, at octet 1", kept: "item=[redacted]%"),
    Row(
        event: stock, body: "item=~D~A&item=B", events: ["stockChanged sku:B"], ignored: ["item is deactivated"],
        kept: "item=%7ED%7EA&item=B"),
    // Orders.
    Row(
        event: status, body: "salesorder=C-1&order=C-2", events: ["orderChanged order:1", "orderChanged order:2"],
        kept: "order=C-1&order=C-2"),
    Row(event: status, body: "order=10001", ignored: ["order of another channel"], kept: "order=10001"),
    Row(event: status, body: "order=c-10001", ignored: ["order of another channel"], kept: "order=c-10001"),
    Row(
        event: status, body: "order=C-10A", notUnderstood: "the order parameter is not one order number",
        kept: "order=C-10A"),
    Row(
        event: status, body: "order=C-1C-2", notUnderstood: "the order parameter is not one order number",
        kept: "order=C-1C-2"),
    Row(
        event: status, body: "order=Anna", notUnderstood: "the order parameter does not look like one",
        kept: "order=[redacted]"),
    Row(
        event: status, body: "order=C-1&status=Anna&time=soon", events: ["orderChanged order:1"],
        kept: "order=C-1&status=[redacted]&time=[redacted]"),
    // Despatches and returns.
    Row(event: despatch, body: "despatch=DES1", events: ["despatchChanged despatch:DES1"], kept: "despatch=DES1"),
    Row(
        event: despatch, body: "despatch=DES1&despatch=DES2&order=C-1",
        events: ["despatchChanged despatch:DES1 order:1", "despatchChanged despatch:DES2 order:1"],
        kept: "despatch=DES1&despatch=DES2&order=C-1"),
    Row(
        event: despatch, body: "despatch=DES1&order=C-1&order=C-2", events: ["despatchChanged despatch:DES1"],
        ignored: notOneOrder, kept: "despatch=DES1&order=C-1&order=C-2"),
    Row(
        event: despatch, body: "despatch=DES1&order=B2B-77", events: ["despatchChanged despatch:DES1"],
        ignored: notOneOrder,
        kept: "despatch=DES1&order=B2B-77"),
    Row(
        event: despatch, body: "despatch=DES1&order=%", events: ["despatchChanged despatch:DES1"], ignored: notOneOrder,
        kept: "despatch=DES1&order=[redacted]%"),
    Row(
        event: "Returns", body: "return=RET1&item=A&item=B&item=A&item=~D~C",
        events: ["returnChanged return:RET1 sku:A sku:B"], ignored: ["item is deactivated"],
        kept: "return=RET1&item=A&item=B&item=A&item=%7ED%7EC"),
    Row(
        event: "Returns", body: "return=RET1&item=%", events: ["returnChanged return:RET1"],
        kept: "return=RET1&item=[redacted]%"),
    // A shape instead of the callback.
    Row(
        event: stock, body: "[masked] x&item=A",
        notUnderstood: "it was not understood when it arrived, and only its shape was kept",
        kept: "[masked] x&item=x"),
    Row(
        event: stock, body: String(repeating: "a&", count: 129), notUnderstood: "there are too many fields",
        kept: "[masked] " + String(repeating: "x&", count: 129)),
    Row(
        event: stock, query: "item=Anna+B", body: String(repeating: "a&", count: 129),
        notUnderstood: "there are too many fields", kept: "[masked] item=xxxx x&" + String(repeating: "x&", count: 129)),
]

@Suite struct PeoplevoxTranslationTests {
    @Test(arguments: rows)
    private func comesTo(_ row: Row) {
        let translation = PeoplevoxTranslation(salesOrderPrefix: "C-")
            .translate(event: row.event, query: row.query.map { octets($0) }, body: octets(row.body))
        #expect(translation.events.map(\.description) == row.events)
        #expect(translation.ignored == row.ignored)
        #expect(translation.notUnderstood == row.notUnderstood)
        #expect(text(translation.kept) == row.kept)
        #expect(!translation.identifiesItself)
        #expect(translation.isVague == (row.event == "IncrementalChanges" && row.ignored == ["no item is named"]))
        expectKeptSaysTheSame(event: row.event, query: row.query.map { Array($0.utf8) }, body: Array(row.body.utf8))
    }

    @Test(arguments: [("", "10001"), ("C-", "C-10001"), ("UM-C-", "UM-C-10001"), ("7", "710001")])
    func takesTheShopsPrefixOff(_ prefix: String, _ number: String) {
        let translation = PeoplevoxTranslation(salesOrderPrefix: prefix)
            .translate(event: status, query: nil, body: octets("order=\(number)"))
        #expect(translation.events == [Event(.orderChanged, Subject(.order, "10001"))])
    }

    @Test func everyEventLooksAtItsSubject() {
        for event in CallbackEvent.allCases {
            let translation = PeoplevoxTranslation(salesOrderPrefix: "C-").translate(
                event: event.rawValue, query: nil, body: octets("item=A&order=C-1&despatch=D1&return=R1"))
            let expected =
                switch event {
                case .availabilityChanges, .incrementalChanges, .goodsReceived: "stockChanged sku:A"
                case .salesOrderStatusChanges: "orderChanged order:1"
                case .trackingNumberReceived, .despatchPackageTrackingNumberReceived, .despatchPackageDespatched,
                    .onDespatchOrderReceived:
                    "despatchChanged despatch:D1 order:1"
                case .returns: "returnChanged return:R1 order:1 sku:A"
                }
            #expect(translation.events.map(\.description) == [expected])
        }
    }
}
