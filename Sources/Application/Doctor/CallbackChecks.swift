// Whether the partners can call us, and whether they were told where.
import Peoplevox

extension Check {
    static let callbacks = [
        Check("callbacks.address", address), Check("callbacks.tokens", tokens),
        Check("callbacks.subscriptions", subscriptions),
    ]

    private static func address(_ evidence: Evidence) -> Verdict? {
        guard !evidence.brand.partners.isEmpty else { return nil }
        guard let base = evidence.brand.partners.callbackBase else {
            return .warn("callbackBase is not set", change: "set it to where the world reaches publicListen")
        }
        if base.isPrivate {
            return .fail(
                "\(base) is an address that only this network knows", change: "set callbackBase to a public name")
        }
        guard base.isSecure else { return .fail("\(base) is without TLS", change: "set callbackBase to https://") }
        return base.port == 443
            ? .pass("\(base) can be a public address")
            : .warn(
                "\(base) is not on port 443", change: "partners may call no other port; let the proxy listen on 443")
    }

    /// What brings news soonest; sweeps find the rest.
    private static let wanted: [CallbackEvent] = [
        .availabilityChanges, .salesOrderStatusChanges, .trackingNumberReceived,
    ]

    private static func tokens(_ evidence: Evidence) -> Verdict? {
        guard evidence.peoplevox != nil else { return nil }
        let missing = wanted.map(\.rawValue).filter { evidence.brand.tokens[$0] == nil }
        return missing.isEmpty
            ? .pass("tokens for \(sample(evidence.brand.tokens.keys.sorted(), limit: 9))")
            : .warn(
                "no token for \(sample(missing))",
                change:
                    "make one with lockstep token; write its SHA-256 as token EVENT and the token itself under any name "
                    + "into the secrets file; reload, then run lockstep subscriptions apply")
    }

    private static func subscriptions(_ evidence: Evidence) -> Verdict? {
        guard evidence.peoplevox != nil, !evidence.brand.tokens.isEmpty else { return nil }
        guard case .success(let registry)? = evidence.subscriptions else {
            return evidence.subscriptions.judged({ (_: [Subscription]) in .pass("") }) { setback in
                .fail(setback.text, change: "mend or restore the file; ids that are lost cannot be asked for again")
            }
        }
        guard let wanted = evidence.brand.wantedSubscriptions(encodes: evidence.encodes) else {
            return .skipped("callbackBase is not set")
        }
        let plan = SubscriptionPlan(
            wanted, has: registry, known: evidence.knownEvents, now: evidence.now, overlap: Int64.max / 4)
        guard plan.orphans.isEmpty else {
            return .fail(
                "\(counted(plan.orphans.count, "subscription")) may exist whose id nobody knows",
                change: "run lockstep subscriptions rotate, so that their tokens are worth nothing")
        }
        return plan.steps.isEmpty
            ? .pass("as configured, by our own record (Peoplevox cannot list them): \(plan.kept.count)")
            : .warn("steps to be done: \(plan.steps.count)", change: "run lockstep subscriptions plan, then apply")
    }
}

extension Evidence {
    /// Nil when the server was not asked.
    var encodes: Bool? {
        if case .success(let description)? = peoplevox?.description { description.asksForEncoding } else { nil }
    }

    var knownEvents: Set<CallbackEvent>? {
        if case .success(let description)? = peoplevox?.description { description.events } else { nil }
    }
}

extension Configuration.Brand {
    /// One for the first token of each event; nil without `callbackBase`. The second token is the one before, whose
    /// subscription lives on for the overlap.
    func wantedSubscriptions(encodes: Bool?) -> [WantedSubscription]? {
        guard let base = partners.callbackBase else { return nil }
        return CallbackEvent.allCases.compactMap { event in
            guard let hash = tokens[event.rawValue]?.first, let parameters = event.usualParameters else { return nil }
            return WantedSubscription(
                event, .post, address: "\(base)/v1/\(name)/peoplevox/\(event.rawValue)/", tokenHash: hash.text,
                parameters: parameters, encodesParameters: encodes == true ? true : nil)
        }
    }
}
