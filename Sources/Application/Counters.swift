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
    /// Deliveries of our own making.
    package let wakeUps = Counter()
    package let rejected: [String: Counter]
    package let redelivered = Counter()
    package let events = Counter()
    package let ignored = Counter()
    /// Deliveries that say that stock has changed, and not of what.
    package let vague = Counter()
    package let notUnderstood = Counter()
    package let minimised = Counter()
    package let quarantined = Counter()
    package let quarantineOverflow = Counter()
    package let refusedForDeadLetters = Counter()

    package init(name: String) {
        self.name = name
        rejected = Dictionary(uniqueKeysWithValues: Rejection.names.map { ($0, Counter()) })
    }

    package func accepted(from source: Source) -> Counter {
        switch source {
        case .centra: acceptedFromCentra
        case .peoplevox: acceptedFromPeoplevox
        case .lockstep: wakeUps
        }
    }

    func count(_ rejection: Rejection) { rejected[rejection.name]?.add(1) }

    func count(_ tally: DeliveryTally) {
        acceptedFromCentra.note(tally.fromCentra)
        acceptedFromPeoplevox.note(tally.fromPeoplevox)
        events.note(tally.events)
        ignored.note(tally.ignored)
        vague.note(tally.vague)
        notUnderstood.note(tally.notUnderstood)
        minimised.note(tally.minimised)
    }
}

extension Counter {
    fileprivate func note(_ count: UInt64) { if count > 0 { add(count) } }
}

/// What deliveries add to their brand's counters when they are accepted, which is known only after the commit.
struct DeliveryTally {
    fileprivate var fromCentra: UInt64
    fileprivate var fromPeoplevox: UInt64
    fileprivate var events: UInt64
    fileprivate var ignored: UInt64
    fileprivate var vague: UInt64
    fileprivate var notUnderstood: UInt64
    fileprivate var minimised: UInt64

    init(_ translation: borrowing Translation, from source: Source) {
        switch source {
        case .centra: (fromCentra, fromPeoplevox) = (1, 0)
        case .peoplevox: (fromCentra, fromPeoplevox) = (0, 1)
        case .lockstep: (fromCentra, fromPeoplevox) = (0, 0)
        }
        events = UInt64(translation.events.count)
        ignored = UInt64(translation.ignored.count)
        vague = translation.isVague ? 1 : 0
        notUnderstood = translation.notUnderstood == nil ? 0 : 1
        minimised = translation.kept == nil ? 0 : 1
    }

    static func += (sum: inout DeliveryTally, tally: DeliveryTally) {
        sum.fromCentra += tally.fromCentra
        sum.fromPeoplevox += tally.fromPeoplevox
        sum.events += tally.events
        sum.ignored += tally.ignored
        sum.vague += tally.vague
        sum.notUnderstood += tally.notUnderstood
        sum.minimised += tally.minimised
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
