// From what holds to what is journaled: raised after its threshold, cleared when it is known to hold no more. Pure: the
// caller brings the time and makes the entries durable, and only then they count (`apply`).

package struct ExceptionDesk: Sendable {
    /// Exceptions of a class and brand that are open one by one; the rest is one more, with their number.
    package static let openLimit = 500

    package private(set) var book: ExceptionBook
    /// What holds, as it was last judged.
    package private(set) var present: [ExceptionKey: Condition] = [:]
    /// Since when the watch has known of what holds, and when it last did; microseconds since 1970.
    private var known: [ExceptionKey: (since: Int64, seen: Int64)] = [:]

    package init(_ book: ExceptionBook) {
        self.book = book
    }

    package mutating func apply(_ entry: ExceptionEntry, brand: String, sequence: UInt64, time: Int64) {
        book.apply(entry, brand: brand, sequence: sequence, time: time)
    }

    package var openKeys: Set<ExceptionKey> { Set(book.open.values.map(\.key)) }

    /// When the condition of an open one was last known to hold; nil when nobody has looked since the start.
    package func lastSeen(_ key: ExceptionKey) -> Int64? { known[key]?.seen }

    /// - Parameters:
    ///   - now: microseconds since 1970.
    ///   - threshold: milliseconds, of a class for a brand.
    /// - Returns: what is to be journaled, each with its brand; first what is cleared.
    package mutating func judge(
        _ conditions: ExceptionConditions, now: Int64, threshold: (ExceptionClass, _ brand: String) -> Int64
    ) -> [(brand: String, entry: ExceptionEntry)] {
        let gone = book.open.values.filter { $0.key.subject != .others && conditions.isGone($0.key) }
        let cleared = gone.map { ($0, known[$0.key]?.seen ?? $0.raised) }
        remember(conditions, now)
        let ripe = present.values.filter { condition in
            book[condition.key] == nil
                && now - since(condition) >= threshold(condition.key.kind, condition.key.brand) * 1_000
        }
        let (raised, withheld) = select(ripe.sorted { (since($0), $0.key) < (since($1), $1.key) })
        return (cleared + othersThatAreGone(withheld, now)).sorted { $0.0.id < $1.0.id }
            .map { ($0.0.key.brand, .cleared($0.0.id, seen: $0.1)) }
            + (raised + others(withheld)).map { ($0.key.brand, raise($0, now)) }
    }

    private func since(_ condition: Condition) -> Int64 {
        let known = known[condition.key]?.since ?? .max
        return min(condition.since ?? .max, known)
    }

    /// What was present and is not judged now is still so.
    private mutating func remember(_ conditions: ExceptionConditions, _ now: Int64) {
        for key in present.keys where conditions.isGone(key) {
            present[key] = nil
            known[key] = nil
        }
        for (key, condition) in conditions.holding {
            present[key] = condition
            known[key] = (min(known[key]?.since ?? now, now), now)
        }
    }

    private struct Heap: Hashable {
        let kind: ExceptionClass
        let brand: String
    }

    /// Which of them are raised now, and how many are not, for want of room.
    private func select(_ ripe: [Condition]) -> (raised: [Condition], withheld: [Heap: Int]) {
        var count = Dictionary(
            book.open.values.map { (Heap(kind: $0.key.kind, brand: $0.key.brand), 1) }, uniquingKeysWith: +)
        let causes = Set(count.keys).union(ripe.map { Heap(kind: $0.key.kind, brand: $0.key.brand) })
        var raised: [Condition] = []
        var withheld: [Heap: Int] = [:]
        for condition in ripe {
            let heap = Heap(kind: condition.key.kind, brand: condition.key.brand)
            if heap.kind.causes.contains(where: { causes.contains(Heap(kind: $0, brand: heap.brand)) }) { continue }
            if count[heap, default: 0] < ExceptionDesk.openLimit {
                count[heap, default: 0] += 1
                raised.append(condition)
            } else {
                withheld[heap, default: 0] += 1
            }
        }
        return (raised, withheld)
    }

    private func others(_ withheld: [Heap: Int]) -> [Condition] {
        withheld.compactMap { heap, count in
            let key = ExceptionKey(heap.kind, brand: heap.brand, .others)
            guard book[key] == nil else { return nil }
            return Condition(key, ExceptionEvidence(["besides those that are listed": .number(count)]))
        }
    }

    private func othersThatAreGone(_ withheld: [Heap: Int], _ now: Int64) -> [(OpenException, Int64)] {
        book.open.values.filter { one in
            one.key.subject == .others && withheld[Heap(kind: one.key.kind, brand: one.key.brand)] == nil
        }.map { ($0, now) }
    }

    private func raise(_ condition: Condition, _ now: Int64) -> ExceptionEntry {
        let key = condition.key
        return .raised(
            key.kind, key.subject, condition.evidence, since: min(since(condition), now),
            previous: book.previous(of: key))
    }
}
