// What goes wrong with single requests: planned ones, each for so many requests of one operation, and those that befall
// by chance. Whether the request was carried out before it went wrong is the question that every client has to bear.

package struct PeoplevoxIncident: Equatable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// No answer ever.
        case silence
        /// The right answer, late.
        case slow
        /// HTTP 503 with a page.
        case unavailable
        /// HTTP 200 with a page.
        case html
        case emptyBody
        case truncated
        /// A SOAP fault with HTTP 500.
        case fault
        /// A well-formed result without `Detail`.
        case emptyDetail
        /// Another operation's result.
        case wrongResult
        /// Every session is gone.
        case sessionLoss
    }

    package var kind: Kind
    /// Nil: any.
    package var operation: String?
    /// Of requests that it befalls.
    package var count = 1
    /// Of requests that pass before the first.
    package var after = 0
    package var isCarriedOut = false
    /// For `slow`.
    package var milliseconds = 5_000

    package init(_ kind: Kind, operation: String? = nil, count: Int = 1, isCarriedOut: Bool = false) {
        self.kind = kind
        self.operation = operation
        self.count = count
        self.isCarriedOut = isCarriedOut
    }
}

struct PeoplevoxIncidents: Sendable {
    var planned: [PeoplevoxIncident] = []

    /// The incident that this request meets, if any. Planned ones come first; every kind of chance throws its die.
    mutating func next(
        _ operation: String, _ switches: PeoplevoxSwitches, _ chance: inout SeededChance
    ) -> PeoplevoxIncident? {
        let befallen = PeoplevoxIncidents.byChance(switches, &chance)
        guard let index = planned.firstIndex(where: { $0.operation == nil || $0.operation == operation }) else {
            return befallen
        }
        if planned[index].after > 0 {
            planned[index].after -= 1
            return befallen
        }
        let incident = planned[index]
        planned[index].count -= 1
        if planned[index].count <= 0 { planned.remove(at: index) }
        return incident
    }

    private static func byChance(
        _ switches: PeoplevoxSwitches, _ chance: inout SeededChance
    ) -> PeoplevoxIncident? {
        let all: [(Int, PeoplevoxIncident)] = [
            (switches.timeoutBeforePercent, PeoplevoxIncident(.silence)),
            (switches.timeoutAfterPercent, PeoplevoxIncident(.silence, isCarriedOut: true)),
            (switches.unavailablePercent, PeoplevoxIncident(.unavailable)),
            (switches.htmlPercent, PeoplevoxIncident(.html)),
            (switches.truncatedPercent, PeoplevoxIncident(.truncated, isCarriedOut: true)),
            (switches.sessionLossPercent, PeoplevoxIncident(.sessionLoss, isCarriedOut: true)),
        ]
        return all.filter { chance.befalls(percent: $0.0) }.first?.1
    }
}
