// What is written down of subscriptions: before and after, through crashes, and never the token.
import Foundation
import Outbound
import POSIX
import Testing
import XML

@testable import Peoplevox

private let hashes = ["a", "b"].map { String(repeating: $0, count: 64) }
private let secrets = [hashes[0]: CallbackSecret("first-token"), hashes[1]: CallbackSecret("second-token")]
private let lost = FakePartner.Answer.failure(TransportFailure(.timedOut, mayHaveArrived: true, "timed out"))
private let no = soapReply("SubscribePostEvent", id: -1, "not valid")
private let done = soapReply("UnsubscribeEvent", "True")

private func subscribed(_ id: Int) -> FakePartner.Answer { soapReply("SubscribePostEvent", "\(id)") }

private func want(_ token: Int, _ event: CallbackEvent = .availabilityChanges) throws -> WantedSubscription {
    try #require(
        WantedSubscription(
            event, .post, address: "https://b.example/\(event.rawValue)/", tokenHash: hashes[token],
            parameters: "item={ItemCode}&available={Available}", encodesParameters: nil))
}

/// A folder of its own, with the registry's file in it.
private final class Folder {
    let path: String
    var file: String { path + "/subscriptions" }

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "registry-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var text: String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }
    func put(_ octets: [UInt8]) throws { try Data(octets).write(to: URL(filePath: file)) }

    func states() throws -> [Subscription.State] {
        try SubscriptionRegistry.open(in: path, clock: HandClock()).subscriptions.map(\.state)
    }
}

private func apply(
    _ wanted: [WantedSubscription], _ folder: Folder, _ partner: FakePartner, _ clock: HandClock = HandClock()
) throws -> [SubscriptionResult.Outcome] {
    var registry = try SubscriptionRegistry.open(in: folder.path, clock: clock)
    let plan = SubscriptionPlan(
        wanted, has: registry.subscriptions, now: clock.wallMicroseconds(), overlap: 600_000_000)
    return try registry.apply(plan, with: makeClient(partner, clock), secrets: secrets, Cancellation()).map(\.outcome)
}

private func partner(_ subscribing: [FakePartner.Answer], _ unsubscribing: [FakePartner.Answer] = [done]) -> FakePartner
{
    FakePartner(["Authenticate": [login], "SubscribePostEvent": subscribing, "UnsubscribeEvent": unsubscribing])
}

struct SubscriptionRegistryTests {
    @Test
    func aTokenIsRotatedWithAnOverlap() throws {
        let (folder, clock) = (try Folder(), HandClock())
        let partner = partner([subscribed(1060), subscribed(1071)])
        #expect(try apply([try want(0)], folder, partner, clock) == [.done])
        #expect(try apply([try want(0)], folder, partner, clock) == [])
        clock.advance(minutes: 60)
        #expect(try apply([try want(1)], folder, partner, clock) == [.done])
        #expect(try apply([try want(1)], folder, partner, clock) == [])
        clock.advance(minutes: 10)
        #expect(try apply([try want(1)], folder, partner, clock) == [.done])
        #expect(try folder.states() == [.ended, .active(id: 1071)])
        let urls = try partner.bodies("SubscribePostEvent").map { $0.children[2].text }
        #expect(
            urls == [
                "https://b.example/AvailabilityChanges/first-token",
                "https://b.example/AvailabilityChanges/second-token",
            ])
        #expect(try partner.bodies("UnsubscribeEvent").map { $0.children[0].text } == ["1060"])
        #expect(!folder.text.contains("token"))
        #expect(try FileManager.default.attributesOfItem(atPath: folder.file)[.posixPermissions] as? Int == 0o600)
    }

    static let answers: [(FakePartner.Answer, Subscription.State, FailureKind)] = [
        (lost, .orphaned, .ambiguous), (no, .refused, .permanent), (subscribed(0), .orphaned, .ambiguous),
        (.failure(TransportFailure(.unreachable, mayHaveArrived: false, "")), .refused, .transient),
    ]

    @Test(arguments: answers)
    func whatIsNotKnownIsAnOrphan(answer: FakePartner.Answer, state: Subscription.State, kind: FailureKind) throws {
        let folder = try Folder()
        let outcomes = try apply([try want(0)], folder, partner([answer]))
        guard case .failed(let failure) = outcomes.first else { return #expect(outcomes.isEmpty) }
        #expect(failure.kind == kind)
        #expect(try folder.states() == [state])
    }

    @Test
    func aNoDoesNotStopThePlanAndALostReplyDoes() throws {
        let wanted = [try want(0), try want(0, .incrementalChanges), try want(0, .goodsReceived)]
        #expect(try apply(wanted, try Folder(), partner([no, subscribed(1), subscribed(2)])).count == 3)
        #expect(try apply(wanted, try Folder(), partner([lost, subscribed(1)])).count == 1)
    }

    @Test
    func withoutItsTokenNothingIsSubscribed() throws {
        let folder = try Folder()
        var registry = try SubscriptionRegistry.open(in: folder.path, clock: HandClock())
        let plan = SubscriptionPlan([try want(0)], has: [], now: 0, overlap: 0)
        let partner = partner([subscribed(1)])
        let results = try registry.apply(plan, with: makeClient(partner), secrets: [:], Cancellation())
        #expect(results.map(\.outcome) == [.tokenUnknown])
        #expect(registry.subscriptions.isEmpty && partner.operations.isEmpty)
    }

    @Test
    func onlyOurOwnIsUnsubscribed() throws {
        let folder = try Folder()
        var registry = try SubscriptionRegistry.open(in: folder.path, clock: HandClock())
        var plan = SubscriptionPlan([], has: [], now: 0, overlap: 0)
        plan.steps = [.unsubscribe(number: 1, id: 1060)]
        let partner = partner([])
        let results = try registry.apply(plan, with: makeClient(partner), secrets: [:], Cancellation())
        guard case .failed(let failure) = results[0].outcome else { return #expect(results.isEmpty) }
        #expect(failure.kind == .permanent)
        #expect(partner.operations.isEmpty)
    }

    /// The first try may have done it.
    @Test
    func aSecondUnsubscribingMayFindNothing() throws {
        let gone = soapReply("UnsubscribeEvent", id: -1, "Subscription 1060 was not found")
        let folder = try Folder()
        let partner = partner([subscribed(1060)], [gone, lost, gone])
        _ = try apply([try want(0)], folder, partner)
        #expect(try apply([], folder, partner).count == 1)
        #expect(try folder.states() == [.ending(id: 1060)])
        #expect(try apply([], folder, partner) != [.done])
        #expect(try apply([], folder, partner) == [.done])
        #expect(try folder.states() == [.ended])
    }

    /// It is still there, and nobody could ask for its id again.
    @Test
    func whatPeoplevoxWillNotUnsubscribeIsNotForgotten() throws {
        let refused = soapReply("UnsubscribeEvent", id: -1, "Permission denied for this user")
        let folder = try Folder()
        let partner = partner([subscribed(1060)], [refused])
        _ = try apply([try want(0)], folder, partner)
        for _ in 0..<3 { #expect(try apply([], folder, partner) != [.done]) }
        #expect(try folder.states() == [.ending(id: 1060)])
    }

    /// Cut anywhere, the file reads as the records that are whole, and takes the next one.
    @Test
    func aCrashAnywhereIsSurvived() throws {
        let whole = try Folder()
        _ = try apply(
            [try want(0), try want(0, .incrementalChanges)], whole, partner([subscribed(1060), subscribed(1061)]))
        let octets = Array(whole.text.utf8)
        let ends = octets.indices.filter { octets[$0] == 0x0A }.flatMap { [$0 - 1, $0, $0 + 1] }
        for length in Set(ends).union(stride(from: 0, through: octets.count, by: 23)).sorted() {
            let folder = try Folder()
            try folder.put(Array(octets[..<length]))
            let lines = octets[..<length].count { $0 == 0x0A }
            let expected: [[Subscription.State]] = [
                [], [], [.orphaned], [.active(id: 1060)], [.active(id: 1060), .orphaned],
                [.active(id: 1060), .active(id: 1061)],
            ]
            #expect(try folder.states() == expected[lines], "\(length)")
            #expect(try folder.states() == expected[lines], "\(length), again")
            _ = try apply([try want(1, .returns)], folder, partner([subscribed(1062)], [lost]))
            #expect(try folder.states().last == .active(id: 1062), "\(length), and on")
        }
    }

    @Test
    func sectorsThatAreMissingFromTheLastLineAreACrashToo() throws {
        let folder = try Folder()
        _ = try apply([try want(0)], folder, partner([subscribed(1060)]))
        var octets = Array(folder.text.utf8)
        for index in octets.indices.suffix(9).dropLast() { octets[index] = 0 }
        try folder.put(octets)
        #expect(try folder.states() == [.orphaned])
        #expect(try folder.states() == [.orphaned])
    }

    static let damage = [
        "id 1 5 7", "intent 3 5", "lockstep-subscriptions 2", "intent 1 x", "ended 1 5", "id 1 5 1060\nid 1 6 1061",
        "what", "refused 1 5 5",
    ]

    /// In the middle nothing is guessed.
    @Test(arguments: damage)
    func damageIsRefused(line: String) throws {
        let folder = try Folder()
        try folder.put(Array("lockstep-subscriptions 1\n\(line)\nending 1 5\n".utf8))
        #expect(throws: RegistryFailure.damaged(line: 2)) { try folder.states() }
    }

    @Test
    func twoProcessesAreOneTooMany() throws {
        let folder = try Folder()
        let registry = try SubscriptionRegistry.open(in: folder.path, clock: HandClock())
        #expect(throws: RegistryFailure.inUse) { try folder.states() }
        #expect(registry.subscriptions.isEmpty)
    }

    @Test
    func aFolderThatIsNotThereIsAFailure() {
        #expect(throws: RegistryFailure.file(.notFound)) {
            _ = try SubscriptionRegistry.open(in: "/nowhere", clock: HandClock()).subscriptions
        }
    }
}
