// What is planned, from what is wanted and what is written down.
import Testing

@testable import Peoplevox

private func hash(_ letter: Character) -> String { String(repeating: letter, count: 64) }

private func want(
    _ event: CallbackEvent = .availabilityChanges, _ letter: Character = "a", base: String = "https://b.example/"
) throws -> WantedSubscription {
    try #require(
        WantedSubscription(
            event, .post, address: "\(base)\(event.rawValue)/", tokenHash: hash(letter), parameters: "item={ItemCode}",
            encodesParameters: true))
}

private func have(_ number: Int, _ wanted: WantedSubscription, _ state: Subscription.State, since: Int64 = 0)
    -> Subscription
{
    Subscription(number: number, wanted: wanted, since: since, state: state)
}

private func plan(
    _ wanted: [WantedSubscription], _ has: [Subscription], known: Set<CallbackEvent>? = nil, now: Int64 = 1_000
) -> SubscriptionPlan {
    SubscriptionPlan(wanted, has: has, known: known, now: now, overlap: 100)
}

struct SubscriptionPlanTests {
    @Test
    func whatIsMissingIsSubscribed() throws {
        let (stock, orders) = (try want(), try want(.salesOrderStatusChanges))
        let one = have(1, stock, .active(id: 7))
        #expect(plan([stock, orders], []).steps == [.subscribe(stock), .subscribe(orders)])
        let rest = plan([stock, orders], [one])
        #expect(rest.steps == [.subscribe(orders)])
        #expect(rest.kept == [one])
        for state: Subscription.State in [.ended, .refused, .orphaned, .ending(id: 7)] {
            #expect(plan([stock], [have(1, stock, state)]).steps.contains(.subscribe(stock)))
        }
    }

    @Test
    func whatIsThereIsLeftAlone() throws {
        let stock = try want()
        let result = plan([stock], [have(1, stock, .active(id: 7))])
        #expect(result.steps.isEmpty && result.leaving.isEmpty && result.orphans.isEmpty)
    }

    /// Peoplevox has forgotten it, or does not say so: it is asked again, and the one before goes as after a rotation.
    @Test
    func whatStaysAwayIsSubscribedToAnew() throws {
        let (stock, orders) = (try want(), try want(.salesOrderStatusChanges))
        let has = [have(1, stock, .active(id: 7)), have(2, orders, .active(id: 8))]
        let first = SubscriptionPlan([stock, orders], has: has, now: 0, overlap: 100, silent: [.availabilityChanges])
        #expect(first.steps == [.subscribe(stock)] && first.leaving.isEmpty && first.kept == has)
        let after = has + [have(3, stock, .active(id: 9), since: 0)]
        #expect(plan([stock, orders], after, now: 99).steps.isEmpty)
        #expect(plan([stock, orders], after, now: 100).steps == [.unsubscribe(number: 1, id: 7)])
    }

    /// Another token, address or event: the new one comes first, and the old one goes when it has been there a while.
    @Test
    func anOldOneGoesWhenItsHeirHasBeenThereForTheOverlap() throws {
        let (old, new) = (try want(), try want(.availabilityChanges, "b"))
        let was = have(1, old, .active(id: 7))
        let first = plan([new], [was])
        #expect(first.steps == [.subscribe(new)])
        #expect(first.leaving == [SubscriptionPlan.Leaving(subscription: was, from: nil)])
        let heir = have(2, new, .active(id: 8), since: 1_000)
        let second = plan([new], [was, heir], now: 1_099)
        #expect(second.steps.isEmpty)
        #expect(second.leaving == [SubscriptionPlan.Leaving(subscription: was, from: 1_100)])
        #expect(plan([new], [was, heir], now: 1_100).steps == [.unsubscribe(number: 1, id: 7)])
        #expect(plan([try want(base: "https://c.example/")], [was]).leaving.count == 1)
        #expect(plan([], [was]).steps == [.unsubscribe(number: 1, id: 7)])
        #expect(
            plan([try want(.returns)], [was]).steps == [.subscribe(try want(.returns)), .unsubscribe(number: 1, id: 7)])
    }

    @Test
    func twoOfAKindAreOneTooMany() throws {
        let stock = try want()
        let twins = [have(1, stock, .active(id: 7)), have(2, stock, .active(id: 8), since: 5)]
        let result = plan([stock], twins)
        #expect(result.kept == [twins[1]])
        #expect(result.steps == [.unsubscribe(number: 1, id: 7)])
    }

    @Test
    func anUnfinishedUnsubscribingIsFinished() throws {
        #expect(plan([], [have(3, try want(), .ending(id: 9))]).steps == [.unsubscribe(number: 3, id: 9)])
    }

    /// It cannot be unsubscribed, and may call with a token that counts.
    @Test
    func anOrphanOfALiveTokenIsShown() throws {
        let stock = try want()
        let orphan = have(1, stock, .orphaned)
        #expect(plan([stock], [orphan]).orphans == [orphan])
        #expect(plan([stock], [orphan]).steps == [.subscribe(stock)])
        #expect(plan([try want(.availabilityChanges, "b")], [orphan]).orphans.isEmpty)
    }

    @Test
    func whatTheServerDoesNotKnowIsNotAskedOf() throws {
        let (stock, package) = (try want(), try want(.despatchPackageDespatched))
        let result = plan([stock, package], [], known: [.availabilityChanges])
        #expect(result.steps == [.subscribe(stock)])
        #expect(result.unsupported == [package])
    }

    /// It has taken it once: a description that is short of a name is no reason to end what works.
    @Test
    func whatTheServerDoesNotNameIsNotUnsubscribed() throws {
        let (stock, package) = (try want(), try want(.despatchPackageDespatched))
        let has = [have(1, stock, .active(id: 7)), have(2, package, .active(id: 8))]
        let result = plan([stock, package], has, known: [.availabilityChanges])
        #expect(result.steps.isEmpty && result.leaving.isEmpty)
        #expect(result.kept == has)
    }

    static let unusable: [(String, String, String)] = [
        ("", hash("a"), "a"), ("https://b/", hash("a"), ""), ("https://b /", hash("a"), "a"),
        ("https://b/\n", hash("a"), "a"), ("https://b/", hash("a"), "a=å"), ("https://b/", "a", "a"),
        ("https://b/", hash("A"), "a"), ("https://b/", hash("g"), "a"),
        (String(repeating: "a", count: 1_025), hash("a"), "a"),
    ]

    @Test(arguments: unusable)
    func whatCannotBeWrittenDownCannotBeWanted(address: String, hash: String, parameters: String) {
        #expect(
            WantedSubscription(
                .returns, .get, address: address, tokenHash: hash, parameters: parameters, encodesParameters: nil)
                == nil)
    }

    /// Every parameter that we ask for is one that we can read, and none is a shopper's.
    @Test(arguments: CallbackEvent.allCases)
    func whatIsAskedForCanBeRead(event: CallbackEvent) {
        for field in event.usualParameters?.split(separator: "&") ?? [] {
            let parts = field.split(separator: "=", maxSplits: 1)
            #expect(parts.count == 2 && parts[1].hasPrefix("{") && parts[1].hasSuffix("}"))
            #expect(CallbackParameter(name: Array(parts[0].utf8)[...]) != nil)
            #expect(!parts[1].contains("Email") && !parts[1].contains("Contact"))
        }
    }
}
