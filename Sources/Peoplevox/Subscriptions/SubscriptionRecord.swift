// The registry of subscriptions as text, a line for each thing that happened, in order:
//
//     lockstep-subscriptions 1
//     intent 1 1770000000000000 AvailabilityChanges post <SHA-256> yes https://…/AvailabilityChanges/ item={ItemCode}
//     id 1 1770000000250000 1060
//     ending 1 1770000086400000
//     ended 1 1770000086650000
//
// The numbers are the subscription's and the time in microseconds since 1970. An intent without an `id` or a `refused`
// behind it is a subscription that may exist, and that nobody can name.

enum SubscriptionRecord: Sendable, Equatable {
    case intent(number: Int, at: Int64, WantedSubscription)
    case id(number: Int, at: Int64, Int32)
    case refused(number: Int, at: Int64)
    case ending(number: Int, at: Int64)
    case ended(number: Int, at: Int64)

    static let header = "lockstep-subscriptions 1"

    var line: String {
        switch self {
        case .intent(let number, let at, let wanted): "intent \(number) \(at) \(wanted.words)"
        case .id(let number, let at, let id): "id \(number) \(at) \(id)"
        case .refused(let number, let at): "refused \(number) \(at)"
        case .ending(let number, let at): "ending \(number) \(at)"
        case .ended(let number, let at): "ended \(number) \(at)"
        }
    }

    /// Nil for a line that is none of these.
    init?(_ line: some StringProtocol) {
        let words = String(line).split(separator: Character(" "), omittingEmptySubsequences: false).map(String.init)
        guard words.count >= 3, let number = Int(words[1]), number > 0, let at = Int64(words[2]) else { return nil }
        switch (words[0], words.count) {
        case ("intent", 9):
            guard let wanted = WantedSubscription(words: words[3...]) else { return nil }
            self = .intent(number: number, at: at, wanted)
        case ("id", 4):
            guard let id = Int32(words[3]), id > 0 else { return nil }
            self = .id(number: number, at: at, id)
        case ("refused", 3): self = .refused(number: number, at: at)
        case ("ending", 3): self = .ending(number: number, at: at)
        case ("ended", 3): self = .ended(number: number, at: at)
        default: return nil
        }
    }
}

extension WantedSubscription {
    private static let encodings: [(String, Bool?)] = [("yes", true), ("no", false), ("unsaid", nil)]

    fileprivate var words: String {
        let encoding = Self.encodings.first { $0.1 == encodesParameters }?.0 ?? ""
        return "\(event.rawValue) \(method.rawValue) \(tokenHash) \(encoding) \(address) \(parameters)"
    }

    fileprivate init?(words: ArraySlice<String>) {
        let words = Array(words)
        guard let event = CallbackEvent(rawValue: words[0]), let method = Method(rawValue: words[1]),
            let encoding = Self.encodings.first(where: { $0.0 == words[3] })
        else { return nil }
        self.init(
            event, method, address: words[4], tokenHash: words[2], parameters: words[5],
            encodesParameters: encoding.1)
    }
}

/// What the records come to.
struct SubscriptionLedger: Sendable, Equatable {
    private(set) var subscriptions: [Subscription] = []

    var nextNumber: Int { subscriptions.count + 1 }

    /// False for a record that cannot follow those before it.
    mutating func add(_ record: SubscriptionRecord) -> Bool {
        switch record {
        case .intent(let number, let at, let wanted):
            guard number == nextNumber else { return false }
            subscriptions.append(Subscription(number: number, wanted: wanted, since: at, state: .orphaned))
            return true
        case .id(let number, let at, let id): return move(number, at) { $0 == .orphaned ? .active(id: id) : nil }
        case .refused(let number, let at): return move(number, at) { $0 == .orphaned ? .refused : nil }
        case .ending(let number, let at):
            return move(number, at) { state in
                switch state {
                case .active(let id), .ending(let id): .ending(id: id)
                case .orphaned, .ended, .refused: nil
                }
            }
        case .ended(let number, let at):
            return move(number, at) { if case .ending = $0 { .ended } else { nil } }
        }
    }

    private mutating func move(
        _ number: Int, _ at: Int64, _ next: (Subscription.State) -> Subscription.State?
    ) -> Bool {
        guard subscriptions.indices.contains(number - 1), let state = next(subscriptions[number - 1].state) else {
            return false
        }
        subscriptions[number - 1].state = state
        subscriptions[number - 1].since = at
        return true
    }
}

/// A registry's whole text.
struct SubscriptionText: Sendable {
    private(set) var ledger = SubscriptionLedger()
    private(set) var hasHeader = false
    /// The octets of a last line that was not written to its end; empty, at the end of the text, when there is none.
    private(set) var torn = 0..<0

    init(_ octets: [UInt8]) throws(RegistryFailure) {
        let lines = octets.split(separator: 0x0A, omittingEmptySubsequences: false)
        torn = (lines.last?.startIndex ?? 0)..<octets.count
        let last = lines.dropLast().lastIndex { !$0.isEmpty }
        for (number, line) in lines.dropLast().enumerated() where !line.isEmpty {
            if take(String(decoding: line, as: UTF8.self)) { continue }
            // Sectors of the last line can be missing in its middle.
            guard number == last, torn.isEmpty else { throw .damaged(line: number + 1) }
            torn = line.startIndex..<octets.count
        }
    }

    private mutating func take(_ line: String) -> Bool {
        guard hasHeader else {
            hasHeader = line == SubscriptionRecord.header
            return hasHeader
        }
        return SubscriptionRecord(line).map { ledger.add($0) } ?? false
    }
}
