// What goes wrong between the shop and whoever asks: planned for the next requests, or by chance.
import JSON

package enum FaultKind: String, SwitchValue, CaseIterable {
    // Nothing was done.
    case status500, status503, html502, timeoutBefore, throttled, internalError, emptyBody
    // It was done, and the caller cannot know.
    case timeoutAfter, html502After, truncated
    // It was done, and the caller is told, somehow.
    case slow, partialData

    var isBefore: Bool {
        switch self {
        case .status500, .status503, .html502, .timeoutBefore, .throttled, .internalError, .emptyBody: true
        case .timeoutAfter, .html502After, .truncated, .slow, .partialData: false
        }
    }
}

struct PlannedFault: Sendable {
    let kind: FaultKind
    /// A field of `Query` or `Mutation`; nil: whatever comes.
    let operation: String?
    var times: Int
    /// For those that are slow.
    let milliseconds: Int
}

struct Faults: Sendable {
    var planned: [PlannedFault] = []
    private(set) var counts: [String: Int] = [:]

    /// The fault of a request with these root fields, used up.
    mutating func next(
        for operations: [String], percent: Int, kinds: [FaultKind], _ chance: inout SeededChance
    ) -> PlannedFault? {
        let byChance = chance.befalls(percent: percent)
        let choice = chance.number(upTo: max(0, kinds.count - 1))
        if let place = planned.firstIndex(where: { fault in fault.operation.map(operations.contains) ?? true }) {
            planned[place].times -= 1
            let fault = planned[place]
            if fault.times <= 0 { planned.remove(at: place) }
            return count(fault)
        }
        guard byChance, !kinds.isEmpty else { return nil }
        return count(PlannedFault(kind: kinds[choice], operation: nil, times: 1, milliseconds: 3_000))
    }

    private mutating func count(_ fault: PlannedFault) -> PlannedFault {
        counts[fault.kind.rawValue, default: 0] += 1
        return fault
    }
}
