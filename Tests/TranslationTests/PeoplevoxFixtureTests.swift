/// Every recorded Peoplevox callback says what its story says.
import Commerce
import Peoplevox
import Testing

private let folder = "peoplevox/callbacks"

/// What a callback must come to, and what is kept of it.
private struct Story {
    var events: [String] = []
    var ignored: [String] = []
    var notUnderstood: String?
    let kept: String
}

private let eleven = Story(events: ["stockChanged sku:UM1001REDS"], kept: "item=UM1001REDS&available=11")
private let despatched = Story(
    events: ["orderChanged order:10001"], kept: "order=C-10001&status=Despatched&time=03%2F02%2F2026+14%3A05%3A11")
private let tracked = Story(
    events: ["despatchChanged despatch:DES10234 order:10001"],
    kept: "despatch=DES10234&tracking=JD0002334455&carrier=NL&service=[redacted]&code=STD&order=C-10001"
        + "&field-7=[redacted]")
private let received = Story(
    events: ["stockChanged sku:UM3105ECR40"],
    kept: "id=2041&reference=GI-2041&reconciled=04%2F02%2F2026+07%3A20%3A00&qty=25&field-5=[redacted]"
        + "&item=UM3105ECR40")
private let counted = Story(
    events: ["stockChanged sku:UM2040BLKOS"],
    kept: "changed=-1&field-2=[redacted]&at=04%2F02%2F2026+09%3A00%3A31&field-4=[redacted]&field-5=[redacted]"
        + "&item=UM2040BLKOS")
private let returned = Story(
    events: ["returnChanged return:RET501 order:10010 sku:UM1001REDM"],
    kept: "return=RET501&order=C-10010&item=UM1001REDM")
private let packageTracked = Story(
    events: ["despatchChanged despatch:DES10235 order:10002"],
    kept: "despatch=DES10235&tracking=00340434292135100124&order=C-10002")
private let packageGone = Story(
    events: ["despatchChanged despatch:DES10240 order:10002"], kept: "despatch=DES10240&order=C-10002")

private func stock(_ code: String, _ kept: String) -> Story { Story(events: ["stockChanged sku:\(code)"], kept: kept) }

private let stories: [String: Story] = [
    "01-availability-changes-get.http": eleven,
    "01-availability-changes-post.http": eleven,
    "02-sales-order-status-changes-get.http": despatched,
    "02-sales-order-status-changes-post.http": despatched,
    "03-tracking-number-received-get.http": tracked,
    "03-tracking-number-received-post.http": tracked,
    "04-goods-received-get.http": received,
    "04-goods-received-post.http": received,
    "05-incremental-changes-get.http": counted,
    "05-incremental-changes-post.http": counted,
    "06-returns-get.http": returned,
    "06-returns-post.http": returned,
    "07-despatch-package-tracking-get.http": packageTracked,
    "07-despatch-package-tracking-post.http": packageTracked,
    "08-despatch-package-despatched-get.http": packageGone,
    "08-despatch-package-despatched-post.http": packageGone,
    "09-on-despatch-order-received-get.http": packageGone,
    "09-on-despatch-order-received-post.http": packageGone,
    "20-encoded-special-characters.http": stock(
        "UM4412OLVOS", "item=UM4412OLVOS&field-2=[redacted]&field-3=[redacted]"),
    "21-unencoded-ampersand.http": stock(
        "UM4412OLVOS", "item=UM4412OLVOS&field-2=[redacted]&field-3=[redacted]&changed=-1"),
    "22-unencoded-plus.http": stock("SOCK DUO", "item=SOCK+DUO&available=4"),
    "23-unicode-utf8.http": stock("UM3105ECR40", "item=UM3105ECR40&field-2=[redacted]&qty=25"),
    "24-latin1-bytes.http": stock("UM3105ECR40", "item=UM3105ECR40&field-2=[redacted]&qty=25"),
    "25-literal-placeholder.http": Story(
        events: ["despatchChanged despatch:DES10234"],
        kept: "despatch=DES10234&tracking=JD0002334455&order={placeholder}"),
    "26-empty-values.http": Story(
        events: ["despatchChanged despatch:DES10237 order:10004"], kept: "despatch=DES10237&tracking=&order=C-10004"),
    "27-several-orders-flattened.http": Story(
        events: ["despatchChanged despatch:DES10250"],
        ignored: ["the order parameter is not one order number of this shop"],
        kept: "despatch=DES10250&tracking=X1&order=C-10002C-10003"),
    "28-repeated-parameter.http": Story(
        events: ["stockChanged sku:UM1001REDS", "stockChanged sku:UM1001REDM"],
        kept: "item=UM1001REDS&item=UM1001REDM&available=3"),
    "29-duplicate-delivery.http": eleven,
    "30-stale-value.http": stock("UM1001REDS", "item=UM1001REDS&available=14"),
    "31-negative-available.http": stock("UM2040BLKOS", "item=UM2040BLKOS&available=-3"),
    "32-decimal-available.http": stock("UM2040BLKOS", "item=UM2040BLKOS&available=115.00"),
    "33-deactivated-item.http": Story(ignored: ["item is deactivated"], kept: "item=%7ED%7EUM0999GRYM&available=0"),
    "34-unknown-status-name.http": Story(
        events: ["orderChanged order:10002"], kept: "order=C-10002&status=In+picking&time=03%2F02%2F2026+12%3A00%3A00"),
    "35-post-no-content-type.http": stock("UM1001REDM", "item=UM1001REDM&available=22"),
    "36-post-fields-in-query-too.http": stock("UM1001REDM", "item=UM1001REDM&available=22"),
    "37-order-of-another-channel.http": Story(
        ignored: ["order of another channel"], kept: "order=B2B-77&status=Despatched&time=06%2F02%2F2026+11%3A00%3A00"),
    "50-no-parameters.http": Story(notUnderstood: "no parameters", kept: ""),
    "51-malformed-percent.http": Story(
        notUnderstood: "the item parameter has a broken escape, at octet 7", kept: "item=[redacted]%&available=7"),
    "52-json-body.http": Story(
        notUnderstood: "no item parameter", kept: "[masked] {\"item\":\"xx9999xxxx\",\"available\":99}"),
    // Refused at the door: token, method, size.
    "70-wrong-token.http": stock("UM1001REDS", "item=UM1001REDS&available=0"),
    "71-no-token.http": stock("UM1001REDS", "item=UM1001REDS&available=0"),
    "72-token-of-other-event.http": Story(
        events: ["despatchChanged despatch:DES1"], kept: "despatch=DES1&tracking=[redacted]"),
    "73-wrong-method.http": stock("UM1001REDS", "item=UM1001REDS&available=0"),
    "74-too-large.http": stock("UM1001REDS", "item=UM1001REDS&available=11&field-3=[redacted]"),
]

@Suite struct PeoplevoxFixtureTests {
    @Test(arguments: RecordedRow.all(folder))
    func saysWhatItsStorySays(_ row: RecordedRow) throws {
        let story = try #require(stories[row.file])
        let event = try #require(row.event)
        let request = try RecordedRequest(folder, row.file)
        let translation = PeoplevoxTranslation(salesOrderPrefix: "C-")
            .translate(event: event, query: request.query?[...], body: request.body[...])
        #expect(translation.events.map(\.description) == story.events)
        #expect(translation.ignored == story.ignored)
        #expect(translation.notUnderstood == story.notUnderstood)
        #expect(text(translation.kept) == story.kept)
        #expect(!translation.identifiesItself)
    }

    @Test(arguments: RecordedRow.all(folder))
    func whatIsKeptSaysTheSame(_ row: RecordedRow) throws {
        let request = try RecordedRequest(folder, row.file)
        expectKeptSaysTheSame(event: try #require(row.event), query: request.query, body: request.body)
    }

    @Test func everyCallbackHasItsStory() {
        #expect(Set(RecordedRow.all(folder).map(\.file)) == Set(stories.keys))
    }
}

/// Translating what was kept gives the same translation, and keeps the same octets again.
func expectKeptSaysTheSame(event: String, query: [UInt8]?, body: [UInt8], prefix: String = "C-") {
    let peoplevox = PeoplevoxTranslation(salesOrderPrefix: prefix)
    let translation = peoplevox.translate(event: event, query: query?[...], body: body[...])
    let kept = translation.kept ?? []
    let again = peoplevox.translate(event: event, query: nil, body: kept[...])
    let story = "\(event) \(text(query) ?? "") \(text(body) ?? "")"
    #expect(translation.kept != nil, "\(story)")
    #expect(again.events == translation.events, "\(story)")
    #expect(again.ignored == translation.ignored, "\(story)")
    #expect((again.notUnderstood == nil) == (translation.notUnderstood == nil), "\(story)")
    #expect(again.kept == kept, "\(story)")
}
