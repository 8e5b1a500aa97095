// Tokens, redeliveries, and what the journal keeps of a delivery.
import Commerce
import Testing

@testable import Webhooks

private let token = Array("3f9c5a7e1b2d4c6f8a0e9d7c5b3a1f2e".utf8)
private let second = Array("00000000000000000000000000000000".utf8)

private func verifier() -> CallbackVerifier {
    let hashes = [token, second].compactMap { CallbackToken.hash(of: $0[...]) }
    return CallbackVerifier(tokens: ["AvailabilityChanges": hashes, "Returns": [hashes[0]]])
}

private func isAccepted(_ event: String, _ token: [UInt8]) -> Bool {
    do throws(Rejection) {
        _ = try verifier().verify(event: Array(event.utf8)[...], token: token[...], query: nil, body: [])
        return true
    } catch {
        #expect(error == .unknownToken)
        return false
    }
}

@Test
func onlyALiveTokenOfTheSameSubscriptionIsAccepted() {
    #expect(isAccepted("AvailabilityChanges", token))
    #expect(isAccepted("AvailabilityChanges", second), "two are live while one is rotated")
    #expect(isAccepted("Returns", token))
    #expect(!isAccepted("Returns", second))
    #expect(!isAccepted("TrackingNumberReceived", token))
    #expect(!isAccepted("availabilitychanges", token))
    #expect(!isAccepted("AvailabilityChanges", []))
    #expect(!isAccepted("AvailabilityChanges", Array(token.dropLast())))
    #expect(!isAccepted("AvailabilityChanges", token + [48]))
    #expect(!isAccepted("AvailabilityChanges", [UInt8](repeating: 97, count: 4_096)))
    for index in token.indices {
        var wrong = token
        wrong[index] ^= 1
        #expect(!isAccepted("AvailabilityChanges", wrong))
    }
}

@Test
func aTokenHashIsSixtyFourHexadecimalDigits() {
    let text = CallbackToken.hash(of: token[...])?.text ?? ""
    #expect(text.count == 64)
    #expect(TokenHash(text) == CallbackToken.hash(of: token[...]))
    #expect(TokenHash(text.uppercased()) == TokenHash(text))
    for wrong in [
        "", String(text.dropLast()), text + "0", String(text.dropLast()) + "g", "3f9c5a7e1b2d4c6f8a0e9d7c5b3a1f2e",
    ] {
        #expect(TokenHash(wrong) == nil)
    }
}

private func key(_ number: UInt64) -> ContentKey { ContentKey(high: number, low: ~number) }

@Test
func aRedeliveryIsRecognisedWithinTheWindow() {
    var seen = Deduplication(window: 1_000)
    seen.remember(key(1), now: 0)
    #expect(seen.recognises(key(1), now: 0))
    #expect(!seen.recognises(key(2), now: 0))
    seen.remember(key(2), now: 499)
    #expect(seen.recognises(key(1), now: 499))
    seen.remember(key(3), now: 999)
    #expect(seen.recognises(key(2), now: 999), "half the window is sure")
    seen.remember(key(4), now: 2_000)
    #expect(!seen.recognises(key(1), now: 2_000))
    seen.remember(key(5), now: 5_000)
    #expect(!seen.recognises(key(4), now: 5_000), "nothing outlives the window")
}

/// Keys go when the next one is remembered; whoever asks before that must not find what is too old.
@Test(
    arguments: [(999, true), (1_000, false), (1_000_000, false), (.max, false), (-5, true), (.min, true)]
        as [(Int64, Bool)])
func aKeyExpiresAlthoughNothingFollowsIt(now: Int64, expected: Bool) {
    var seen = Deduplication(window: 1_000)
    seen.remember(key(1), now: 0)
    #expect(seen.recognises(key(1), now: now) == expected)
}

@Test
func anOlderGenerationExpiresBeforeTheNewer() {
    var seen = Deduplication(window: 1_000)
    seen.remember(key(1), now: 0)
    seen.remember(key(2), now: 600)
    #expect(seen.recognises(key(1), now: 1_099))
    #expect(!seen.recognises(key(1), now: 1_100))
    #expect(seen.recognises(key(2), now: 1_100))
}

@Test
func whatDidNotBecomeDurableIsForgotten() {
    var seen = Deduplication(window: 1_000)
    seen.remember(key(1), now: 0)
    seen.remember(key(2), now: 600)
    seen.forget(key(1))
    seen.forget(key(2))
    #expect(!seen.recognises(key(1), now: 600))
    #expect(!seen.recognises(key(2), now: 600))
}

/// The table against a plain set; few homes, so that keys stand in each other's way and removals close gaps.
@Test(arguments: UInt64(0)..<50)
func theTableOfKeysIsASet(seed: UInt64) {
    // A simple congruential generator: enough for which key comes next.
    var state = seed
    func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
    var table = ContentKeys()
    var model: Set<ContentKey> = []
    for _ in 0..<2_000 {
        let key = ContentKey(high: 1 + next() % 8, low: next() % 40 &+ UInt64.max &- 20)
        switch next() % 6 {
        case 0, 1:
            table.remove(key)
            model.remove(key)
        case 2:
            table.add(key)
            table.placeAll()
            model.insert(key)
        default:
            table.insert(key)
            model.insert(key)
        }
        #expect(table.contains(key) == model.contains(key))
    }
    #expect(table.count == model.count)
    for high in 1...8 as ClosedRange<UInt64> {
        for low in 0..<60 as Range<UInt64> {
            let key = ContentKey(high: high, low: low &+ UInt64.max &- 30)
            #expect(table.contains(key) == model.contains(key))
        }
    }
}

/// What the journal tells of is recognised as what came in is, by the same rules.
@Test(arguments: UInt64(0)..<20)
func keysThatAreRecalledAreRecognisedLikeRememberedOnes(seed: UInt64) {
    var (remembering, recalling) = (
        Deduplication(window: 1_000, keyLimit: 50), Deduplication(window: 1_000, keyLimit: 50)
    )
    var now = Int64(seed)
    for number in 0..<200 as Range<UInt64> {
        now += Int64(number &* (seed &+ 7) % 40)
        remembering.remember(key(number), now: now)
        recalling.recall(key(number), now: now)
    }
    recalling.settle()
    #expect(recalling.count == remembering.count)
    for number in 0..<200 as Range<UInt64> {
        #expect(recalling.recognises(key(number), now: now) == remembering.recognises(key(number), now: now))
    }
}

@Test
func theNumberOfKeysIsLimited() {
    var seen = Deduplication(window: .max, keyLimit: 100)
    for number in 0..<10_000 as Range<UInt64> { seen.remember(key(number), now: 0) }
    #expect(seen.count <= 101)
    #expect(seen.recognises(key(9_999), now: 0))
}

@Test
func contentKeysTellContentBrandTimeAndJournalApart() {
    let body = Array("payload=1".utf8)
    let keys = [
        ContentKey(brand: "a", body: body[...], signedAt: 0, seed: 1),
        ContentKey(brand: "b", body: body[...], signedAt: 0, seed: 1),
        ContentKey(brand: "a", body: body[...], signedAt: 1, seed: 1),
        ContentKey(brand: "a", body: body[...], signedAt: 0, seed: 2),
        ContentKey(brand: "a", body: body.dropLast(), signedAt: 0, seed: 1),
        ContentKey(brand: "a", body: [], signedAt: 0, seed: 1),
    ]
    #expect(Set(keys).count == keys.count)
    #expect(ContentKey(brand: "a", body: body[...], signedAt: 0, seed: 1) == keys[0])
}

private let record = DeliveryRecord(
    source: .peoplevox, flags: [.isMinimised, .notUnderstood], eventType: "TrackingNumberReceived",
    reason: "no item parameter", signedAt: 1_770_130_060, key: ContentKey(high: 1, low: 2),
    events: [
        Event(.despatchChanged, Subject(.despatch, "DES10234"), and: Subject(.order, "10001")),
        Event(.stockChanged, Subject(.sku, "SOCK DUO")), Event(.returnChanged, Subject(.return, "RET501")),
        Event(.shipmentChanged, Subject(.shipment, "702")), Event(.productChanged, Subject(.product, "101")),
        Event(.orderChanged, Subject(.order, "10002")),
    ], body: Array("despatch=DES10234".utf8)[...])

@Test
func aDeliveryRecordReadsBackAsItWasWritten() {
    var bytes: [UInt8] = []
    record.encode(into: &bytes)
    bytes.withUnsafeBytes { #expect(DeliveryRecord($0) == record) }
    // A body has no end mark of its own; everything before it is counted.
    for count in 0..<bytes.count - record.body.count {
        bytes.withUnsafeBytes { #expect(DeliveryRecord(UnsafeRawBufferPointer(rebasing: $0[..<count])) == nil) }
    }
}

@Test
func damagedDeliveryRecordsNeverCrash() {
    var bytes: [UInt8] = []
    record.encode(into: &bytes)
    for index in bytes.indices {
        for value in [0, 1, 0x7F, 0xFF] as [UInt8] {
            var damaged = bytes
            damaged[index] = value
            damaged.withUnsafeBytes { _ = DeliveryRecord($0) }
            damaged.withUnsafeBytes { _ = QuarantineRecord($0) }
        }
    }
}

@Test
func aQuarantineRecordReadsBackAsItWasWritten() {
    let kept = QuarantineRecord(
        reason: "signature_mismatch", signatureField: Array("t=1,v1=00".utf8), isMinimised: true, body: [1, 2, 3])
    var bytes: [UInt8] = []
    kept.encode(into: &bytes)
    bytes.withUnsafeBytes { #expect(QuarantineRecord($0) == kept) }
    for count in 0..<bytes.count - kept.body.count {
        bytes.withUnsafeBytes { #expect(QuarantineRecord(UnsafeRawBufferPointer(rebasing: $0[..<count])) == nil) }
    }
}

@Test
func theQuarantineBudgetBoundsWhatAStrangerCanMakeUsWrite() {
    var budget = QuarantineBudget(now: 0)
    func allows(_ octets: Int, at now: Int64) -> Bool { budget.allows(octets: octets, now: now) }
    let kept = (0..<100_000).count { _ in allows(100, at: 0) }
    #expect(kept == QuarantineBudget.dailyRecords)
    #expect(allows(1, at: 1_000) == false)
    #expect(allows(1, at: 86_400_000), "it refills")
}

@Test
func theQuarantineBudgetCountsOctetsToo() {
    var budget = QuarantineBudget(now: 0)
    func allows(_ octets: Int, at now: Int64) -> Bool { budget.allows(octets: octets, now: now) }
    #expect(allows(QuarantineBudget.bodyOctets + 1, at: 0) == false)
    let octets = (0..<100_000).count { _ in allows(QuarantineBudget.bodyOctets, at: 0) }
    #expect(octets == QuarantineBudget.dailyOctets / QuarantineBudget.bodyOctets)
    #expect(allows(100, at: -5) == false, "a clock that goes back gives nothing")
}

@Test
func whatIsOwedIsWaitedFor() {
    var budget = QuarantineBudget(now: 0)
    func allows(_ octets: Int, at now: Int64) -> Bool { budget.allows(octets: octets, now: now) }
    budget.pay(octets: QuarantineBudget.dailyOctets + 50)
    #expect(allows(0, at: 0) == false)
    #expect(allows(1, at: 1_000), "a second gives 97 octets back")
}
