// What a call comes to, for whoever asked and for the governor, whatever the transport says.
import Synchronization
import Testing

@testable import Outbound

/// Answers what it is told, in order, and then with an empty 200.
final class Scripted: HTTPTransport {
    private let answers: Mutex<[Result<OutboundReply, TransportFailure>]>
    let sent = Atomic(0)

    init(_ answers: [Result<OutboundReply, TransportFailure>]) { self.answers = Mutex(answers) }

    func send(_ request: OutboundRequest, _ cancellation: Cancellation) throws(TransportFailure) -> OutboundReply {
        sent.add(1, ordering: .relaxed)
        return try answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }?.get() ?? OutboundReply(status: 200)
    }
}

private let request = OutboundRequest(.post, "http://127.0.0.1/", limits: OutboundRequest.Limits(timeout: 1_000))

func plain(_ settings: GovernorSettings, _ clock: HandClock) -> Governor {
    Governor(settings, clock: clock, chance: { 0 })
}

private struct Case: CustomTestStringConvertible {
    let reason: TransportFailure.Reason
    let mayHaveArrived: Bool
    let read: FailureKind
    let write: FailureKind
    var testDescription: String { "\(reason), may have arrived: \(mayHaveArrived)" }
}

private let cases = [
    Case(reason: .unreachable, mayHaveArrived: false, read: .transient, write: .transient),
    Case(reason: .untrusted, mayHaveArrived: false, read: .configuration, write: .configuration),
    Case(reason: .timedOut, mayHaveArrived: false, read: .transient, write: .transient),
    Case(reason: .timedOut, mayHaveArrived: true, read: .transient, write: .ambiguous),
    Case(reason: .cut, mayHaveArrived: false, read: .transient, write: .transient),
    Case(reason: .cut, mayHaveArrived: true, read: .transient, write: .ambiguous),
    Case(reason: .tooLarge, mayHaveArrived: true, read: .permanent, write: .ambiguous),
    Case(reason: .unsendable, mayHaveArrived: false, read: .configuration, write: .configuration),
    Case(reason: .cancelled, mayHaveArrived: false, read: .cancelled, write: .cancelled),
    Case(reason: .cancelled, mayHaveArrived: true, read: .cancelled, write: .ambiguous),
]

@Test(arguments: cases)
private func aMissingReplyMeansWhatItMeansForItsRepetition(_ example: Case) {
    let clock = HandClock()
    let failure = TransportFailure(example.reason, mayHaveArrived: example.mayHaveArrived, "so it is")
    for (ask, kind) in [(Ask.read("Read", .sweep), example.read), (Ask.write("Write", .sweep), example.write)] {
        let caller = Caller(Scripted([.failure(failure)]), plain(.peoplevox(), clock), clock: clock)
        #expect(throws: CallFailure(kind, "so it is")) {
            try caller.call(request, ask, Cancellation()) { _ in .success(1) }
        }
    }
}

@Test
func aTooManyPausesEverybodyUntilThen() throws {
    let clock = HandClock()
    let transport = Scripted([.success(OutboundReply(status: 429, fields: [("Retry-After", "7")]))])
    let caller = Caller(transport, plain(.centra(), clock), clock: clock)
    #expect(throws: CallFailure(.throttled(until: clock.wall + 7_000_000), "the partner's limit is reached (429)")) {
        try caller.call(request, .write("A", .despatch), Cancellation()) { _ in .success(1) }
    }
    let value = try caller.call(request, .read("B", .sweep), Cancellation()) { .success($0.status) }
    #expect(value == 200)
    #expect(clock.now >= 7_000_000 && clock.now < 7_100_000)
}

@Test
func whoeverHasNoPatienceIsToldUntilWhen() {
    let clock = HandClock()
    let caller = Caller(Scripted([]), plain(.peoplevox(), clock), clock: clock)
    var failure: CallFailure?
    for _ in 0..<13 where failure == nil {
        do throws(CallFailure) {
            _ = try caller.call(request, .read("A", .sweep, patience: 1_000), Cancellation()) { _ in .success(1) }
        } catch { failure = error }
    }
    guard case .throttled(let until?) = failure?.kind else { return #expect(failure != nil) }
    #expect(until > clock.wallMicroseconds() && until < clock.wallMicroseconds() + 15_000_000)
}

@Test
func whoeverIsCancelledSendsNothing() {
    let (clock, cancellation) = (HandClock(), Cancellation())
    let transport = Scripted([])
    let caller = Caller(transport, plain(.peoplevox(), clock), clock: clock)
    let filler = Ask.read("A", .sweep)
    for _ in 0..<12 { _ = try? caller.call(request, filler, Cancellation()) { _ in .success(1) } }
    cancellation.cancel()
    #expect(throws: CallFailure(.cancelled, "the call was cancelled while it waited")) {
        try caller.call(request, filler, cancellation) { _ in .success(1) }
    }
    #expect(transport.sent.load(ordering: .relaxed) == 12)
}
