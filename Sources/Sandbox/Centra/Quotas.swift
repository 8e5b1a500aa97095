// The token buckets of an environment: three kinds over two windows, shared by everybody (§2.5). A bucket starts full, and
// its tokens flow back at a constant rate.

struct Quotas: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case requests = "REQUEST_COUNT", mutations = "MUTATION_COUNT", complexity = "QUERY_COMPLEXITY"
    }

    struct Bucket: Sendable {
        let kind: Kind
        let seconds: Int
        var quota: Int
        /// In millionths of a token, so that slow flows are exact.
        fileprivate var level: Int
        fileprivate var filledAt: Moment

        var remaining: Int { level / 1_000_000 }
    }

    private(set) var buckets: [Bucket]
    /// How often somebody wanted more than there was.
    private(set) var refusals = 0
    private(set) var spent: [Kind: Int] = [:]

    /// - Parameter quotas: requests, mutations, complexity; each in ten seconds and in an hour.
    init(_ quotas: [Int], now: Moment) {
        buckets = zip(Quotas.shape, quotas).map { shape, quota in
            Bucket(kind: shape.kind, seconds: shape.seconds, quota: quota, level: quota * 1_000_000, filledAt: now)
        }
    }

    private static let shape: [(kind: Kind, seconds: Int)] = Kind.allCases.flatMap { [($0, 10), ($0, 3600)] }

    /// Lower or higher quotas; what was used stays used.
    mutating func set(_ quotas: [Int], now: Moment) {
        flow(now)
        for (index, quota) in quotas.prefix(buckets.count).enumerated() {
            let used = buckets[index].quota * 1_000_000 - buckets[index].level
            buckets[index].quota = quota
            buckets[index].level = quota * 1_000_000 - min(used, quota * 1_000_000)
        }
    }

    /// - Returns: nil when it was paid; else when the call could be made (microseconds).
    mutating func pay(_ price: [Kind: Int], now: Moment) -> Moment? {
        flow(now)
        var wait: Moment?
        for bucket in buckets {
            let lacking = min(price[bucket.kind] ?? 0, bucket.quota) * 1_000_000 - bucket.level
            guard lacking > 0, bucket.quota > 0 else { continue }
            // A token every seconds / quota; one microsecond more, so that it is there.
            wait = max(wait ?? now, now + Moment(lacking * bucket.seconds / bucket.quota) + 1)
        }
        guard wait == nil else {
            refusals += 1
            return wait
        }
        take(price)
        return nil
    }

    /// What somebody else uses up.
    mutating func take(_ price: [Kind: Int]) {
        for index in buckets.indices {
            buckets[index].level = max(0, buckets[index].level - (price[buckets[index].kind] ?? 0) * 1_000_000)
        }
        for (kind, count) in price { spent[kind, default: 0] += count }
    }

    mutating func flow(_ now: Moment) {
        for index in buckets.indices {
            let bucket = buckets[index]
            let passed = Int(max(0, now - bucket.filledAt))
            buckets[index].filledAt = now
            // Millionths of a token: quota / seconds of them in a microsecond.
            let full = bucket.quota * 1_000_000
            let flown = passed > bucket.seconds * 1_000_000 ? full : passed * bucket.quota / bucket.seconds
            buckets[index].level = min(full, bucket.level + flown)
        }
    }
}
