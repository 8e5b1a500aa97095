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
    package let acceptedFromCentra = Counter()
    package let acceptedFromPeoplevox = Counter()
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
        rejected = Dictionary(uniqueKeysWithValues: Rejection.names.map { ($0, Counter()) })
    }

    package func accepted(from source: Source) -> Counter {
        switch source {
        case .centra: acceptedFromCentra
        case .peoplevox: acceptedFromPeoplevox
        }
    }

    func count(_ rejection: Rejection) { rejected[rejection.name]?.add(1) }

    func count(_ tally: DeliveryTally) {
        accepted(from: tally.source).add(1)
        events.add(tally.events)
        if tally.ignored > 0 { ignored.add(tally.ignored) }
        if tally.isNotUnderstood { notUnderstood.add(1) }
        if tally.isMinimised { minimised.add(1) }
    }
}

/// What a delivery adds to its brand's counters when it is accepted, which is known only after the commit.
struct DeliveryTally {
    fileprivate let source: Source
    fileprivate let events: UInt64
    fileprivate let ignored: UInt64
    fileprivate let isNotUnderstood: Bool
    fileprivate let isMinimised: Bool

    init(_ translation: Translation, from source: Source) {
        self.source = source
        events = UInt64(translation.events.count)
        ignored = UInt64(translation.ignored.count)
        isNotUnderstood = translation.notUnderstood != nil
        isMinimised = translation.kept != nil
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
