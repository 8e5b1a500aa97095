// What is counted on the road, by brand. Written by the network thread, read by the operator listener.
import Commerce
import Synchronization
package import Webhooks

package final class Counter: Sendable {
    private let value = Atomic<UInt64>(0)

    package init() {}

    package func add(_ count: UInt64) { value.add(count, ordering: .relaxed) }
    package var count: UInt64 { value.load(ordering: .relaxed) }
}

package final class BrandCounters: Sendable {
    package let name: String
    package let accepted: [Source: Counter]
    package let rejected: [String: Counter]
    package let redelivered = Counter()
    package let events = Counter()
    package let ignored = Counter()
    package let notUnderstood = Counter()
    package let minimised = Counter()
    package let quarantined = Counter()
    package let quarantineOverflow = Counter()

    package init(name: String) {
        self.name = name
        accepted = Dictionary(uniqueKeysWithValues: Source.allCases.map { ($0, Counter()) })
        rejected = Dictionary(uniqueKeysWithValues: Rejection.names.map { ($0, Counter()) })
    }

    func count(_ rejection: Rejection) { rejected[rejection.name]?.add(1) }

    func count(_ translation: Translation, from source: Source) {
        accepted[source]?.add(1)
        events.add(UInt64(translation.events.count))
        if !translation.ignored.isEmpty { ignored.add(UInt64(translation.ignored.count)) }
        if translation.notUnderstood != nil { notUnderstood.add(1) }
        if translation.kept != nil { minimised.add(1) }
    }
}

/// Keeps a brand's counters for as long as the process lives, also across reloads.
package final class CounterBoard: Sendable {
    private let brands = Mutex<[String: BrandCounters]>([:])

    package init() {}

    package func brand(_ name: String) -> BrandCounters {
        brands.withLock { brands in
            if let counters = brands[name] { return counters }
            let counters = BrandCounters(name: name)
            brands[name] = counters
            return counters
        }
    }

    package var all: [BrandCounters] {
        brands.withLock { $0.values.sorted { $0.name < $1.name } }
    }
}
