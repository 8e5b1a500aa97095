// What a partner asked for outlives the process that was asked.
import Foundation
import Outbound
import POSIX
import Sandbox
import Testing

@testable import Application

/// Says to everybody that it is too much.
private struct Busy: HTTPTransport {
    func send(_ request: OutboundRequest, _ cancellation: Cancellation) throws(TransportFailure) -> OutboundReply {
        OutboundReply(status: 429, fields: [("Retry-After", "120")], body: [])
    }
}

private let clock = SandboxClock(standingAt: 1_770_300_000_000_000)

private func connections(_ directory: String) throws -> PartnerConnections {
    let brand = try #require(try Rig.configuration(Rig.settings).brands.first)
    return PartnerConnections(
        try #require(brand.partners.centra), try #require(brand.partners.peoplevox), known: nil, wasJustRunning: false,
        directory: directory, transport: Busy(), clock: clock, chance: { 0 })
}

private func wait(_ governor: Governor) -> Int64 {
    governor.caughtUp(after: 1, of: Cost()) - clock.wallMicroseconds()
}

@Test func aPauseThatAPartnerAskedForOutlivesTheProcess() throws {
    let directory = NSTemporaryDirectory() + "lockstep-pauses-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    // Nobody keeps a note where nobody has made the place for it.
    let first = try connections(directory)
    _ = try? first.centra.quotas(.catalogue, Cancellation())
    #expect(wait(first.centra.governor) == 120_000_000)
    #expect(wait(try connections(directory).centra.governor) == 0)

    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    _ = try? connections(directory).centra.quotas(.catalogue, Cancellation())
    let second = try connections(directory)
    #expect(wait(second.centra.governor) == 120_000_000 && wait(second.peoplevox.governor) == 0)
    clock.advance(milliseconds: 100_000)
    #expect(wait(try connections(directory).centra.governor) == 20_000_000)
    clock.advance(milliseconds: 20_000)
    #expect(wait(try connections(directory).centra.governor) == 0)
}

@Test(arguments: ["", "{}", "x", #"{"version":1,"until":"x"}"#, #"{"version":2,"until":9999999999999999}"#])
func aNoteThatCannotBeReadIsNone(_ text: String) throws {
    let directory = NSTemporaryDirectory() + "lockstep-pauses-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try text.write(toFile: directory + "/centra-pause.json", atomically: true, encoding: .utf8)
    #expect(PauseNote(.centra, in: directory, clock: clock).until == nil)
}

/// After a clock that was set back, a note may say any year.
@Test func noNoteHoldsAPartnerUpForLongerThanAPause() throws {
    let governor = Governor(GovernorSettings(quotas: [], concurrency: 1), clock: clock, chance: { 0 })
    governor.pause(until: .max)
    #expect((1...8_000_000_000).contains(wait(governor)))
}
