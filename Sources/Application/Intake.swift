// The road, from a request to its acknowledgement. Start reading here.
//
//     route -> room? -> verify -> translate -> seen before? -> stage -+-> commit (group) -> acknowledge
//                |         |                                          |
//               503     401, 404, 413, 415                            +-> queues, in journal order
//
// `handle` runs for each request and only stages; `turn` hands the staged batch to the journal's thread, and answers
// the batch that has become durable. So no sender is ever told "accepted" about a webhook that a power cut could still
// take away (P1). While one batch is synced the next one forms.
import Commerce
package import EventLoop
package import HTTP
package import Journal
import POSIX
import Queues
package import Webhooks

package struct Intake: ~Copyable {
    /// Octets staged while a commit is running; above it deliveries are answered 503.
    package static let stagedLimit = 8 << 20

    private var brands: BrandTable
    private let commits: GroupCommit
    private let mailbox: CommitMailbox
    private let dispatcher: Dispatcher
    private let readiness: ReadinessBoard
    private let reload: Reload
    private let contentSeed: UInt64
    private var deduplication: Deduplication
    private var shares: QuarantineShares
    private var staged = Batch()
    /// With the journal's thread while `isCommitting`; otherwise empty, and kept for its memory.
    private var committing = Batch()
    private var isCommitting = false

    package init(
        brands: consuming BrandTable, commits: GroupCommit, mailbox: CommitMailbox, dispatcher: Dispatcher,
        readiness: ReadinessBoard, reload: Reload, contentSeed: UInt64, deduplication: Deduplication,
        shares: QuarantineShares
    ) {
        self.brands = brands
        self.commits = commits
        self.mailbox = mailbox
        self.dispatcher = dispatcher
        self.readiness = readiness
        self.reload = reload
        self.contentSeed = contentSeed
        self.deduplication = deduplication
        self.shares = shares
    }

    package mutating func handle(
        _ request: borrowing Request, on connection: ConnectionID, from peer: Peer, now: Now
    ) -> Answer {
        if reload.hasNews { takeOver(now) }
        switch PublicRoute(request.path) {
        case .health:
            return request.isReading ? .respond(Answers.alive) : .respond(Answers.methodNotAllowed("GET, HEAD"))
        case .readiness:
            return request.isReading
                ? .respond(Answers.readiness(readiness.current)) : .respond(Answers.methodNotAllowed("GET, HEAD"))
        case .centra(let brand):
            return receiveFromCentra(request, brand, on: connection, from: peer, now: now)
        case .peoplevox(let brand, let event, let token):
            return receiveFromPeoplevox(request, brand, event, token, on: connection, from: peer, now: now)
        case nil:
            return .respond(Answers.notFound)
        }
    }

    private mutating func takeOver(_ now: Now) {
        if let table = reload.takeTable() { brands = table }
        for key in reload.takeAdmitted() { deduplication.remember(key, now: now.wall) }
    }

    /// Whether a batch may grow: the disk has nothing to do, and requests that are there already can share its commit.
    package var isGathering: Bool { !isCommitting && !staged.records.isEmpty }

    package mutating func turn(now: Now, isQuiet: Bool) -> [Reply] {
        var replies: [Reply] = []
        while let completion = mailbox.next() { settle(completion, now: now, into: &replies) }
        let isTime = isQuiet && replies.isEmpty || staged.records.isEmpty
        if !isCommitting && isTime { handOver(into: &replies) }
        return replies
    }
}

/// The intake as an event loop holds it: one access to the whole, instead of one to each part that a request touches.
package final class IntakeService: Service {
    private var intake: Intake

    package init(_ intake: consuming Intake) {
        self.intake = intake
    }

    package func handle(_ request: borrowing Request, on connection: ConnectionID, from peer: Peer, now: Now) -> Answer
    {
        intake.handle(request, on: connection, from: peer, now: now)
    }

    package func isServedAboveLimit(_ request: borrowing Request) -> Bool {
        switch PublicRoute(request.path) {
        case .health, .readiness: true
        case .centra, .peoplevox, nil: false
        }
    }

    package func turn(now: Now, isQuiet: Bool) -> [Reply] { intake.turn(now: now, isQuiet: isQuiet) }
    package var isGathering: Bool { intake.isGathering }
}

// MARK: The two doors

extension Intake {
    private mutating func receiveFromCentra(
        _ request: borrowing Request, _ name: ArraySlice<UInt8>, on connection: ConnectionID, from peer: Peer, now: Now
    ) -> Answer {
        guard let brand = brands.receiver(name), brand.takesCentra else { return .respond(Answers.notFound) }
        guard case .post = request.method else { return .respond(Answers.methodNotAllowed("POST")) }
        var body = request.body
        do throws(Rejection) {
            let signature = try request.signature()
            if signature != nil, request.isCoded { body = try brand.content(of: request, limit: brand.contentLimit) }
            let delivery = try brand.verify(signature: signature, body: body, now: now.unixSeconds)
            let before = staged.waiting.count
            let answer = accept(delivery, of: brand, for: connection, now: now)
            // Whoever sends again what was overheard is not known by it.
            if staged.waiting.count > before {
                shares.note(genuine: { brand.sender(of: request, from: peer) }, now: now.monotonic)
            }
            return answer
        } catch {
            brand.counters.count(error)
            if error.isWorthKeeping, let field = request.value(of: .centraSignature) {
                let sender = brand.sender(of: request, from: peer)
                quarantine(body, signedWith: field, of: brand, from: sender, because: error, now: now)
            }
            return .respond(Answers.refusal(ofContent: error) ?? Answers.unauthorized)
        }
    }

    private mutating func receiveFromPeoplevox(
        _ request: borrowing Request, _ name: ArraySlice<UInt8>, _ event: ArraySlice<UInt8>, _ token: ArraySlice<UInt8>,
        on connection: ConnectionID, from peer: Peer, now: Now
    ) -> Answer {
        guard let brand = brands.receiver(name) else { return .respond(Answers.notFound) }
        do throws(Rejection) {
            try brand.checkAddress(peer.address, forwarded: request.values(of: .forwardedFor))
            var delivery = try brand.verify(event: event, token: token, query: request.query, body: request.body)
            // Only somebody with a live token learns more than that there is nothing here.
            guard request.method == .get || request.method == .post else {
                return .respond(Answers.methodNotAllowed("GET, POST"))
            }
            let body = try brand.content(of: request, limit: brand.callbackLimit)
            guard body.count + (request.query?.count ?? 0) <= brand.callbackLimit else {
                return .respond(Answers.tooLarge)
            }
            if request.isCoded {
                delivery = try brand.verify(event: event, token: token, query: request.query, body: body)
            }
            return accept(delivery, of: brand, for: connection, now: now)
        } catch {
            brand.counters.count(error)
            return .respond(Answers.refusal(ofContent: error) ?? Answers.notFound)
        }
    }

    /// Stages a genuine delivery; the answer comes when it is durable.
    private mutating func accept(
        _ delivery: consuming VerifiedDelivery, of brand: BrandReceiver, for connection: ConnectionID, now: Now
    ) -> Answer {
        var key = ContentKey.none
        if case .centra = delivery.source {
            // What nearly every delivery turns out to be.
            key = ContentKey(brand: brand.name, body: delivery.body, signedAt: 0, seed: contentSeed)
            deduplication.expect(key)
        }
        let translation = brand.translate(delivery)
        if case .centra = delivery.source {
            if !translation.identifiesItself {
                key = ContentKey(
                    brand: brand.name, body: delivery.body, signedAt: delivery.signedAt, seed: contentSeed)
            }
            if deduplication.recognises(key, now: now.wall) {
                brand.counters.redelivered.add(1)
                staged.redeliveries.append(Batch.Redelivery(connection: connection, key: key))
                return .later
            }
        }
        let jobs = translation.events.count + (translation.notUnderstood == nil ? 0 : 1)
        guard hasRoom(for: jobs, of: brand, octets: delivery.body.count) else { return .respond(Answers.unavailable) }
        if !key.isNone { deduplication.remember(key, now: now.wall) }
        staged.add(delivery, translation, key: key, of: brand, for: connection, now: now)
        return .later
    }

    private func hasRoom(for jobs: Int, of brand: BrandReceiver, octets: Int) -> Bool {
        guard !readiness.isRefusing, hasRoomToStage(octets) else { return false }
        if dispatcher.deadLetters.isFull(brand.name) {
            // The others are taken from, so the server as a whole is ready.
            brand.counters.refusedForDeadLetters.add(1)
            return false
        }
        let waiting = staged.jobs + committing.jobs
        if dispatcher.hasRoom(for: jobs + waiting) { return true }
        readiness.noteBacklogFull()
        return false
    }

    /// A batch must fit into a segment, whatever it consists of.
    private func hasRoomToStage(_ octets: Int) -> Bool { staged.records.octets + octets <= Intake.stagedLimit }

    /// Keeps a delivery that was refused for a reason that may be ours, within a budget.
    private mutating func quarantine(
        _ body: ArraySlice<UInt8>, signedWith field: ArraySlice<UInt8>, of brand: BrandReceiver,
        from sender: IPAddress?, because rejection: Rejection, now: Now
    ) {
        guard !readiness.isRefusing, hasRoomToStage(body.count),
            shares.allows(octets: body.count, from: sender, now: now.monotonic)
        else {
            return brand.counters.quarantineOverflow.add(1)
        }
        let kept = brand.minimised(body)
        shares.pay(octets: max(0, (kept?.count ?? 0) - body.count), from: sender)
        let record = QuarantineRecord(
            reason: rejection.name, signatureField: Array(field.prefix(QuarantineRecord.fieldOctets)),
            isMinimised: kept != nil, body: kept ?? Array(body))
        staged.quarantined.append(brand.counters)
        staged.records.append(kind: EntryKind.quarantined.rawValue, brand: brand.name, time: now.wall) {
            record.encode(into: &$0)
        }
    }
}

// MARK: Commit, then acknowledge

extension Intake {
    private mutating func handOver(into replies: inout [Reply]) {
        if staged.records.isEmpty {
            // Nothing is on its way, so the originals of these redeliveries are durable.
            for redelivery in staged.redeliveries {
                replies.append(Reply(connection: redelivery.connection, answer: .accepted))
            }
            staged.redeliveries.removeAll()
            return
        }
        isCommitting = true
        swap(&staged, &committing)
        let arrivals = committing.takeArrivals()
        let dispatcher = dispatcher
        commits.submit(committing.takeRecords(), to: mailbox, leaving: commits.store.reserveOctets) { first in
            dispatcher.arrive(arrivals, from: first)
        }
    }

    private mutating func settle(
        _ completion: consuming CommitMailbox.Completion, now: Now, into replies: inout [Reply]
    ) {
        precondition(isCommitting, "a completion belongs to a batch")
        isCommitting = false
        switch completion.outcome {
        case .durable:
            readiness.noteRoom()
            committing.count()
            replies.reserveCapacity(committing.waiting.count + committing.redeliveries.count)
            for connection in committing.waiting { replies.append(Reply(connection: connection, answer: .accepted)) }
            for redelivery in committing.redeliveries {
                replies.append(Reply(connection: redelivery.connection, answer: .accepted))
            }
        case .noRoom, .failed:
            if completion.outcome == .noRoom { readiness.noteFull() }
            refuseCommitting(now: now, into: &replies)
        }
        swap(&committing.records, &completion.batch)
        committing.beginAgain()
    }

    /// Nothing of the batch is durable: nobody is told that it is, and an equal delivery is not a redelivery.
    private mutating func refuseCommitting(now: Now, into replies: inout [Reply]) {
        for key in committing.keys { deduplication.forget(key) }
        let orphans = staged.takeRedeliveries { !deduplication.recognises($0, now: now.wall) }
        let refused = committing.waiting + (committing.redeliveries + orphans).map(\.connection)
        for connection in refused {
            replies.append(Reply(connection: connection, answer: .respond(Answers.unavailable)))
        }
    }
}

/// What is staged for one commit.
private struct Batch {
    struct Redelivery {
        let connection: ConnectionID
        let key: ContentKey
    }

    var records = RecordBatch()
    private var arrivals: [Arrival] = []
    var waiting: [ConnectionID] = []
    /// What was staged for a brand, in one for deliveries that came in a row.
    private var tallies: [(counters: BrandCounters, deliveries: DeliveryTally)] = []
    /// Whose deliveries were refused and are kept.
    var quarantined: [BrandCounters] = []
    var keys: [ContentKey] = []
    var redeliveries: [Redelivery] = []
    private(set) var jobs = 0

    mutating func add(
        _ delivery: consuming VerifiedDelivery, _ translation: consuming Translation, key: ContentKey,
        of brand: BrandReceiver, for connection: ConnectionID, now: Now
    ) {
        arrivals.append(
            translation.events, notUnderstood: translation.notUnderstood, record: records.count, brand: brand.name,
            received: now.wall)
        jobs = arrivals.count
        waiting.append(connection)
        tally(DeliveryTally(translation, from: delivery.source), for: brand.counters)
        if !key.isNone { keys.append(key) }
        let record = DeliveryRecord(delivery, translation, key: key)
        records.append(kind: EntryKind.delivery.rawValue, brand: brand.name, time: now.wall) {
            record.encode(into: &$0)
        }
    }

    private mutating func tally(_ delivery: DeliveryTally, for counters: BrandCounters) {
        if let last = tallies.indices.last, tallies[last].counters === counters {
            tallies[last].deliveries += delivery
        } else {
            tallies.append((counters, delivery))
        }
    }

    /// They are the dispatcher's from now on; what they hold is not given back by this thread.
    mutating func takeArrivals() -> [Arrival] {
        defer { arrivals = [] }
        return arrivals
    }

    /// What was staged has become durable.
    func count() {
        for tally in tallies { tally.counters.count(tally.deliveries) }
        for counters in quarantined { counters.quarantined.add(1) }
    }

    /// For the journal's thread alone: it writes numbers into them.
    mutating func takeRecords() -> RecordBatch {
        defer { records = RecordBatch() }
        return records
    }

    /// Forgets what was committed, but not the memory that it took.
    mutating func beginAgain() {
        records.removeAll()
        waiting.removeAll(keepingCapacity: true)
        tallies.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        if !quarantined.isEmpty { quarantined.removeAll(keepingCapacity: true) }
        if !redeliveries.isEmpty { redeliveries.removeAll(keepingCapacity: true) }
        jobs = 0
    }

    mutating func takeRedeliveries(where belongs: (ContentKey) -> Bool) -> [Redelivery] {
        let taken = redeliveries.filter { belongs($0.key) }
        redeliveries.removeAll { belongs($0.key) }
        return taken
    }
}

extension DeliveryRecord {
    /// What is journaled of a verified delivery; the body is what may be written to disk (P9).
    init(_ delivery: consuming VerifiedDelivery, _ translation: consuming Translation, key: ContentKey) {
        var flags = Flags(rawValue: 0)
        if translation.notUnderstood != nil { flags.insert(.notUnderstood) }
        if translation.kept != nil { flags.insert(.isMinimised) }
        if !key.isNone { flags.insert(.hasKey) }
        self.init(
            source: delivery.source, flags: flags, eventType: delivery.event,
            reason: translation.notUnderstood ?? "", signedAt: delivery.signedAt, key: key,
            events: translation.events, body: DeliveryRecord.fitting(translation.kept.map { $0[...] } ?? delivery.body))
    }

    /// Replacing and encoding can make a kept form several times as long as the body. The events are journaled either
    /// way, so a form that would not fit into a record is left out.
    private static func fitting(_ body: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        body.count <= bodyLimit ? body : Array("[masked] too long to keep".utf8)[...]
    }

    /// Leaves half of a record for the events and the reason. Not below the largest body that a listener can take.
    private static let bodyLimit = RecordLimits.contentOctets / 2
}

extension Request {
    fileprivate var isReading: Bool { method == .get || method == .head }

    /// Two signatures are ambiguous: nobody may choose the one that matches.
    fileprivate func signature() throws(Rejection) -> ArraySlice<UInt8>? {
        do throws(RepeatedField) { return try onlyValue(of: .centraSignature) } catch { throw .signatureMalformed }
    }
}
