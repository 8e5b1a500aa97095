// What a governor is told about its partner. Where the partner's own figures are not known, the default is the careful one.

/// One row of a partner's limits: so much of a resource in any span of that length.
package struct Quota: Hashable, Sendable {
    package var resource: Resource
    /// Milliseconds.
    package var span: Int64
    package var limit: Int
    /// What everybody together used of it in the last span, as far as the partner says.
    package var used: Int

    package init(_ resource: Resource, span: Int64, limit: Int, used: Int = 0) {
        self.resource = resource
        self.span = span
        self.limit = limit
        self.used = used
    }
}

/// All times are in milliseconds.
package struct GovernorSettings: Hashable, Sendable {
    /// From the first to be served to the last. A lane that is not named is served after all others.
    package var lanes: [Lane]
    package var quotas: [Quota]
    /// How much of each quota is ours to use, above 0 up to 1; others share it.
    package var share: Double
    /// How much of our share only the first lane may use.
    package var reserve: Double
    /// Calls at once, and the least time between the starts of two.
    package var concurrency: Int
    package var spacing: Int64
    /// Of a lane that waits, one is let through after so many of the lanes before it.
    package var turns: Int
    /// What an operation is thought to cost of which nothing is known.
    package var complexity: Int
    package var pause: Pause
    package var pace: Pace.Settings
    package var breaker: Breaker.Settings

    /// What a partner's "not now" means.
    package struct Pause: Hashable, Sendable {
        /// When it does not say until when, and the longest that is believed.
        package var usual: Int64
        package var longest: Int64
        /// By which share of it chance prolongs a pause.
        package var jitter: Double

        package init(usual: Int64 = 60_000, longest: Int64 = 7_200_000, jitter: Double = 0.1) {
            self.usual = usual
            self.longest = longest
            self.jitter = jitter
        }
    }

    package init(
        lanes: [Lane] = Lane.allCases, quotas: [Quota], share: Double = 1, reserve: Double = 0.2, concurrency: Int,
        spacing: Int64 = 0, turns: Int = 10, complexity: Int = 250, pause: Pause = Pause(),
        pace: Pace.Settings = Pace.Settings(), breaker: Breaker.Settings = Breaker.Settings()
    ) {
        precondition(share > 0 && share <= 1 && reserve >= 0 && reserve < 1, "shares are between 0 and 1")
        precondition(concurrency >= 1 && spacing >= 0 && turns >= 1, "somebody is served")
        precondition(Set(lanes).count == lanes.count, "a lane has one place")
        precondition(quotas.allSatisfy { $0.span > 0 && $0.limit >= 0 && $0.used >= 0 }, "a quota is of some time")
        self.lanes = lanes + Lane.allCases.filter { !lanes.contains($0) }
        self.quotas = quotas
        self.share = share
        self.reserve = reserve
        self.concurrency = concurrency
        self.spacing = spacing
        self.turns = turns
        self.complexity = complexity
        self.pause = pause
        self.pace = pace
        self.breaker = breaker
    }

    /// Centra's smallest figures in print, until `rateLimits` says more. They hold for all integrations of a customer
    /// together, so half of them is ours. (GraphQL Integration API, API rate limits.)
    package static func centra(share: Double = 0.5) -> GovernorSettings {
        GovernorSettings(
            lanes: [.despatch, .orderExport, .readBack, .sweep, .catalogue],
            quotas: [
                Quota(.requests, span: 10_000, limit: 20), Quota(.requests, span: 3_600_000, limit: 3_600),
                Quota(.mutations, span: 10_000, limit: 20), Quota(.mutations, span: 3_600_000, limit: 1_000),
                Quota(.complexity, span: 10_000, limit: 150_000),
                Quota(.complexity, span: 3_600_000, limit: 20_000_000),
            ],
            share: share, concurrency: 4)
    }

    /// Peoplevox allows 15 requests in 15 s (as integrators report), and calls that come too fast end in timeouts.
    package static func peoplevox() -> GovernorSettings {
        GovernorSettings(
            lanes: [.orderExport, .despatch, .readBack, .sweep, .catalogue],
            quotas: [Quota(.requests, span: 15_000, limit: 12)], concurrency: 2, spacing: 250)
    }
}
