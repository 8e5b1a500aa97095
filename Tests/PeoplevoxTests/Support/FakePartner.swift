// A partner that says what it is told to say, and a clock that is turned by hand.
import Foundation
import Outbound
import POSIX
import Synchronization
import XML

@testable import Peoplevox

final class HandClock: Clock {
    private let passed = Mutex<Int64>(0)
    private let wall: Int64 = 1_770_000_000_000_000

    func monotonicMicroseconds() -> Int64 { passed.withLock { $0 } }
    func wallMicroseconds() -> Int64 { wall + passed.withLock { $0 } }
    func advance(minutes: Int64) { passed.withLock { $0 += minutes * 60_000_000 } }

    func wait(until deadline: Int64, or bell: Bell) {
        if deadline == .max { return bell.wait(milliseconds: 1) }
        passed.withLock { $0 = max($0, deadline) }
    }
}

/// Answers by operation. What is left of an operation's answers is said again and again.
final class FakePartner: HTTPTransport {
    typealias Answer = Result<OutboundReply, TransportFailure>

    private struct State: Sendable {
        var answers: [String: [Answer]] = [:]
        var received: [OutboundRequest] = []
    }

    private let state = Mutex(State())

    init(_ answers: [String: [Answer]]) {
        state.withLock { $0.answers = answers }
    }

    func send(_ request: OutboundRequest, _ cancellation: Cancellation) throws(TransportFailure) -> OutboundReply {
        let operation = FakePartner.operation(request)
        let answer = state.withLock { state -> Answer? in
            state.received.append(request)
            let answers = state.answers[operation] ?? []
            if answers.count > 1 { state.answers[operation]?.removeFirst() }
            return answers.first
        }
        guard let answer else {
            throw TransportFailure(.unreachable, mayHaveArrived: false, "no answer to \(operation)")
        }
        return try answer.get()
    }

    var received: [OutboundRequest] { state.withLock { $0.received } }
    var operations: [String] { received.map(FakePartner.operation) }
    /// The requests inside the envelopes.
    func bodies(_ operation: String) throws -> [XMLElement] {
        try received.filter { FakePartner.operation($0) == operation }.compactMap {
            try XMLElement($0.body)[XMLElement.Name(Envelope.soap, "Body")]?.children.first
        }
    }

    private static func operation(_ request: OutboundRequest) -> String {
        let action = request.fields.first { $0.name == "SOAPAction" }?.value ?? ""
        return String(action.dropFirst("\"\(Envelope.service)".count).dropLast())
    }
}

enum Fixture {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/peoplevox")

    static func octets(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: path)))
    }

    static func reply(_ name: String) throws -> FakePartner.Answer {
        .success(OutboundReply(status: 200, body: try octets("soap/\(name).response.xml")))
    }
}

let credentials = PeoplevoxCredentials(
    clientID: "ulvmark", username: "centra-bridge", password: Password("fixture-password"), passwordMode: .base64)

func makeClient(
    _ partner: FakePartner, _ clock: HandClock = HandClock(), _ credentials: PeoplevoxCredentials = credentials
) -> PeoplevoxClient {
    let governor = Governor(GovernorSettings(quotas: [], concurrency: 64), clock: clock) { 0 }
    let settings = PeoplevoxSettings(address: "http://127.0.0.1/ulvmark/service.asmx", credentials: credentials)
    return PeoplevoxClient(Caller(partner, governor, clock: clock), settings)
}

/// A reply of any operation.
func soapReply(
    _ operation: String, id: Int = 0, total: Int = 0, _ detail: String? = nil,
    statuses: [(String, Bool)] = [], queue: String? = nil
) -> FakePartner.Answer {
    var xml = XMLWriter()
    xml.element("s:Envelope", ["xmlns:s": Envelope.soap]) { xml in
        xml.element("s:Body") { xml in
            xml.element("\(operation)Response", ["xmlns": Envelope.service]) { xml in
                xml.element("\(operation)Result") { xml in
                    xml.element("ResponseId", "\(id)")
                    xml.element("TotalCount", "\(total)")
                    if let detail { xml.element("Detail", detail) }
                    xml.element("Statuses") { xml in
                        for (reference, isSuccess) in statuses {
                            xml.element("IntegrationStatusResponse") { xml in
                                xml.element("Reference", reference)
                                xml.element("Status", isSuccess ? "Success" : "Error")
                            }
                        }
                    }
                    if let queue { xml.element("ImportingQueueId", queue) }
                }
            }
        }
    }
    return .success(OutboundReply(status: 200, body: xml.octets))
}

let login = soapReply("Authenticate", total: 1, "ulvmark,7f0c6a0e-2d8b-4f4e-9d3a-1b1f0f1d2c3b")

/// What `body` throws; nil when it returns.
func failure<Value>(_ body: () throws(CallFailure) -> Value) -> CallFailure? {
    do throws(CallFailure) {
        _ = try body()
        return nil
    } catch { return error }
}
