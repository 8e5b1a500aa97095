// What a call asks of its partner's governor: its place in the line, and what it uses of the partner's limits.

/// Why a call is made, which is what its place in the line depends on; the order is a setting of each governor.
package enum Lane: Int, Hashable, Sendable, CaseIterable {
    case orderExport
    case despatch
    /// Reading what an event told us to look at, and whether something was applied.
    case readBack
    case sweep
    case catalogue
}

/// What partners count. Peoplevox counts requests alone.
package enum Resource: Int, Hashable, Sendable, CaseIterable {
    case requests
    case mutations
    case complexity
}

/// How much of each resource a call uses.
package struct Cost: Hashable, Sendable {
    package var requests: Int
    package var mutations: Int
    /// As far as it is known beforehand; what replies said of the same operation is believed more.
    package var complexity: Int

    package init(requests: Int = 1, mutations: Int = 0, complexity: Int = 0) {
        precondition(requests >= 0 && mutations >= 0 && complexity >= 0, "a cost is not negative")
        self.requests = requests
        self.mutations = mutations
        self.complexity = complexity
    }

    package subscript(_ resource: Resource) -> Int {
        switch resource {
        case .requests: requests
        case .mutations: mutations
        case .complexity: complexity
        }
    }
}

package struct Ask: Hashable, Sendable {
    /// A name of ours, such as `CompleteShipment`: what was learned of its cost is kept by it.
    package var operation: String
    package var lane: Lane
    /// A write without an answer may have been applied, so its outcome is ambiguous. A read is simply repeated.
    package var isWrite: Bool
    package var cost: Cost
    /// Milliseconds to wait for admission, nil for as long as it takes. When they are over, the call fails as throttled
    /// and nothing was sent.
    package var patience: Int64?

    package init(_ operation: String, _ lane: Lane, isWrite: Bool, cost: Cost = Cost(), patience: Int64? = nil) {
        self.operation = operation
        self.lane = lane
        self.isWrite = isWrite
        self.cost = cost
        self.patience = patience
    }

    package static func read(_ operation: String, _ lane: Lane, cost: Cost = Cost(), patience: Int64? = nil) -> Ask {
        Ask(operation, lane, isWrite: false, cost: cost, patience: patience)
    }

    package static func write(_ operation: String, _ lane: Lane, cost: Cost = Cost(), patience: Int64? = nil) -> Ask {
        Ask(operation, lane, isWrite: true, cost: cost, patience: patience)
    }
}
