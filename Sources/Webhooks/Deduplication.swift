// Have we seen it? Recognises a redelivery, so that it is acknowledged and not queued again (the Idempotent Receiver).
//
// Only deliveries that identify themselves take part: Centra's dated events by their body alone, because a retry may
// be signed anew; everything else from Centra by body and `t`. A Peoplevox callback has neither id nor time, so an
// equal one can be news, and takes no part (equal wake-ups coalesce in the queues instead).
import CXXHash

/// 128 bit that stand for a delivery's content. Not a cryptographic hash: the sender is known to be genuine.
package struct ContentKey: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// `seed` is the journal's own; `signedAt` is left out (0) when the body alone identifies the delivery.
    package init(brand: String, body: ArraySlice<UInt8>, signedAt: Int, seed: UInt64) {
        // Multiplied before the brand comes in: otherwise a neighbouring letter would undo a neighbouring seed.
        var mixed = (seed ^ UInt64(bitPattern: Int64(signedAt))) &* 0x9E37_79B9_7F4A_7C15
        var brand = brand
        brand.withUTF8 { for octet in $0 { mixed = (mixed ^ UInt64(octet)) &* 0x0000_0100_0000_01B3 } }
        let hash = body.withUnsafeBytes { XXH3_128bits_withSeed($0.baseAddress, $0.count, mixed) }
        self.init(high: hash.high64, low: hash.low64)
    }

    package static let none = ContentKey(high: 0, low: 0)
    package var isNone: Bool { high | low == 0 }

    package static func == (one: ContentKey, other: ContentKey) -> Bool {
        one.low == other.low && one.high == other.high
    }
}

/// The keys of the last deliveries, forgotten by age and by number: two generations, of which the older goes when the
/// newer has lasted half the window or holds half the limit. Forgetting early is harmless: work is safe to repeat.
package struct Deduplication: Sendable {
    package static let keyLimit = 4_000_000

    private var current = ContentKeys()
    private var previous = ContentKeys()
    private var currentSince: Int64 = 0
    private let halfWindow: Int64
    private let halfLimit: Int

    /// `window` in microseconds: a redelivery is recognised for at least half of it and at most one and a half of it.
    package init(window: Int64, keyLimit: Int = Deduplication.keyLimit) {
        halfWindow = max(1, window / 2)
        halfLimit = max(1, keyLimit / 2)
    }

    package var count: Int { current.count + previous.count }

    /// Whether an equal delivery was remembered in the window. `now` as for `remember`.
    package func recognises(_ key: ContentKey, now: Int64) -> Bool {
        let age = now.subtractingReportingOverflow(currentSince)
        if age.overflow || age.partialValue >= 2 * halfWindow { return false }
        return current.contains(key) || (age.partialValue < halfWindow && previous.contains(key))
    }

    /// Says that this key is asked for soon.
    package func expect(_ key: ContentKey) { current.expect(key) }

    /// `now` in microseconds; going backwards is harmless.
    package mutating func remember(_ key: ContentKey, now: Int64) {
        turn(now)
        current.insert(key)
    }

    /// The same for a key that a journal tells of: recognised after `settle`.
    package mutating func recall(_ key: ContentKey, now: Int64) {
        turn(now)
        current.add(key)
    }

    package mutating func settle() {
        previous.placeAll()
        current.placeAll()
    }

    private mutating func turn(_ now: Int64) {
        let age = now.subtractingReportingOverflow(currentSince)
        if age.overflow || age.partialValue >= halfWindow || current.count >= halfLimit {
            let isOld = age.overflow || age.partialValue >= 2 * halfWindow
            (previous, current, currentSince) = (isOld ? ContentKeys() : current, ContentKeys(), now)
        }
    }

    /// Takes a key back: its delivery did not become durable, so the next one is not a redelivery.
    package mutating func forget(_ key: ContentKey) {
        current.remove(key)
        previous.remove(key)
    }
}
