// Sessions as calls need them: one login for all, one repeat for each, and none that goes on and on.
import Foundation
import Outbound
import Synchronization
import Testing
import XML

@testable import Peoplevox

private let columns = PeoplevoxOperation.templateColumns("Sales orders")
private let found = soapReply("GetSaveTemplate", "SalesOrderNumber,Status")
private let expired = soapReply("GetSaveTemplate", id: -1, "System : Security - Session Expired")
private let denied = soapReply("Authenticate", id: -1, "System : Security - Invalid username or password")

private func session(_ number: Int) -> FakePartner.Answer {
    soapReply("Authenticate", total: 1, "ulvmark,session-\(number)")
}

extension PeoplevoxClient {
    fileprivate func ask() throws(CallFailure) -> [String] { try perform(columns, .sweep, Cancellation()) }
}

private func sessionsSent(_ partner: FakePartner) throws -> [String] {
    try partner.received.compactMap { request in
        try XMLElement(request.body)[XMLElement.Name(Envelope.soap, "Header")]?.children.first?.children.last?.text
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> LoginAnswer {
        count.withLock { count in
            count += 1
            return .opened(SessionID("session-\(count)"))
        }
    }
}

struct ClientTests {
    @Test
    func oneLoginServesManyCalls() throws {
        let partner = FakePartner(["Authenticate": [session(1)], "GetSaveTemplate": [found]])
        let client = makeClient(partner)
        for _ in 0..<3 { #expect(try client.ask() == ["SalesOrderNumber", "Status"]) }
        #expect(partner.operations == ["Authenticate", "GetSaveTemplate", "GetSaveTemplate", "GetSaveTemplate"])
        #expect(try sessionsSent(partner) == ["session-1", "session-1", "session-1"])
    }

    @Test(arguments: [(PeoplevoxCredentials.PasswordMode.base64, "cMOlc3M="), (.plain, "påss")])
    func thePasswordIsSentOneWayOnly(mode: PeoplevoxCredentials.PasswordMode, sent: String) throws {
        let partner = FakePartner(["Authenticate": [denied]])
        let account = PeoplevoxCredentials(
            clientID: "ulvmark", username: "centra-bridge", password: Password("påss"), passwordMode: mode)
        #expect(failure(makeClient(partner, HandClock(), account).ask)?.kind == .configuration)
        #expect(
            try partner.bodies("Authenticate").map { $0.children.map(\.text) } == [["ulvmark", "centra-bridge", sent]])
    }

    @Test
    func aPasswordThatXMLCannotHoldIsNotSent() {
        let partner = FakePartner(["Authenticate": [session(1)]])
        let account = PeoplevoxCredentials(
            clientID: "ulvmark", username: "a", password: Password("\u{1}"), passwordMode: .plain)
        #expect(failure(makeClient(partner, HandClock(), account).ask)?.kind == .configuration)
        #expect(partner.operations.isEmpty)
    }

    @Test
    func aRefusedSessionIsReplacedAndTheCallRepeatedOnce() throws {
        let partner = FakePartner(["Authenticate": [session(1), session(2)], "GetSaveTemplate": [expired, found]])
        #expect(try makeClient(partner).ask().count == 2)
        #expect(partner.operations == ["Authenticate", "GetSaveTemplate", "Authenticate", "GetSaveTemplate"])
        #expect(try sessionsSent(partner) == ["session-1", "session-2"])
    }

    @Test
    func aSessionThatIsRefusedAgainIsLeftAloneForAWhile() throws {
        let partner = FakePartner(["Authenticate": [session(1), session(2), session(3)], "GetSaveTemplate": [expired]])
        let clock = HandClock()
        let client = makeClient(partner, clock)
        let until = clock.wallMicroseconds() + 60_000_000
        #expect(failure(client.ask)?.kind == .throttled(until: until))
        #expect(partner.operations.count { $0 == "Authenticate" } == 2)
        #expect(failure(client.ask)?.kind == .throttled(until: until))
        #expect(partner.operations.count == 4)
        clock.advance(minutes: 1)
        _ = failure(client.ask)
        #expect(partner.operations.count == 8)
    }

    /// An item is called so. The brand's other calls go on with the session, and nobody waits.
    @Test
    func aRowThatOnlyMentionsASessionEndsItsOwnCallAlone() throws {
        let row = soapReply("GetSaveTemplate", id: -1, "Item Session Tee is unknown")
        let partner = FakePartner([
            "Authenticate": [session(1), session(2), session(3)], "GetSaveTemplate": [row, row, found],
        ])
        let client = makeClient(partner)
        #expect(failure(client.ask)?.kind == .permanent)
        #expect(try client.ask().count == 2)
        #expect(try sessionsSent(partner) == ["session-1", "session-2", "session-2"])
    }

    @Test
    func anIdleSessionIsReplacedBeforeItIsRefused() throws {
        let partner = FakePartner(["Authenticate": [session(1), session(2)], "GetSaveTemplate": [found]])
        let clock = HandClock()
        let client = makeClient(partner, clock)
        for minutes: Int64 in [0, 23, 23, 25] {
            clock.advance(minutes: minutes)
            _ = try client.ask()
        }
        #expect(try sessionsSent(partner) == ["session-1", "session-1", "session-1", "session-2"])
    }

    @Test
    func aRefusedLoginIsNotTriedAgainForLong() throws {
        let partner = FakePartner(["Authenticate": [denied, session(1)], "GetSaveTemplate": [found]])
        let clock = HandClock()
        let client = makeClient(partner, clock)
        for minutes: Int64 in [0, 1, 58] {
            clock.advance(minutes: minutes)
            let refused = failure(client.ask)
            #expect(refused?.kind == .configuration)
            #expect(refused?.text.contains("passwordMode") == true)
            #expect(partner.operations == ["Authenticate"])
        }
        clock.advance(minutes: 1)
        #expect(try client.ask().count == 2)
        // Other settings are another client, which tries at once.
        let other = FakePartner(["Authenticate": [session(1)], "GetSaveTemplate": [found]])
        #expect(try makeClient(other, clock).ask().count == 2)
    }

    /// A page is no answer: only one of the service may have been counted.
    @Test(arguments: [403, 404, 500, 503])
    func aLoginThatAPageAnsweredIsTriedAgainSoon(status: Int) throws {
        let page = FakePartner.Answer.success(OutboundReply(status: status, body: Array("<html>".utf8)))
        let partner = FakePartner(["Authenticate": [page, session(1)], "GetSaveTemplate": [found]])
        let client = makeClient(partner)
        #expect(failure(client.ask) != nil)
        #expect(try client.ask().count == 2)
    }

    /// It has looked at nothing, least of all at the password.
    @Test(arguments: ["Timeout expired.", "Transaction was deadlocked"])
    func aLoginThatMetTroubleIsTriedWithTheNextCall(detail: String) throws {
        let trouble = soapReply("Authenticate", id: -1, detail)
        let partner = FakePartner(["Authenticate": [trouble, session(1)], "GetSaveTemplate": [found]])
        let client = makeClient(partner)
        #expect(failure(client.ask)?.kind == .transient)
        #expect(try client.ask().count == 2)
    }

    static let noes: [(Int, String)] = [
        (400, "<html>"),
        (
            500,
            """
            <s:Envelope xmlns:s="\(Envelope.soap)"><s:Body><s:Fault><faultcode>s:Client</faultcode>
            <faultstring>no such user</faultstring></s:Fault></s:Body></s:Envelope>
            """
        ),
    ]

    /// A no for good, in whatever form, is a login that was refused: the next calls do not try it again and again.
    @Test(arguments: noes)
    func aLoginThatWasRefusedInAnotherFormIsNotTriedAgainForLong(status: Int, body: String) {
        let no = FakePartner.Answer.success(OutboundReply(status: status, body: Array(body.utf8)))
        let partner = FakePartner(["Authenticate": [no]])
        let client = makeClient(partner)
        for _ in 0..<3 { #expect(failure(client.ask)?.kind == .configuration) }
        #expect(partner.operations == ["Authenticate"])
    }

    /// Other credentials are tried at once, and once; the same ones are not.
    @Test
    func aChangedPasswordIsTriedBeforeTheHourIsOver() throws {
        let no = FakePartner.Answer.success(OutboundReply(status: 400, body: Array("<html>".utf8)))
        let partner = FakePartner(["Authenticate": [no, no, session(1)], "GetSaveTemplate": [found]])
        let client = makeClient(partner)
        #expect(failure(client.ask)?.kind == .configuration)
        #expect(!client.renew(credentials))
        #expect(failure(client.having(patience: nil).ask)?.kind == .configuration)
        #expect(partner.operations.count == 1)
        for (password, tries) in [("second", 2), ("third", 3)] {
            let others = PeoplevoxCredentials(
                clientID: "ulvmark", username: "centra-bridge", password: Password(password), passwordMode: .base64)
            #expect(client.renew(others) && !client.renew(others))
            _ = failure(client.ask)
            _ = failure(client.having(patience: nil).ask)
            #expect(partner.operations.count { $0 == "Authenticate" } == tries)
        }
        #expect(try client.ask().count == 2)
        let elsewhere = PeoplevoxCredentials(
            clientID: "other", username: "a", password: Password("b"), passwordMode: .base64)
        #expect(!client.renew(elsewhere), "another tenant is another client")
    }

    /// They come while a login with the old ones is on its way.
    @Test
    func aLoginThatIsRefusedSaysNothingOfNewerCredentials() throws {
        let keeper = SessionKeeper(credentials, clock: HandClock())
        let others = PeoplevoxCredentials(
            clientID: "ulvmark", username: "other", password: Password("b"), passwordMode: .base64)
        let refused = failure { () throws(CallFailure) in
            try keeper.session { _ in
                _ = keeper.renew(others)
                return .refused(CallFailure(.configuration, "no"))
            }
        }
        #expect(refused?.kind == .configuration)
        let session = try keeper.session { .opened(SessionID($0.username)) }
        #expect(session.id == SessionID("other"))
        _ = keeper.renew(credentials)
        #expect(try keeper.session { _ in .opened(SessionID("another")) } == session, "what is open stays")
        #expect(
            try keeper.session(insteadOf: session) { .opened(SessionID($0.username)) }.id == SessionID("centra-bridge"))
    }

    /// Without an answer nobody counts a failed login.
    @Test
    func aLoginThatWasNotAnsweredIsTriedWithTheNextCall() throws {
        let lost = FakePartner.Answer.failure(TransportFailure(.timedOut, mayHaveArrived: true, "timed out"))
        let partner = FakePartner(["Authenticate": [lost, session(1)], "GetSaveTemplate": [found]])
        let client = makeClient(partner)
        #expect(failure(client.ask)?.kind == .transient)
        #expect(try client.ask().count == 2)
    }

    static let logins: [(String, FailureKind?)] = [
        ("ulvmark,a,b", nil), ("ulvmark,", .transient), ("ulvmark", .transient), ("", .transient),
        ("ulvmark, \n", .transient), (",a", nil),
    ]

    @Test(arguments: logins)
    func aLoginGivesASession(detail: String, kind: FailureKind?) throws {
        let partner = FakePartner(["Authenticate": [soapReply("Authenticate", detail)], "GetSaveTemplate": [found]])
        #expect(failure(makeClient(partner).ask)?.kind == kind)
        if detail == "ulvmark,a,b" { #expect(try sessionsSent(partner) == ["a,b"]) }
    }

    /// A write's lost reply is ambiguous, a question's is not; whatever was not sent is neither.
    static let lost: [(TransportFailure.Reason, Bool, FailureKind, FailureKind)] = [
        (.timedOut, true, .transient, .ambiguous), (.cut, true, .transient, .ambiguous),
        (.unreachable, false, .transient, .transient), (.untrusted, false, .configuration, .configuration),
        (.tooLarge, true, .permanent, .ambiguous), (.cancelled, false, .cancelled, .cancelled),
    ]

    @Test(arguments: lost)
    func whatALostReplyMeans(
        reason: TransportFailure.Reason, mayHaveArrived: Bool, read: FailureKind, write: FailureKind
    ) throws {
        let answer = FakePartner.Answer.failure(TransportFailure(reason, mayHaveArrived: mayHaveArrived, "lost"))
        let partner = FakePartner([
            "Authenticate": [session(1)], "GetSaveTemplate": [answer], "UnsubscribeEvent": [answer],
        ])
        #expect(failure(makeClient(partner).ask)?.kind == read)
        let client = makeClient(partner)
        let unsubscribed = failure { () throws(CallFailure) in
            try client.perform(.unsubscribe(1), .catalogue, Cancellation())
        }
        #expect(unsubscribed?.kind == write)
    }

    /// Sixteen threads find the session refused, and one of them logs in.
    @Test
    func manyThreadsLogInOnce() async throws {
        let keeper = SessionKeeper(credentials, clock: HandClock())
        let logins = Counter()
        let first = try keeper.session { _ in logins.next() }
        let sessions = await withTaskGroup { group in
            for _ in 0..<16 {
                group.addTask { try? keeper.session(insteadOf: first) { _ in logins.next() } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(sessions == Array(repeating: Session(number: 2, id: SessionID("session-2")), count: 16))
    }

    /// The login waits for a place in the governor, which the call that ends still holds: waiting for each other, both
    /// would wait for ever.
    @Test
    func aCallThatEndsDoesNotWaitForALogin() throws {
        let keeper = SessionKeeper(credentials, clock: HandClock())
        let first = try keeper.session { _ in .opened(SessionID("a")) }
        let hasEnded = DispatchSemaphore(value: 0)
        let next = try keeper.session(insteadOf: first) { _ in
            Thread.detachNewThread {
                keeper.wasUsed(first, at: 1)
                hasEnded.signal()
            }
            return .opened(SessionID(hasEnded.wait(timeout: .now() + 10) == .success ? "in time" : "too late"))
        }
        #expect(next.id == SessionID("in time"))
    }

    static let refusals: [(String, String, FailureKind)] = [
        ("Template Return authorisation was not found", "template xxxxxx authorisation was not found", .permanent),
        ("Timeout expired.", "timeout expired.", .transient),
        ("Row 1: Deadlock", "deadlock", .transient), ("", "refused", .permanent),
    ]

    @Test(arguments: refusals)
    func aNoIsANoUnlessTheServiceWasInTrouble(detail: String, says: String, kind: FailureKind) throws {
        let no = soapReply("GetSaveTemplate", id: -1, detail)
        let refused = failure(makeClient(FakePartner(["Authenticate": [login], "GetSaveTemplate": [no]])).ask)
        #expect(refused?.kind == kind)
        #expect(refused?.text.contains(says) == true)
    }

    static let lists: [(String, [String]?)] = [
        ("A,B", ["A", "B"]), ("\"A\", \"B b.\"\r\n", ["A", "B b."]), ("A,,B,", ["A", "B"]), ("", nil), (" \n", nil),
    ]

    @Test(arguments: lists)
    func columnsAreAListAndSilenceIsNoList(detail: String, columns: [String]?) throws {
        let partner = FakePartner(["Authenticate": [login], "GetSaveTemplate": [soapReply("GetSaveTemplate", detail)]])
        #expect((try? makeClient(partner).ask()) == columns)
    }

    static let subscriptions: [(String, FailureKind?)] = [
        ("1060", nil), (" 1060\n", nil), ("", .ambiguous), ("True", .ambiguous), ("0", .ambiguous), ("-1", .ambiguous),
        ("99999999999", .ambiguous),
    ]

    @Test(arguments: subscriptions)
    func aSubscriptionWithoutAnIdMayExist(detail: String, kind: FailureKind?) throws {
        let partner = FakePartner(["Authenticate": [login], "SubscribeEvent": [soapReply("SubscribeEvent", detail)]])
        let client = makeClient(partner)
        let operation = PeoplevoxOperation.subscribe(Subscribing(.returns, url: "https://a/", encodesParameters: nil))
        #expect(
            failure { () throws(CallFailure) in try client.perform(operation, .catalogue, Cancellation()) }?.kind
                == kind)
    }
}
