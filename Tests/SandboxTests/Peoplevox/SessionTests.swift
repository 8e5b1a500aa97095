// Logging in and being thrown out, always with HTTP 200.
import Testing

@testable import Sandbox

extension WarehouseDesk {
    func logIn(_ password: String, user: String = "centra-bridge", client: String = "ulvmark") throws -> Answer {
        try call(
            "Authenticate",
            "<clientId>\(client)</clientId><username>\(user)</username><password>\(password)</password>")
    }

    fileprivate func probe() throws -> String? {
        try call("GetSaveTemplate", "<templateName>Sites</templateName>").detail
    }
}

private let encoded = "Zml4dHVyZS1wYXNzd29yZA=="

private struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let password: String
    var user = "centra-bridge"
    var client = "ulvmark"
    var mode = "base64"
    let detail: String

    var testDescription: String { name }
}

private let cases = [
    Case(name: "base64", password: encoded, detail: "ulvmark,"),
    Case(name: "base64 with a line break", password: "Zml4dHVyZS1w\nYXNzd29yZA==", detail: "ulvmark,"),
    Case(name: "plain", password: "fixture-password", mode: "plain", detail: "ulvmark,"),
    Case(name: "plain for base64", password: "fixture-password", detail: "System : Security - Invalid Session"),
    Case(name: "base64 for plain", password: encoded, mode: "plain", detail: "System : Security - Invalid Session"),
    Case(name: "wrong", password: "d3Jvbmc=", detail: "System : Security - Invalid username or password"),
    Case(name: "nobody", password: encoded, user: "x", detail: "System : Security - Invalid username or password"),
    Case(name: "another client", password: encoded, client: "x", detail: "System : Security - Invalid username"),
]

@Test(arguments: cases)
private func logsIn(_ example: Case) throws {
    let desk = WarehouseDesk()
    try desk.set(["passwordMode": .string(example.mode)])
    let answer = try desk.logIn(example.password, user: example.user, client: example.client)
    let detail = try #require(answer.detail)
    #expect(detail.hasPrefix(example.detail))
    let isIn = detail.hasPrefix("ulvmark,")
    #expect(answer.responseId == (isIn ? 0 : -1) && answer.totalCount == (isIn ? 1 : 0))
}

@Test
func aSessionDiesAfterHalfAnHourWithoutUse() throws {
    var desk = WarehouseDesk()
    desk.session = try #require(try desk.logIn(encoded).detail?.split(separator: ",").last.map(String.init))
    for _ in 0..<3 {
        desk.clock.advance(milliseconds: 29 * 60_000 + 59_999)
        #expect(try desk.probe() == "Name,Reference")
    }
    desk.clock.advance(milliseconds: 30 * 60_000)
    #expect(try desk.probe() == "System : Security - Session Expired")
    #expect(try desk.probe() == "System : Security - Invalid Session")
    #expect(desk.sandbox.counters()["sessionFailures"]?.integer == 2)
}

@Test
func aSecondLoginMayEndTheFirstSession() throws {
    for hasOneSession in [false, true] {
        let desk = WarehouseDesk()
        try desk.set(["hasOneSession": .bool(hasOneSession)])
        _ = try desk.logIn(encoded)
        #expect(try desk.probe() == (hasOneSession ? "System : Security - Invalid Session" : "Name,Reference"))
    }
}

@Test
func aUserIsLockedAfterTooManyWrongPasswords() throws {
    let desk = WarehouseDesk()
    try desk.set(["lockOutAfter": .integer(3)])
    for _ in 0..<3 { #expect(try desk.logIn("d3Jvbmc=").responseId == -1) }
    #expect(try desk.logIn(encoded).detail == "System : Security - User is locked")
    try desk.act("unlock", "{}")
    #expect(try desk.logIn(encoded).responseId == 0)
}

@Test
func tooManyRequestsAreNotAnswered() throws {
    let desk = WarehouseDesk()
    try desk.set(["requestsPerWindow": .integer(15)])
    for _ in 0..<15 { #expect(try desk.probe() == "Name,Reference") }
    let probe = desk.envelope("GetSaveTemplate", "<templateName>Sites</templateName>")
    #expect(desk.send("GetSaveTemplate", probe) == nil)
    desk.clock.advance(milliseconds: 15_000)
    #expect(try desk.probe() == "Name,Reference")
    let counters = desk.sandbox.counters()
    #expect(counters["throttled"]?.integer == 1 && counters["mostInWindow"]?.integer == 16)
}
