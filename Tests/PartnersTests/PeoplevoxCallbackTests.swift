// Subscribing, being called, and understanding the call: the registry, the sandbox's callbacks and the translation, which
// were written apart from each other.
import Foundation
import JSON
import Outbound
import Peoplevox
import Sandbox
import Testing

private let token = "3f9c5a7e1b2d4c6f8a0e9d7c5b3a1f2e"
private let hash = String(repeating: "ab", count: 32)

private func wanted(_ method: WantedSubscription.Method) -> [WantedSubscription] {
    CallbackEvent.allCases.compactMap { event in
        event.usualParameters.flatMap { parameters in
            WantedSubscription(
                event, method, address: "http://127.0.0.1:9/e/\(event.rawValue)/", tokenHash: hash,
                parameters: parameters,
                encodesParameters: true)
        }
    }
}

/// A registry in a folder of its own, for as long as the body runs.
private func withRegistry(
    _ rig: PeoplevoxRig, _ body: (inout SubscriptionRegistry) throws -> Void
) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lockstep-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var registry = try SubscriptionRegistry.open(in: folder.path, clock: rig.clock)
    try body(&registry)
}

extension PeoplevoxRig {
    fileprivate func apply(
        _ wanted: [WantedSubscription], _ registry: inout SubscriptionRegistry
    ) throws -> [SubscriptionResult.Outcome] {
        let plan = SubscriptionPlan(wanted, has: registry.subscriptions, now: clock.wallMicroseconds(), overlap: 0)
        let secrets = [hash: CallbackSecret(token)]
        return try registry.apply(plan, with: client, secrets: secrets, cancellation).map(\.outcome)
    }

    private func callbacks() -> [OutboundRequest] {
        let attempts = outbox.takeDue()
        for attempt in attempts { outbox.settle(attempt, isDelivered: true) }
        return attempts.map(\.request)
    }

    /// What the product makes of the calls: "stockChanged sku:A".
    fileprivate func heard() throws -> [String] {
        let translation = PeoplevoxTranslation(salesOrderPrefix: "C-")
        return try callbacks().flatMap { request in
            let parts = request.url.split(separator: "?", maxSplits: 1).map(String.init)
            let path = try #require(parts.first).split(separator: "/")
            #expect(path.suffix(1) == [Substring(token)])
            let query = parts.dropFirst().first.map { Array($0.utf8)[...] }
            let made = translation.translate(event: String(path[path.count - 2]), query: query, body: request.body[...])
            #expect(made.notUnderstood == nil)
            return made.events.map(\.description)
        }
    }
}

@Test(arguments: [WantedSubscription.Method.get, .post])
private func whatTheFloorDoesIsHeard(_ method: WantedSubscription.Method) throws {
    let rig = PeoplevoxRig()
    rig.sandbox.withTenant { $0.isNewer = true }
    try withRegistry(rig) { registry in
        let (first, second) = (try rig.apply(wanted(method), &registry), try rig.apply(wanted(method), &registry))
        #expect(first.count == 5 && first.allSatisfy { $0 == .done } && second.isEmpty)
    }
    let target = try rig.target()
    _ = rig.client.save(newOrder: SalesOrderRecord("C-16000"), withoutHold: .refuse, target, rig.cancellation)
    let lines = [SalesOrderItemRecord("C-16000", itemCode: "UM1001REDL", quantity: 1, line: "1")]
    _ = rig.client.save(lines: lines, target, rig.cancellation)
    #expect(try rig.heard().isEmpty)
    _ = rig.client.release(order: "C-16000", target, rig.cancellation)
    #expect(try rig.heard() == ["stockChanged sku:UM1001REDL", "orderChanged order:16000"])

    let despatch = try rig.sandbox.withWarehouse { floor throws(WarehouseRefusal) in
        try floor.despatch("C-16000", Consignment(tracking: "JD 77/å"))
    }
    #expect(despatch == "DES10300")
    #expect(
        try rig.heard() == [
            "stockChanged sku:UM1001REDL", "stockChanged sku:UM1001REDL", "orderChanged order:16000",
            "despatchChanged despatch:DES10300 order:16000",
        ])
    _ = try rig.sandbox.withWarehouse { floor throws(WarehouseRefusal) in
        try floor.receive([("UM3105ECR40", 2)], site: "PrimarySite")
    }
    #expect(Set(try rig.heard()) == ["stockChanged sku:UM3105ECR40"])
}

@Test
func aSubscriptionWithoutAnAnswerIsAnOrphanAndNotMadeTwice() throws {
    let rig = PeoplevoxRig()
    rig.sandbox.withTenant { $0.isNewer = true }
    let one = wanted(.get).filter { $0.event == .availabilityChanges }
    try withRegistry(rig) { registry in
        rig.sandbox.plan(PeoplevoxIncident(.silence, operation: "SubscribeEvent", isCarriedOut: true))
        let outcomes = try rig.apply(one, &registry)
        guard case .failed(let failure)? = outcomes.first else {
            Issue.record("the subscription came to \(outcomes)")
            return
        }
        #expect(failure.kind == .ambiguous)
        #expect(registry.subscriptions.map(\.state) == [.orphaned])
    }
    // It is there, and calls with a token that has to be replaced.
    #expect(rig.sandbox.state()["subscriptions"]?.array?.count == 1)
}

@Test
func onlyOurOwnSubscriptionsEnd() throws {
    let rig = PeoplevoxRig()
    rig.sandbox.withTenant { $0.isNewer = true }
    let others = Subscribing(.availabilityChanges, url: "http://127.0.0.1:9/others", encodesParameters: true)
    let id = try rig.perform(.subscribe(others))
    try withRegistry(rig) { registry in
        _ = try rig.apply(wanted(.post), &registry)
        let outcomes = try rig.apply([], &registry)
        #expect(outcomes.count == 5 && outcomes.allSatisfy { $0 == .done })
        #expect(registry.subscriptions.allSatisfy { $0.state == .ended })
    }
    let left = rig.sandbox.state()["subscriptions"]?.array?.compactMap { $0["id"]?.integer }
    #expect(left == [Int(id)])
}
