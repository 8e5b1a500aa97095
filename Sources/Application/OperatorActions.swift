// What an operator can do on a running server: replay, retry, discard, release. Each action is a journal record with
// the user's id, durable before it takes effect, so that a restart comes to the same queues.
import Commerce
import EventLoop
import HTTP
import JSON
import Journal
import Operations
import POSIX
import Queues
import Webhooks

struct OperatorActions: ~Copyable {
    private let road: Road
    var brands: BrandTable

    init(_ road: Road, brands: consuming BrandTable) {
        self.road = road
        self.brands = brands
    }

    func perform(_ route: OperatorRoute, _ body: ArraySlice<UInt8>, user: UInt32, now: Now) -> Response {
        do throws(Refused) {
            switch route {
            case .retry(let id):
                return try road.dispatcher.deadLetterActions.withLock { _ throws(Refused) in try retry(id, user, now) }
            case .discard(let id):
                return try road.dispatcher.deadLetterActions.withLock { _ throws(Refused) in try discard(id, user, now)
                }
            case .replay: return try replay(body, user, now)
            case .release(let sequence): return try release(sequence, user, now)
            case .acknowledge(let id): return exceptions(user, now).acknowledge(id, body)
            case .note(let id): return exceptions(user, now).note(id, body)
            case .nothing: throw .response(Answers.notFound)
            case .health, .readiness, .metrics, .queues, .journal, .deadLetters, .stock, .stockOf, .queue, .deadLetter,
                .exceptions, .exception, .sweep:
                preconditionFailure("a view is not an action")
            }
        } catch {
            switch error {
            case .response(let response): return response
            }
        }
    }

    private func exceptions(_ user: UInt32, _ now: Now) -> ExceptionActions {
        ExceptionActions(road.exceptions, user: user, now: now.wall)
    }

    private enum Refused: Error {
        case response(Response)
    }

    private func retry(_ id: JobID, _ user: UInt32, _ now: Now) throws(Refused) -> Response {
        guard road.dispatcher.deadLetter(id) != nil else {
            throw .response(Answers.missing("there is no dead letter \(id)"))
        }
        let found = try lookUp([id.sequence])[id.sequence]
        guard let found else { throw .response(Answers.conflict("the delivery is not in the journal any more")) }
        let delivery = try OperatorAction.delivery(toRetry: id, found.delivery, brands.receiver(found.brand)).orRefuse {
            Refused.response(Answers.conflict($0))
        }
        let first = try commit([Planned(.retryDeadLetter, id, found.brand, delivery)], user, now)
        _ = road.dispatcher.removeDeadLetter(id)
        return Answers.json(
            JSONWriter.line { json in
                json.field("retried", id.description)
                json.field("job", JobID(sequence: first, index: 0).description)
            })
    }

    private func discard(_ id: JobID, _ user: UInt32, _ now: Now) throws(Refused) -> Response {
        guard let letter = road.dispatcher.deadLetter(id) else {
            throw .response(Answers.missing("there is no dead letter \(id)"))
        }
        _ = try commit([Planned(.discardDeadLetter, id, letter.work.brand, nil)], user, now)
        _ = road.dispatcher.removeDeadLetter(id)
        return Answers.json(JSONWriter.line { $0.field("discarded", id.description) })
    }

    private func replay(_ body: ArraySlice<UInt8>, _ user: UInt32, _ now: Now) throws(Refused) -> Response {
        let sequences = try ReplayRequest.sequences(in: body).orRefuse { Refused.response(Answers.badRequest($0)) }
        let found = try lookUp(sequences)
        let missing = sequences.filter { found[$0] == nil }
        guard missing.isEmpty else {
            throw .response(Answers.badRequest("not deliveries of this journal: \(missing.prefix(10))"))
        }
        let jobs = found.values.reduce(0) { $0 + $1.delivery.events.count }
        guard road.dispatcher.hasRoom(for: jobs) else { throw .response(Answers.unavailable) }
        let planned = sequences.compactMap { sequence in
            found[sequence].map { found in
                Planned(.replay, JobID(sequence: sequence, index: 0), found.brand, found.delivery.toReplay)
            }
        }
        _ = try commit(planned, user, now)
        return Answers.json(
            JSONWriter.line { json in
                json.field("replayed", sequences.count)
                json.field("jobs", jobs)
            })
    }

    private func release(_ sequence: SequenceNumber, _ user: UInt32, _ now: Now) throws(Refused) -> Response {
        let admitted: QuarantineRelease.Admitted
        do throws(ReleaseRefusal) {
            admitted = try QuarantineRelease(sequence, of: road.reader).admit(brands)
        } catch {
            switch error {
            case .notInQuarantine(let text): throw .response(Answers.missing(text))
            case .refused(let text): throw .response(Answers.conflict(text))
            case .unreadable(let text): throw .response(Answers.failed(text))
            }
        }
        let (target, delivery) = (JobID(sequence: sequence, index: 0), admitted.delivery)
        _ = try commit([Planned(.releaseQuarantined, target, admitted.brand, nil, admits: delivery)], user, now)
        road.remember(delivery.key)
        return Answers.json(
            JSONWriter.line { json in
                json.field("released", sequence)
                json.field("jobs", delivery.events.count)
            })
    }

    private func lookUp(_ sequences: [SequenceNumber]) throws(Refused) -> [SequenceNumber: DeliveryLookup.Found] {
        do throws(JournalFailure) {
            return try DeliveryLookup(road.reader).deliveries(sequences)
        } catch { throw .response(Answers.failed("\(error)")) }
    }
}

// MARK: Journaling actions

extension OperatorActions {
    private struct Planned {
        let brand: String
        let action: OperatorAction.Action
        let target: JobID
        let delivery: DeliveryRecord?
        /// A delivery of its own that follows the action.
        let admitted: DeliveryRecord?

        init(
            _ action: OperatorAction.Action, _ target: JobID, _ brand: String, _ delivery: DeliveryRecord?,
            admits admitted: DeliveryRecord? = nil
        ) {
            self.action = action
            self.target = target
            self.brand = brand
            self.delivery = delivery
            self.admitted = admitted
        }

        func entries(by user: UInt32) -> [Entry] {
            let action = OperatorAction(action, target: target, user: user, delivery: delivery)
            return [.operatorAction(action)] + (admitted.map { [.delivery($0)] } ?? [])
        }
    }

    /// Makes the actions durable; their jobs reach the queues in journal order with those of the network thread.
    /// Returns the number of the first action's record.
    private func commit(_ planned: [Planned], _ user: UInt32, _ now: Now) throws(Refused) -> SequenceNumber {
        var first: SequenceNumber?
        var rest = planned[...]
        while !rest.isEmpty {
            let number = try commitPart(of: &rest, user, now)
            first = first ?? number
        }
        guard let first else { preconditionFailure("an action is planned") }
        return first
    }

    /// Commits as many actions as make a batch of a fair size, at least one.
    private func commitPart(
        of planned: inout ArraySlice<Planned>, _ user: UInt32, _ now: Now
    ) throws(Refused) -> SequenceNumber {
        var batch = RecordBatch()
        var staged: [Arrival] = []
        var actions: [Planned] = []
        while batch.octets < OperatorActions.batchOctets, let plan = planned.popFirst() {
            for entry in plan.entries(by: user) {
                if let delivery = entry.delivery {
                    staged.append(delivery, record: batch.count, brand: plan.brand, received: now.wall)
                }
                batch.append(kind: entry.kind.rawValue, brand: plan.brand, time: now.wall) { entry.encode(into: &$0) }
            }
            actions.append(plan)
        }
        let first = try commit(batch, staged)
        for plan in actions {
            road.log.notice(
                "operator action",
                [
                    "action": .string(plan.action.name), "target": .string(plan.target.description),
                    "user": .int(Int(user)),
                ])
        }
        return first
    }

    /// A larger batch might not fit into a segment.
    private static let batchOctets = 1 << 20

    private func commit(_ batch: RecordBatch, _ arrivals: [Arrival]) throws(Refused) -> SequenceNumber {
        let dispatcher = road.dispatcher
        let outcome = road.commits.commitAndWait(batch) { first in dispatcher.arrive(arrivals, from: first) }
        guard case .durable(let first) = outcome else { throw .response(Answers.unavailable) }
        return first
    }
}

extension OperatorAction {
    /// The delivery to queue again for a dead letter: the one event that it is about, or, where the content had not
    /// been understood, what this version understands of it. A mistake when only its shape was kept.
    static func delivery(
        toRetry id: JobID, _ delivery: DeliveryRecord, _ brand: BrandReceiver?
    ) -> Result<DeliveryRecord, Mistake> {
        var again = delivery.withoutKey
        if Int(id.index) < delivery.events.count {
            again.events = [delivery.events[Int(id.index)]]
            again.flags.remove(.notUnderstood)
            return .success(again)
        }
        if Masking.isSkeleton(delivery.body) {
            return .failure(
                Mistake(
                    "\(id) cannot be retried: only the shape of what was not understood is kept; "
                        + "look in both systems, then discard it"))
        }
        guard let brand else { return .failure(Mistake("brand and secrets are needed to read \(id) again")) }
        let translation = brand.retranslate(delivery)
        again.events = Array(translation.events.dropFirst(delivery.events.count))
        again.reason = translation.notUnderstood ?? ""
        if translation.notUnderstood == nil { again.flags.remove(.notUnderstood) }
        return .success(again)
    }
}

extension DeliveryRecord {
    /// Its events once more. What was not understood is a dead letter already.
    var toReplay: DeliveryRecord {
        var record = withoutKey
        record.flags.remove(.notUnderstood)
        return record
    }

    /// For queueing again on purpose: not a redelivery of itself.
    var withoutKey: DeliveryRecord {
        var record = self
        record.flags.remove(.hasKey)
        return record
    }
}

/// `{"sequences":[1,2,3]}`
enum ReplayRequest {
    /// Deliveries in one request; the command line sends several.
    static let limit = 1_000

    static func sequences(in body: ArraySlice<UInt8>) -> Result<[SequenceNumber], Mistake> {
        guard let array = (try? JSONValue(body))?["sequences"]?.array else {
            return .failure(Mistake("the body must be {\"sequences\":[...]}"))
        }
        let numbers = array.compactMap { $0.integer.flatMap { SequenceNumber(exactly: $0) } }
        guard numbers.count == array.count, (1...limit).contains(numbers.count), Set(numbers).count == numbers.count
        else {
            return .failure(Mistake("sequences must be 1 to \(limit) different numbers"))
        }
        return .success(numbers.sorted())
    }

    static func body(_ sequences: [SequenceNumber]) -> [UInt8] {
        JSONWriter.line { json in json.array("sequences") { for sequence in sequences { $0.value(sequence) } } }
    }
}

/// What is wrong with a request, in words for who made it.
struct Mistake: Error, Equatable, Sendable {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}

extension Result where Failure == Mistake {
    func orRefuse<Refused: Error>(_ refused: (String) -> Refused) throws(Refused) -> Success {
        switch self {
        case .success(let value): return value
        case .failure(let mistake): throw refused(mistake.text)
        }
    }
}
