/// Every recorded Centra delivery says what its story says.
import Centra
import Commerce
import Testing

private let folder = "centra/webhooks"

/// What a delivery must come to. Unsaid, it has the events only: dated, and kept as it came.
private struct Story {
    var events: [String] = []
    var ignored: [String] = []
    var notUnderstood: String?
    var kept: String?
    var isDated = true
}

private let order10001 = Story(events: ["orderChanged order:10001"])
private let order10002 = Story(events: ["orderChanged order:10002"])
private let order10003 = Story(events: ["orderChanged order:10003"])
private let shipment702 = Story(events: ["shipmentChanged shipment:702"])

private let stories: [String: Story] = [
    "01-known-answer.http": Story(
        ignored: ["payload has no known shape"], kept: "payload=%7B%22redacted%22%3Atrue%7D", isDated: false),
    "02-order-insert.http": order10001,
    "03-order-update.http": order10002,
    "04-order-create.http": order10003,
    "05-shipment-create.http": shipment702,
    "06-shipment-good-to-go.http": shipment702,
    "07-return-create.http": Story(events: ["returnChanged return:centra-315"]),
    "08-several-events.http": Story(events: order10002.events + shipment702.events + shipment702.events),
    "09-checkout-legacy-shape.http": Story(
        events: ["productChanged product:101", "productChanged product:102", "productChanged product:103"],
        ignored: ["list brands is not used"], isDated: false),
    "10-storefront-shape.http": Story(
        events: ["productChanged product:1011", "productChanged product:1012"],
        ignored: ["list Markets is not used", "list CampaignSites is not used"], isDated: false),
    "11-ids-as-strings.http": Story(events: order10002.events + shipment702.events),
    "12-unknown-type.http": Story(events: ["orderChanged order:10004"], ignored: ["type voucher is not known"]),
    "13-plus-encoded-spaces.http": order10001,
    "14-unicode.http": Story(
        events: ["orderChanged order:10009"],
        kept: "payload=%7B%22events%22%3A%5B%7B%22type%22%3A%22order%22%2C%22action%22%3A%22update%22%2C"
            + "%22date%22%3A%222026-02-03+14%3A15%3A00.028033%22%2C%22id%22%3A10009%2C%22redacted%22%3Atrue%7D%5D%7D"),
    "15-header-with-space.http": order10001,
    "16-full-batch-100.http": Story(events: (0..<100).map { "orderChanged order:\(10001 + $0 % 11)" }),
    "17-empty-events.http": Story(isDated: false),
    "18-redelivery-of-02.http": order10001,
    "19-ignored-types.http": Story(ignored: ["type customer is not used", "type account is not used"]),
    "20-lowercase-escapes.http": order10002,
    "21-extra-form-field.http": Story(
        events: order10003.events,
        kept: "payload=%7B%22events%22%3A%5B%7B%22type%22%3A%22order%22%2C%22action%22%3A%22update%22%2C"
            + "%22date%22%3A%222026-02-03%2014%3A21%3A00.028033%22%2C%22id%22%3A10003%7D%5D%7D&redacted=true"),
    "22-old-secret-during-rotation.http": order10001,
    "23-deep-escapes.http": Story(
        events: order10001.events,
        kept: "payload=%7B%22events%22%3A%5B%7B%22type%22%3A%22order%22%2C%22action%22%3A%22update%22%2C"
            + "%22date%22%3A%222026-02-03+14%3A23%3A00.028033%22%2C%22id%22%3A10001%2C%22redacted%22%3Atrue%7D%5D%7D"),
    // Refused at the door for their signatures; their bodies are sound.
    "60-bad-signature.http": order10001,
    "61-body-tampered.http": order10002,
    "62-missing-signature.http": order10001,
    "63-stale-timestamp.http": order10001,
    "64-future-timestamp.http": order10001,
    "65-signature-without-timestamp.http": order10001,
    "66-empty-v1.http": order10001,
    "67-timestamp-not-a-number.http": order10001,
    "68-boundary-age-300.http": order10001,
    "80-malformed-json.http": Story(
        notUnderstood: "the payload cannot be read: it ends too early, at octet 12",
        kept: "[masked] payload={\"events\":[", isDated: false),
    "81-no-payload-field.http": Story(
        notUnderstood: "there is no payload field", kept: "[masked] xxxx={\"events\":[]}", isDated: false),
    "82-empty-body.http": Story(notUnderstood: "the body is empty", kept: "", isDated: false),
    "83-raw-json-body.http": Story(
        notUnderstood: "the body is not a form", kept: "[masked] {\"events\":[]}", isDated: false),
    "84-broken-percent-encoding.http": Story(
        notUnderstood: "an escape is broken, at octet 33 of the body",
        kept: "[masked] payload={\"events\":[]%9", isDated: false),
]

@Suite struct CentraFixtureTests {
    @Test(arguments: RecordedRow.all(folder))
    func saysWhatItsStorySays(_ row: RecordedRow) throws {
        let story = try #require(stories[row.file])
        let translation = CentraTranslation().translate(body: try RecordedRequest(folder, row.file).body[...])
        #expect(translation.events.map(\.description) == story.events)
        #expect(translation.ignored == story.ignored)
        #expect(translation.notUnderstood == story.notUnderstood)
        #expect(text(translation.kept) == story.kept)
        #expect(translation.identifiesItself == story.isDated)
        #expect((row.expect == "accept-quarantine") == (translation.notUnderstood != nil))
    }

    @Test(arguments: RecordedRow.all(folder))
    func whatIsKeptSaysTheSame(_ row: RecordedRow) throws {
        expectKeptSaysTheSame(try RecordedRequest(folder, row.file).body)
    }

    @Test func everyDeliveryHasItsStory() {
        #expect(Set(RecordedRow.all(folder).map(\.file)) == Set(stories.keys))
    }
}

/// Translating what was kept gives the same translation, and keeps the same octets again.
func expectKeptSaysTheSame(_ body: [UInt8]) {
    let translation = CentraTranslation().translate(body: body[...])
    guard let kept = translation.kept else { return }
    let again = CentraTranslation().translate(body: kept[...])
    #expect(again.events == translation.events, "\(text(body) ?? "")")
    #expect(again.ignored == translation.ignored, "\(text(body) ?? "")")
    #expect((again.notUnderstood == nil) == (translation.notUnderstood == nil), "\(text(body) ?? "")")
    #expect(again.identifiesItself == translation.identifiesItself, "\(text(body) ?? "")")
    #expect(again.kept == nil || again.kept == kept, "\(text(body) ?? "")")
}
