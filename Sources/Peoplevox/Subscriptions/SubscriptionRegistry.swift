// The registry on the disk. A record is there before what it announces is done, and after a crash in between the
// subscription is an orphan, which the next plan shows. A file that was damaged is refused, never repaired by guessing:
// only a last line that was not written to its end is dropped.
package import Outbound
package import POSIX

package enum RegistryFailure: Error, Sendable, Equatable, CustomStringConvertible {
    case file(Errno)
    /// Another process has it open.
    case inUse
    case damaged(line: Int)
    /// A write failed before, so nothing can be promised any more (P10).
    case broken

    package var description: String {
        switch self {
        case .file(let errno): "the registry of subscriptions cannot be read or written: \(errno)"
        case .inUse: "the registry of subscriptions is in use by another process"
        case .damaged(let line): "the registry of subscriptions is damaged in line \(line)"
        case .broken: "the registry of subscriptions could not be written before"
        }
    }
}

/// Open and locked as long as it lives.
package struct SubscriptionRegistry: ~Copyable {
    /// Of a file; a line has less than 3 KiB.
    private static let octetLimit = 16 << 20

    private let file: FileDescriptor
    private let clock: any Clock
    private var end: Int
    private var ledger: SubscriptionLedger
    private var isBroken = false

    private init(owning file: consuming FileDescriptor, _ content: SubscriptionText, _ clock: any Clock) {
        self.file = file
        self.clock = clock
        (ledger, end) = (content.ledger, content.torn.lowerBound)
    }

    /// - Parameter directory: there already; the file in it is made when it is missing.
    package static func open(
        in directory: String, clock: any Clock
    ) throws(RegistryFailure) -> SubscriptionRegistry {
        let file = try file(in: directory)
        let content = try SubscriptionText(try contents(in: directory))
        var registry = SubscriptionRegistry(owning: file, content, clock)
        // Empty lines are nothing, so the rest of a torn one need not be cut off.
        if !content.torn.isEmpty { try registry.append(String(repeating: "\n", count: content.torn.count)) }
        if !content.hasHeader { try registry.append(SubscriptionRecord.header + "\n") }
        return registry
    }

    private static func path(_ directory: String) -> String { directory + "/subscriptions" }

    private static func file(in directory: String) throws(RegistryFailure) -> FileDescriptor {
        do throws(Errno) {
            let file = try Files.open(path(directory), .createIfMissing)
            guard try file.tryLock() else { throw .wouldBlock }
            try Files.synchronizeDirectory(directory)
            return file
        } catch {
            throw error == .wouldBlock ? .inUse : .file(error)
        }
    }

    private static func contents(in directory: String) throws(RegistryFailure) -> [UInt8] {
        do throws(Errno) {
            return try Files.contents(of: path(directory), limit: octetLimit)
        } catch { throw .file(error) }
    }

    /// All that there ever were, in order.
    package var subscriptions: [Subscription] { ledger.subscriptions }

    /// Durable when it returns.
    private mutating func write(_ record: (Int64) -> SubscriptionRecord) throws(RegistryFailure) {
        let record = record(clock.wallMicroseconds())
        precondition(ledger.add(record), "a record follows those before it")
        try append(record.line + "\n")
    }

    private mutating func append(_ text: String) throws(RegistryFailure) {
        if isBroken { throw .broken }
        let octets = Array(text.utf8)
        do throws(Errno) {
            try file.writeAll(octets, at: end)
            try file.synchronizeData()
        } catch {
            isBroken = true
            throw .file(error)
        }
        end += octets.count
    }
}

/// What became of a step.
package struct SubscriptionResult: Sendable, Equatable {
    package enum Outcome: Sendable, Equatable {
        case done
        /// Only the hash is known: the event needs a new token.
        case tokenUnknown
        /// When it is ambiguous, a subscription may be there whose id nobody knows.
        case failed(CallFailure)
    }

    package let step: SubscriptionStep
    package let outcome: Outcome
}

extension SubscriptionRegistry {
    /// Does what a plan says, in order, up to the first step that came to nothing for a reason that would meet the next
    /// one as well.
    ///
    /// - Parameter secrets: tokens by their hashes.
    package mutating func apply(
        _ plan: SubscriptionPlan, with client: PeoplevoxClient, secrets: [String: CallbackSecret],
        _ cancellation: Cancellation
    ) throws(RegistryFailure) -> [SubscriptionResult] {
        var results: [SubscriptionResult] = []
        for step in plan.steps {
            let outcome: SubscriptionResult.Outcome
            switch step {
            case .subscribe(let wanted): outcome = try subscribe(wanted, client, secrets, cancellation)
            case .unsubscribe(let number, let id): outcome = try unsubscribe(number, id, client, cancellation)
            }
            results.append(SubscriptionResult(step: step, outcome: outcome))
            if case .failed(let failure) = outcome, failure.kind != .permanent { break }
        }
        return results
    }

    private mutating func subscribe(
        _ wanted: WantedSubscription, _ client: PeoplevoxClient, _ secrets: [String: CallbackSecret],
        _ cancellation: Cancellation
    ) throws(RegistryFailure) -> SubscriptionResult.Outcome {
        guard let secret = secrets[wanted.tokenHash] else { return .tokenUnknown }
        let number = ledger.nextNumber
        try write { .intent(number: number, at: $0, wanted) }
        let answer = Result { () throws(CallFailure) in
            try client.perform(wanted.operation(secret), .catalogue, cancellation)
        }
        switch answer {
        case .success(let id):
            try write { .id(number: number, at: $0, id) }
            return .done
        case .failure(let failure):
            if failure.kind != .ambiguous { try write { .refused(number: number, at: $0) } }
            return .failed(failure)
        }
    }

    private mutating func unsubscribe(
        _ number: Int, _ id: Int32, _ client: PeoplevoxClient, _ cancellation: Cancellation
    ) throws(RegistryFailure) -> SubscriptionResult.Outcome {
        let state = subscriptions.first { $0.number == number }?.state
        guard state == .active(id: id) || state == .ending(id: id) else {
            return .failed(CallFailure(.permanent, "the subscription \(id) is not one of ours"))
        }
        try write { .ending(number: number, at: $0) }
        do throws(CallFailure) {
            try client.perform(.unsubscribe(id), .catalogue, cancellation)
        } catch {
            // What was tried before and is not known any more is what went with the first try. Refused for any other
            // reason, it is still there, and its id must not be forgotten.
            guard error.kind == .permanent, state == .ending(id: id), error.saysThatNothingIsThere else {
                return .failed(error)
            }
        }
        try write { .ended(number: number, at: $0) }
        return .done
    }
}

extension CallFailure {
    /// In Peoplevox's own words, of which only some are known.
    fileprivate var saysThatNothingIsThere: Bool {
        ["not found", "not exist", "cannot find", "unable to find", "no subscription", "unknown subscription"]
            .contains { text.lowercased().firstRange(of: $0) != nil }
    }
}
