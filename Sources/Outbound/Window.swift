// What was used of one resource in the span that ends now, wherever that span began: it slides.
//
// The partner counts a call when it arrives, which is some time between its admission and its end. So a call counts from
// its admission, and leaves the window only a whole span after its end: however slow the way there is, no span of the
// partner's clock can hold more than ours allowed. A bucket of that size that is refilled at a constant rate, as Centra's
// are, holds at least as much.
//
// ```
//        |<------ span ------>|
//   -----[ done ][ done ]-----+ now
//            [ under way .....]
// ```

struct Window: Sendable {
    /// Of all lanes, and of all but the first.
    struct Use: Hashable, Sendable {
        var all = 0
        var lower = 0

        static func + (one: Use, other: Use) -> Use { Use(all: one.all + other.all, lower: one.lower + other.lower) }
        static func - (one: Use, other: Use) -> Use { Use(all: one.all - other.all, lower: one.lower - other.lower) }
    }

    /// Calls that ended close together leave together, with the last of them: so few are kept, whatever the quota.
    private struct Granule: Hashable, Sendable {
        var first: Int64
        var last: Int64
        var use: Use
    }

    private static let granules: Int64 = 100
    /// Figures from outside are no larger: sums of them fit.
    static let largest = 1_000_000_000_000

    let resource: Resource
    /// Microseconds.
    let span: Int64
    private(set) var limit: Int
    private var done: [Granule] = []
    private var doneUse = Use()
    private var underWay = Use()
    /// What others had used when the partner last said.
    private var others: (used: Int, at: Int64)

    init(_ quota: Quota, now: Int64) {
        resource = quota.resource
        span = quota.span * 1_000
        limit = min(quota.limit, Window.largest)
        others = (min(quota.used, limit), now)
    }

    var use: Use { doneUse + underWay }

    func isOf(_ quota: Quota) -> Bool { resource == quota.resource && span == quota.span * 1_000 }

    // MARK: what is counted

    mutating func start(_ use: Use) {
        underWay = underWay + use
    }

    mutating func end(reserved: Use, spent: Use, now: Int64) {
        underWay = underWay - reserved
        guard spent.all > 0 else { return }
        doneUse = doneUse + spent
        if let last = done.last, now - last.first < span / Window.granules {
            done[done.count - 1].last = now
            done[done.count - 1].use = last.use + spent
        } else {
            done.append(Granule(first: now, last: now, use: spent))
        }
    }

    /// Forgets what is more than a span ago.
    mutating func slide(to now: Int64) {
        let gone = done.prefix { $0.last + span < now }
        for granule in gone { doneUse = doneUse - granule.use }
        done.removeFirst(gone.count)
    }

    /// When the next of it is forgotten.
    var nextSlide: Int64? { done.first.map { $0.last + span + 1 } }

    // MARK: what may be used

    mutating func refresh(_ quota: Quota, now: Int64) {
        limit = min(max(0, quota.limit), Window.largest)
        others = (max(0, min(quota.used, limit) - use.all), now)
    }

    /// Our share of the quota, or what the others leave of it if that is less. At least 1, for otherwise nobody could ever
    /// find out that there is more again.
    func allowance(share: Double, now: Int64) -> Int {
        max(1, min(Int(Double(limit) * share), limit - othersUse(now: now)))
    }

    /// Others' use flows back at a constant rate, as far as we know.
    func othersUse(now: Int64) -> Int {
        let back = Double(limit) * Double(now - others.at) / Double(span)
        return others.used > 0 ? max(0, others.used - Int(min(back, Double(others.used)))) : 0
    }

    var isSharedWithOthers: Bool { others.used > 0 }
}
