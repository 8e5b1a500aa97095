// The webhook plugin: what is sent when, and signed how.
import JSON
import Outbound
import Testing

@testable import Sandbox

private func fixture(_ switches: (inout CentraSwitches) -> Void = { _ in }) -> ShopFixture {
    ShopFixture { given in
        given.webhookURL = "http://127.0.0.1:8080/centra/ulvmark"
        given.webhookSecret = "fixture-endpoint-secret-1"
        switches(&given)
    }
}

/// The published example of Centra.
@Test
func theSignatureIsThePublishedOne() {
    let message = "12345678.payload=%7B%22x%22%3A%22test%22%7D"
    let digest = Signing.hmacSHA256(Array(message.utf8), key: Array("test123".utf8))
    #expect(Signing.hexadecimal(digest) == "0b9cd84f5d583e5e1aadfb9f160aa8080b51d5b85ff85808d6b75bdac356c549")
}

@Test
func aChangeIsToldAsAThinEvent() throws {
    let shop = fixture()
    _ = try shop.data("mutation { updateShipment(id: 707, input: {isGoodToGo: true}) { shipment { id } } }")
    let attempts = shop.sandbox.outbox.takeDue()
    #expect(attempts.map(\.subject) == ["shipment good_to_go 707"])
    let request = try #require(attempts.first?.request)
    #expect(request["Content-Type"] == "application/x-www-form-urlencoded")
    let body = String(decoding: request.body, as: UTF8.self)
    #expect(
        body == """
            payload=%7B%22events%22%3A%5B%7B%22type%22%3A%22shipment%22%2C%22action%22%3A%22good_to_go%22%2C%22date%22%3A\
            %222026-02-10%2012%3A00%3A00.000000%22%2C%22id%22%3A707%7D%5D%7D
            """)
    let digest = Signing.hmacSHA256(Array("1770721200.\(body)".utf8), key: Array("fixture-endpoint-secret-1".utf8))
    #expect(request["X-Centra-Signature"] == "t=1770721200,v1=\(Signing.hexadecimal(digest))")
}

@Test
func manyChangesGoInCallsOfAHundred() throws {
    let shop = fixture()
    try shop.act("generate", #"{"products": 1, "orders": 120}"#)
    let subjects = shop.sandbox.outbox.takeDue().map(\.subject)
    // Each order is new, and then confirmed.
    #expect(subjects.map { $0.split(separator: ",").count } == [100, 100, 40])
}

@Test(arguments: [true, false])
func aRetryIsSignedAnewOrNot(_ anew: Bool) throws {
    let shop = fixture {
        $0.webhookRetryDelays = [10_000]
        $0.webhookSignsEachAttemptAnew = anew
    }
    try shop.act("edit-order", #"{"order": 10003}"#)
    let first = try #require(shop.sandbox.outbox.takeDue().first)
    shop.sandbox.outbox.settle(first, isDelivered: false)
    #expect(shop.sandbox.outbox.takeDue().isEmpty)
    shop.clock.advance(milliseconds: 10_000)
    let second = try #require(shop.sandbox.outbox.takeDue().first)
    #expect(first.request.body == second.request.body)
    #expect((first.request["X-Centra-Signature"] == second.request["X-Centra-Signature"]) != anew)
    shop.sandbox.outbox.settle(second, isDelivered: false)
    #expect(shop.sandbox.outbox.isEmpty && shop.sandbox.outbox.counters.lost == 1)
}

@Test
func onlyWhatIsTickedIsSentAndNothingWithoutAnAddress() throws {
    let quiet = fixture { $0.webhookTriggers = ["return"] }
    try quiet.act("edit-order", #"{"order": 10003}"#)
    #expect(quiet.sandbox.outbox.isEmpty)
    let nowhere = fixture { $0.webhookURL = "" }
    try nowhere.act("edit-order", #"{"order": 10003}"#)
    #expect(nowhere.sandbox.outbox.isEmpty)
    let lenient = fixture {
        $0.webhookIDsAreStrings = true
        $0.webhookPlusForSpace = true
        $0.webhookOrderAction = "create"
    }
    try lenient.act("place-order", #"{"status": "PENDING", "lines": [{"sku": "UM1001REDS", "quantity": 1}]}"#)
    let body = lenient.sandbox.outbox.takeDue().first.map { String(decoding: $0.request.body, as: UTF8.self) } ?? ""
    #expect(body.contains("%22create%22") && body.contains("%2210012%22") && body.contains("2026-02-10+12"))
}
