// What has to be done so that Peoplevox calls us about what we want and nothing else. Pure: what is wanted and what is
// written down go in, steps come out.

/// One thing to do.
package enum SubscriptionStep: Sendable, Equatable {
    case subscribe(WantedSubscription)
    /// One of ours; an id that is not written down is never touched.
    case unsubscribe(number: Int, id: Int32)
}

package struct SubscriptionPlan: Sendable, Equatable {
    package var steps: [SubscriptionStep] = []
    /// There, and wanted.
    package var kept: [Subscription] = []
    /// No longer wanted, and to be unsubscribed when what takes their place has been there for the overlap: from then on,
    /// in microseconds of wall clock, or nil when nothing has taken their place yet.
    package var leaving: [Leaving] = []
    /// Wanted, and unknown to this tenant's server, which would answer with a fault.
    package var unsupported: [WantedSubscription] = []
    /// May call us with a token that is still wanted: that event needs a new token.
    package var orphans: [Subscription] = []

    package struct Leaving: Sendable, Equatable {
        package let subscription: Subscription
        package let from: Int64?
    }
}

extension SubscriptionPlan {
    /// - Parameters:
    ///   - known: the event types of the tenant's server; nil when nobody has asked.
    ///   - overlap: microseconds for which an old subscription lives on beside the new one, so that no call is lost.
    ///   - silent: events that are subscribed to anew although they are subscribed to already. The one before is
    ///     unsubscribed by the plan after the overlap, as after a rotation.
    package init(
        _ wanted: [WantedSubscription], has subscriptions: [Subscription], known: Set<CallbackEvent>? = nil,
        now: Int64, overlap: Int64, silent: Set<CallbackEvent> = []
    ) {
        unsupported = wanted.filter { known?.contains($0.event) == false }
        for one in wanted {
            if let newest = subscriptions.last(where: { $0.wanted == one && $0.isActive }) {
                // Also when the server names no such event: it has taken the subscription once.
                kept.append(newest)
                if silent.contains(one.event) { steps.append(.subscribe(one)) }
            } else if known?.contains(one.event) != false {
                steps.append(.subscribe(one))
            }
        }
        orphans = subscriptions.filter { orphan in
            orphan.state == .orphaned
                && wanted.contains { $0.event == orphan.wanted.event && $0.tokenHash == orphan.wanted.tokenHash }
        }
        for old in subscriptions { leave(old, wanted, now: now, overlap: overlap) }
    }

    private mutating func leave(_ old: Subscription, _ wanted: [WantedSubscription], now: Int64, overlap: Int64) {
        switch old.state {
        case .orphaned, .ended, .refused: return
        case .ending(let id): steps.append(.unsubscribe(number: old.number, id: id))
        case .active(let id):
            if kept.contains(where: { $0.number == old.number }) { return }
            let heirs = kept.filter { $0.wanted.event == old.wanted.event }
            let isWanted = wanted.contains { $0.event == old.wanted.event }
            let from = heirs.map { $0.since.addingReportingOverflow(overlap).partialValue }.max()
            if !isWanted || from.map({ $0 <= now }) == true {
                steps.append(.unsubscribe(number: old.number, id: id))
            } else {
                leaving.append(Leaving(subscription: old, from: from))
            }
        }
    }
}

extension Subscription {
    fileprivate var isActive: Bool {
        if case .active = state { true } else { false }
    }
}
