// How a partner's server was met, and what is kept of it.
import Foundation
import JSON
import Outbound
import POSIX
import Sandbox
import Synchronization
import Testing

@testable import Application

private struct Dated: HTTPTransport {
    let date: String

    func send(_ request: OutboundRequest, _ cancellation: Cancellation) throws(TransportFailure) -> OutboundReply {
        OutboundReply(status: 200, fields: [("Date", date)])
    }
}

private final class Said: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

struct WitnessTests {
    /// Ours is 08:49:37.5.
    static let dates: [(date: String, seconds: Int64?, verdict: String)] = [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0, "pass"), ("Sun, 06 Nov 1994 08:49:38 GMT", 0, "pass"),
        ("Sun, 06 Nov 1994 08:49:35 GMT", -1, "pass"), ("Sun, 06 Nov 1994 08:50:07 GMT", 29, "warn"),
        ("Sun, 06 Nov 1994 08:40:00 GMT", -576, "fail"), ("yesterday", nil, "pass"),
    ]

    @Test(arguments: dates)
    func theirClockIsCompared(date: String, seconds: Int64?, verdict: String) throws {
        let clock = SandboxClock(standingAt: 784_111_777_500_000)
        let witness = Witness("Centra", Dated(date: date), ExaminationProgress(clock: clock) { _ in }, clock: clock)
        _ = try witness.send(OutboundRequest(.get, "https://a", limits: .init(timeout: 1)), Cancellation())
        #expect(witness.sighting.clockOffset.map { $0 / 1_000_000 } == seconds)
        #expect(Verdict.clock(witness.sighting).word == verdict)
    }

    /// A line every five seconds at the most, however many calls there are.
    @Test
    func whoWaitsLearnsHowFarItHasCome() throws {
        let clock = SandboxClock(standingAt: 784_111_777_500_000)
        let said = Said()
        let witness = Witness(
            "Centra", Dated(date: "now"), ExaminationProgress(clock: clock) { said.add($0) }, clock: clock)
        for _ in 0..<12 {
            clock.wait(until: clock.monotonicMicroseconds() + 1_000_000, or: Bell())
            _ = try witness.send(OutboundRequest(.get, "https://a", limits: .init(timeout: 1)), Cancellation())
        }
        #expect(said.all == ["Centra has answered 5 calls …", "Centra has answered 10 calls …"])
    }

    @Test
    func theExitStatusIsThatOfTheWorst() {
        func status(_ verdicts: [Verdict]) -> Int32 {
            PartnerTool.Report(diagnoses: verdicts.map { Diagnosis(brand: "a", check: "b", verdict: $0) }).exitStatus
        }
        #expect(status([]) == 0 && status([.pass("a"), .skipped("b")]) == 0)
        #expect(status([.pass("a"), .warn("b", change: "c")]) == 1)
        #expect(status([.fail("a", change: "b"), .warn("b", change: "c")]) == 2)
    }
}

struct CapabilitiesTests {
    @Test
    func whatIsKnownIsReplacedAsAWhole() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "lockstep-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = "\(directory)/ulvmark/\(Capabilities.name)"
        for _ in 0..<2 {
            _ = try Clinic().tool(directory).examine()
            let json = try JSONValue(try Files.contents(of: path, limit: 1 << 20))
            #expect(json["brand"]?.string == "ulvmark" && json["centra"] == nil)
            #expect(json["peoplevox"]?["templates"]?["salesOrders"]?.array?.contains(.string("OnHold")) == true)
            #expect(try Files.open(path, .read).mode() == 0o600)
        }
        #expect(try Files.names(in: "\(directory)/ulvmark") == [Capabilities.name])
    }

    @Test
    func whatWasKnownStaysWhenNothingIsSeen() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "lockstep-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var clinic = Clinic()
        clinic.password = "another"
        let report = try clinic.tool(directory).examine()
        #expect(report.notes.first?.contains("stays as it is") == true)
        #expect(try Files.names(in: "\(directory)/ulvmark") == [])
    }
}
