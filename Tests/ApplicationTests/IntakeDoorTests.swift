// Who gets in and what the others are told: paths, methods, tokens, addresses, sizes, the quarantine, and a reload.
import HTTP
import Journal
import POSIX
import Testing
import Webhooks

@testable import Application

private let nothing = Told(Answers.notFound)

// MARK: Refusals

/// Whoever has no live token cannot tell what exists.
@Test
func everythingUnknownIsTheSame404() throws {
    let intake = try TestIntake()
    let wrong = "00000000000000000000000000000000"
    let requests = [
        try Sent.request("GET", "/"), try Sent.request("POST", "/v1", body: "a"),
        try Sent.request("GET", "/metrics"), try Sent.request("GET", "/v1/acme"),
        try Sent.centra(Sent.dated(1), t: intake.time, brand: "nobody"),
        try Sent.centra(Sent.dated(1), t: intake.time, brand: "bare"),
        try Sent.centra(Sent.dated(1), t: intake.time, brand: "nobody", method: "PUT"),
        try Sent.peoplevox("item=A", token: wrong), try Sent.peoplevox("item=A", token: wrong, method: "POST"),
        try Sent.peoplevox("item=A", token: wrong, method: "PUT"), try Sent.peoplevox("item=A", event: "GoodsReceived"),
        try Sent.peoplevox("item=A", event: "availabilitychanges"), try Sent.peoplevox("item=A", event: "Nothing"),
        try Sent.peoplevox("item=A", brand: "nobody"), try Sent.peoplevox("item=A", brand: "bare"),
        try Sent.peoplevox("item=A", token: Sent.token + "0"), try Sent.peoplevox("item=A", token: "short"),
        try Sent.peoplevox("item=A", token: String(repeating: "a", count: 4_000)),
    ]
    for request in requests {
        #expect(try intake.ask(request) == nothing, "\(request.target)")
    }
    #expect(nothing.status == 404)
    #expect(intake.turn().isEmpty)
    #expect(try intake.journal.entries().isEmpty)
    #expect(intake.brand("acme").rejected["unknown_token"]?.count == 9)
    #expect(intake.brand("bare").rejected["unknown_token"]?.count == 1)
}

private struct Method: CustomTestStringConvertible {
    let request: @Sendable (_ method: String, _ time: Int) throws -> WrittenRequest
    let allowed: [String]
    let field: String
    let testDescription: String
}

private let methods = [
    Method(
        request: { method, _ in try Sent.request(method, "/healthz") }, allowed: ["GET", "HEAD"], field: "GET, HEAD",
        testDescription: "health"),
    Method(
        request: { method, _ in try Sent.request(method, "/readyz") }, allowed: ["GET", "HEAD"], field: "GET, HEAD",
        testDescription: "readiness"),
    Method(
        request: { method, time in try Sent.centra(Sent.dated(1), t: time, method: method) }, allowed: ["POST"],
        field: "POST", testDescription: "Centra"),
    Method(
        request: { method, _ in try Sent.peoplevox("item=A", method: method) }, allowed: ["GET", "POST"],
        field: "GET, POST", testDescription: "Peoplevox"),
]

@Test(arguments: methods)
private func aPathSaysWhichMethodsItTakes(_ path: Method) throws {
    let intake = try TestIntake()
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "get"] {
        let told = try intake.say(try path.request(method, intake.time))
        if path.allowed.contains(method) {
            #expect(told.status == 200, "\(method)")
        } else {
            #expect(told.status == 405 && told.field("Allow") == path.field, "\(method)")
        }
    }
}

private struct Signed: CustomTestStringConvertible {
    let what: String
    var secret = Sent.secret
    var late = 0
    var field: String?
    let reason: String
    let isKept: Bool

    var testDescription: String { what }
}

private let signed = [
    Signed(what: "another secret", secret: "wrong", reason: "signature_mismatch", isKept: true),
    Signed(what: "too old", late: 301, reason: "timestamp_outside_tolerance", isKept: true),
    Signed(what: "too early", late: -301, reason: "timestamp_outside_tolerance", isKept: true),
    Signed(what: "no signature", field: "X-Other: 1", reason: "signature_missing", isKept: false),
    Signed(what: "a malformed one", field: "X-Centra-Signature: t=1", reason: "signature_malformed", isKept: false),
]

@Test(arguments: signed)
private func aWrongSignatureIsA401ThatSaysNoMore(_ example: Signed) throws {
    let intake = try TestIntake()
    let t = intake.time - example.late
    let request =
        try example.field.map { try Sent.request("POST", "/v1/acme/centra", [$0], body: Sent.dated(1)) }
        ?? Sent.centra(Sent.dated(1), t: t, secret: example.secret)
    #expect(try intake.ask(request) == Told(Answers.unauthorized))
    #expect(Told(Answers.unauthorized).field("WWW-Authenticate") != nil)
    #expect(!Told(Answers.unauthorized).body.contains("signature"))
    try intake.flush()
    #expect(intake.brand("acme").rejected.filter { $0.value.count > 0 }.map(\.key) == [example.reason])
    #expect(intake.brand("acme").quarantined.count == (example.isKept ? 1 : 0))
    let kept = try intake.journal.quarantined()
    #expect(kept.map(\.reason) == (example.isKept ? [example.reason] : []))
    #expect(kept.allSatisfy { !$0.isMinimised && $0.body == Array(Sent.dated(1).utf8) })
    #expect(intake.brand("acme").accepted(from: .centra).count == 0)
}

@Test
func twoSignaturesAreAmbiguous() throws {
    let intake = try TestIntake()
    let field = "X-Centra-Signature: t=1,v1=\(String(repeating: "0", count: 64))"
    #expect(try intake.ask(try Sent.request("POST", "/v1/acme/centra", [field, field], body: "a"))?.status == 401)
    #expect(intake.brand("acme").rejected["signature_malformed"]?.count == 1)
}

// MARK: The quarantine

extension TestIntake {
    /// Commits what was staged without anybody waiting for it.
    func flush() throws {
        _ = turn()
        _ = try say(try Sent.peoplevox("item=FLUSH"))
    }
}

extension TestJournal {
    func quarantined() throws -> [QuarantineRecord] {
        try entries().compactMap { _, entry in
            guard case .quarantined(let record) = entry else { return nil }
            return record
        }
    }
}

@Test
func whatCouldBePersonalIsNotKeptOfAForgedDelivery() throws {
    let intake = try TestIntake()
    let body = Sent.payload(#"{"events":[{"type":"order","id":1,"email":"kim@example.com","name":"Kim"}]}"#)
    #expect(try intake.ask(try Sent.centra(body, t: intake.time, secret: "wrong"))?.status == 401)
    try intake.flush()
    let kept = try #require(intake.journal.quarantined().first)
    #expect(kept.isMinimised)
    for word in ["kim", "Kim", "example.com"] { #expect(!String(decoding: kept.body, as: UTF8.self).contains(word)) }
    #expect(try intake.journal.brokenPromises().isEmpty)
}

@Test
func aStrangerCanMakeUsWriteOnlySoMuch() throws {
    let intake = try TestIntake()
    let counters = intake.brand("acme")
    func forge(_ body: String) throws {
        #expect(try intake.ask(try Sent.centra(body, t: intake.time, secret: "wrong"))?.status == 401)
    }

    try forge(String(repeating: "a", count: QuarantineBudget.bodyOctets + 1))
    #expect(counters.quarantineOverflow.count == 1, "too large to be kept at all")
    for number in 0..<QuarantineBudget.dailyRecords + 5 {
        try forge("a=\(number)")
        if number.isMultiple(of: 100) { try intake.flush() }
    }
    try intake.flush()
    #expect(counters.quarantineOverflow.count == 6)
    #expect(counters.quarantined.count == UInt64(QuarantineBudget.dailyRecords))
    #expect(try intake.journal.quarantined().count == QuarantineBudget.dailyRecords)

    intake.journal.clock.advance(milliseconds: 86_400_000 / Int64(QuarantineBudget.dailyRecords) + 1)
    for _ in 0..<2 { try forge("a=b") }
    try intake.flush()
    #expect(counters.quarantineOverflow.count == 7, "it refills as time goes by")
}

/// What replaces personal data can be longer than it was, and it is what is written that counts.
@Test
func theBudgetIsPaidForWhatIsWritten() throws {
    let journal = try TestJournal()
    var budget = QuarantineBudget(now: journal.clock.monotonicMilliseconds())
    budget.pay(octets: QuarantineBudget.dailyOctets - 15_000)
    let intake = try TestIntake(journal, budget: budget)
    // 2 kB that are kept in 8 kB.
    let body = "payload={\"events\":[" + Array(repeating: "{\"id\":[]}", count: 200).joined(separator: ",") + "]}"
    for _ in 0..<3 { _ = try intake.ask(try Sent.centra(body, t: intake.time, secret: "wrong")) }
    try intake.flush()
    #expect(intake.brand("acme").quarantined.count == 2)
    #expect(intake.brand("acme").quarantineOverflow.count == 1)
    #expect(try intake.journal.quarantined().allSatisfy { $0.body.count > 3 * body.utf8.count })
}

@Test
func aFullJournalKeepsNoForgeryAndCountsNone() throws {
    let intake = try TestIntake()
    try intake.journal.fill()
    intake.journal.disk.setFull(true)
    _ = try intake.ask(try Sent.centra(Sent.dated(1), t: intake.time, secret: "wrong"))
    #expect(try intake.say(try Sent.peoplevox("item=A")).status == 503)
    #expect(intake.brand("acme").quarantined.count == 0)
    #expect(try intake.journal.quarantined().isEmpty)
}

// MARK: Callbacks

@Test(arguments: [(1_000, 200), (1_001, 413)])
func aCallbackIsLimitedInQueryAndBody(octets: Int, status: Int) throws {
    let form = "item=A&x=" + String(repeating: "a", count: octets - 9)
    let intake = try TestIntake()
    #expect(try intake.say(try Sent.peoplevox(form)).status == status)
    #expect(try intake.say(try Sent.peoplevox(form, method: "POST")).status == status)
    let path = "/v1/acme/peoplevox/AvailabilityChanges/\(Sent.token)?\(form.prefix(500))"
    #expect(try intake.say(try Sent.request("POST", path, body: String(form.dropFirst(500)))).status == status)
}

private struct Sender: CustomTestStringConvertible {
    let what: String
    var peer: String? = "127.0.0.1"
    var fields: [String] = []
    let expected: String?

    var testDescription: String { what }
}

// Trusted are 127.0.0.1 and 10.0.0.0/8.
private let senders = [
    Sender(what: "our proxy on a Unix socket", peer: nil, fields: ["192.0.2.1"], expected: "192.0.2.1"),
    Sender(what: "nobody at all, on a Unix socket", peer: nil, expected: nil),
    Sender(what: "blanks inside an address", fields: ["2 0 3.0.113.5"], expected: nil),
    Sender(what: "a direct sender", peer: "192.0.2.1", expected: "192.0.2.1"),
    Sender(
        what: "a direct sender who writes the field", peer: "192.0.2.1", fields: ["203.0.113.9"], expected: "192.0.2.1"),
    Sender(what: "our proxy without the field", expected: "127.0.0.1"),
    Sender(what: "through our proxy", fields: ["203.0.113.9"], expected: "203.0.113.9"),
    Sender(what: "what the client wrote stands left", fields: ["198.51.100.1, 203.0.113.9"], expected: "203.0.113.9"),
    Sender(what: "through two of ours", fields: ["203.0.113.9, 10.1.2.3"], expected: "203.0.113.9"),
    Sender(what: "a forged one of ours on the left", fields: ["10.9.9.9, 203.0.113.9"], expected: "203.0.113.9"),
    Sender(
        what: "two fields are one list", fields: ["198.51.100.1", "203.0.113.9, 10.1.2.3"], expected: "203.0.113.9"),
    Sender(what: "in two fields, the last decides", fields: ["203.0.113.9", "198.51.100.1"], expected: "198.51.100.1"),
    Sender(what: "all of it is ours", fields: ["10.1.1.1, 10.1.1.2"], expected: "10.1.1.1"),
    Sender(what: "no white space", fields: ["198.51.100.1,203.0.113.9,10.1.2.3"], expected: "203.0.113.9"),
    Sender(what: "much white space", fields: ["  \t203.0.113.9 ,\t10.1.2.3 "], expected: "203.0.113.9"),
    Sender(what: "IPv6", fields: ["2001:db8::1"], expected: "2001:db8::1"),
    Sender(what: "IPv4 in IPv6", fields: ["::ffff:203.0.113.9"], expected: "203.0.113.9"),
    Sender(
        what: "IPv4 in IPv6 is ours as well", peer: "::ffff:127.0.0.1", fields: ["203.0.113.9"], expected: "203.0.113.9"
    ),
    Sender(what: "a name", fields: ["shop.example"], expected: nil),
    Sender(what: "unknown", fields: ["203.0.113.9, unknown"], expected: nil),
    Sender(what: "a port", fields: ["203.0.113.9:443"], expected: nil),
    Sender(what: "an empty field", fields: [""], expected: nil),
    Sender(what: "an empty hop", fields: ["203.0.113.9,"], expected: nil),
    Sender(what: "nonsense on the left does not matter", fields: ["nonsense, 203.0.113.9"], expected: "203.0.113.9"),
    Sender(what: "nonsense behind ours does", fields: ["203.0.113.9, nonsense, 10.1.1.1"], expected: nil),
]

@Test(arguments: senders)
private func theSenderIsTheNearestThatIsNotOurs(_ example: Sender) {
    let sender = ForwardedFor.sender(
        peer: example.peer.map(address), fields: example.fields.map { Array($0.utf8)[...] },
        trusted: networks("127.0.0.1", "10.0.0.0/8"))
    #expect(sender == example.expected.map(address))
}

@Test
func onlyAllowedAddressesMayCallBack() throws {
    var brand = Configuration.Brand.acme
    brand.callbackAddresses = networks("203.0.113.0/24", "2001:db8::/32")
    let intake = try TestIntake(brands: [brand])
    let direct = try Sent.peoplevox("item=A")
    for peer in ["203.0.113.9", "2001:db8::9", "::ffff:203.0.113.9"] {
        #expect(try intake.say(direct, from: peer) == .accepted)
    }
    for peer in ["192.0.2.1", "2001:db9::1", "127.0.0.1", nil] {
        #expect(try intake.say(direct, from: peer) == nothing)
    }
    let forwarded = try Sent.peoplevox(
        "item=A", fields: ["X-Forwarded-For: 192.0.2.1", "X-Forwarded-For: 203.0.113.9"])
    #expect(try intake.say(forwarded, from: "127.0.0.1") == .accepted)
    #expect(try intake.say(forwarded, from: "192.0.2.1") == nothing, "a stranger's word")
    #expect(intake.brand("acme").rejected["address_not_allowed"]?.count == 5)
    // Centra signs, so it may come from anywhere.
    #expect(try intake.say(try Sent.centra(Sent.dated(1), t: intake.time), from: "192.0.2.1") == .accepted)
}

// MARK: What is counted

@Test
func countersTellWhatCame() throws {
    let intake = try TestIntake()
    let requests = [
        try Sent.centra(Sent.dated(1), t: intake.time), try Sent.centra(Sent.dated(1), t: intake.time),
        try Sent.centra(Sent.dated(2, type: "customer"), t: intake.time),
        try Sent.centra(Sent.products("1", "2"), t: intake.time), try Sent.centra(Sent.payload("[]"), t: intake.time),
        try Sent.peoplevox("item=A"), try Sent.peoplevox("nothing=known", method: "POST"),
        try Sent.peoplevox("return=RET501", event: "Returns"),
    ]
    for request in requests { #expect(try intake.say(request) == .accepted) }
    let counters = intake.brand("acme")
    #expect(counters.accepted(from: .centra).count == 4 && counters.accepted(from: .peoplevox).count == 3)
    #expect(counters.redelivered.count == 1)
    #expect(counters.events.count == 5)
    #expect(counters.ignored.count == 1)
    #expect(counters.notUnderstood.count == 2)
    #expect(counters.rejected.values.allSatisfy { $0.count == 0 })
}

// MARK: Reloading

@Test
func aRotatedSecretHoldsForTheNextRequest() throws {
    let intake = try TestIntake()
    func told(_ secret: String, _ order: Int) throws -> Int {
        try intake.say(try Sent.centra(Sent.dated(order), t: intake.time, secret: secret)).status
    }
    var both = Configuration.Brand.acme
    both.centraSecrets = [Secret("new"), Secret(Sent.secret)]
    var new = both
    new.centraSecrets = [Secret("new")]

    #expect(try told("new", 1) == 401)
    intake.reload.offer(.forTests(brands: [both]))
    #expect(try told("new", 1) == 200)
    #expect(try told(Sent.secret, 2) == 200)
    intake.reload.offer(.forTests(brands: [new]))
    #expect(try told(Sent.secret, 3) == 401)
    #expect(try told("new", 3) == 200)
    #expect(intake.accepted == 3, "counters outlive a reload")
}

@Test
func aRotatedTokenAndARemovedBrandTakeEffect() throws {
    let intake = try TestIntake()
    let next = "11111111111111111111111111111111"
    var rotating = Configuration.Brand.acme
    rotating.tokens = ["AvailabilityChanges": [Sent.hash(next), Sent.hash(Sent.token)]]
    intake.reload.offer(.forTests(brands: [rotating]))
    for token in [next, Sent.token] { #expect(try intake.say(try Sent.peoplevox("item=A", token: token)) == .accepted) }
    #expect(try intake.say(try Sent.peoplevox("return=R1", event: "Returns")) == nothing, "its subscription has gone")

    // Of two offers the later counts.
    intake.reload.offer(.forTests(brands: [.acme]))
    intake.reload.offer(.forTests(brands: [.bare]))
    _ = intake.turn()
    #expect(try intake.say(try Sent.peoplevox("item=A")) == nothing)
    #expect(try intake.say(try Sent.centra(Sent.dated(1), t: intake.time)) == nothing)
}

/// A delivery that was staged by the old brands is answered by the new ones.
@Test
func aReloadDoesNotTouchWhatIsOnItsWay() throws {
    let intake = try TestIntake()
    intake.journal.disk.holdSyncs()
    #expect(try intake.ask(try Sent.peoplevox("item=A")) == nil)
    _ = intake.turn()
    intake.journal.disk.waitUntilHeld()
    #expect(try intake.ask(try Sent.peoplevox("item=B")) == nil)
    intake.reload.offer(.forTests(brands: [.bare]))
    #expect(intake.turn().isEmpty)
    intake.journal.disk.releaseSyncs()
    #expect(intake.settle() == [.accepted, .accepted])
    #expect(intake.accepted == 2)
}
