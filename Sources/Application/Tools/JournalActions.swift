// What `journal-replay` changes: always by a journaled action, through the running server when there is one, or
// straight into the journal when nobody has it open; the next server then starts with it.
import HTTP
import JSON
package import Journal
package import Operations
import POSIX
import Queues
import Webhooks

extension JournalTool {
    /// The deliveries that a replay with this filter would queue again.
    package func replayable(_ filter: RecordFilter) throws(ToolFailure) -> [InspectedRecord] {
        var rows: [InspectedRecord] = []
        var filter = filter
        filter.kind = .delivery
        _ = try inspect(filter, limit: nil) { if !$0.events.isEmpty { rows.append($0) } }
        return rows
    }

    /// Queues deliveries again. Returns how it was done, in words.
    package func replay(_ sequences: [SequenceNumber]) throws(ToolFailure) -> String {
        var rest = sequences[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(ReplayRequest.limit))
            rest = rest.dropFirst(part.count)
            if try post("/v1/replay", ReplayRequest.body(part)) == nil {
                return try replayOffline(part + rest)
            }
        }
        return "\(counted(sequences.count, "delivery", "deliveries")) queued again by the running server"
    }

    /// Copies the journal's segments to a new directory and queues the deliveries again there.
    package func replay(_ sequences: [SequenceNumber], toCopy copy: String) throws(ToolFailure) -> String {
        do throws(Errno) {
            try Files.createDirectories(copy)
            guard try Files.names(in: copy).isEmpty else { throw Errno.exists }
            for name in try Files.names(in: directory) where name.hasSuffix(".segment") {
                try Files.copy(directory + "/" + name, to: copy + "/" + name)
            }
        } catch { throw ToolFailure("cannot copy the journal to \(copy): \(error)") }
        let tool = try JournalTool(directory: copy, configuration: configuration)
        return try tool.replayOffline(sequences)
    }

    private func replayOffline(_ sequences: [SequenceNumber]) throws(ToolFailure) -> String {
        let found = try deliveries(sequences)
        let actions = sequences.compactMap { sequence in
            found[sequence].map { found in
                OfflineAction(
                    brand: found.brand,
                    entry: .operatorAction(
                        OperatorAction(
                            .replay, target: JobID(sequence: sequence, index: 0), user: Process.user,
                            delivery: found.delivery.toReplay)))
            }
        }
        try append(actions)
        return
            "\(counted(actions.count, "delivery", "deliveries")) will be queued again when a server starts on \(directory)"
    }

    package func retryDeadLetter(_ id: JobID) throws(ToolFailure) -> String {
        if let reply = try post("/v1/dead-letters/\(id)/retry") {
            let job = (try? JSONValue(Array(reply.body.utf8)))?["job"]?.string ?? "a new job"
            return "\(id) queued again by the running server as \(job)"
        }
        let brands = try brandTable()
        return try actOffline(on: id, .retryDeadLetter) { found throws(ToolFailure) in
            try OperatorAction.delivery(toRetry: id, found.delivery, brands?.receiver(found.brand))
                .orRefuse { ToolFailure($0) }
        }
    }

    package func discardDeadLetter(_ id: JobID) throws(ToolFailure) -> String {
        if try post("/v1/dead-letters/\(id)/discard") != nil { return "\(id) discarded by the running server" }
        return try actOffline(on: id, .discardDeadLetter) { _ in nil }
    }

    private func actOffline(
        on id: JobID, _ action: OperatorAction.Action,
        _ delivery: (DeliveryLookup.Found) throws(ToolFailure) -> DeliveryRecord?
    ) throws(ToolFailure) -> String {
        let fold = try fold().fold
        guard fold.deadLetters[id] != nil else { throw ToolFailure("there is no dead letter \(id)") }
        guard let found = try deliveries([id.sequence])[id.sequence] else {
            throw ToolFailure("the delivery of \(id) is not in the journal any more")
        }
        let record = OperatorAction(action, target: id, user: Process.user, delivery: try delivery(found))
        try append([OfflineAction(brand: found.brand, entry: .operatorAction(record))])
        return "\(id): \(action.name) is journaled; a server that starts on \(directory) will know"
    }

    /// Admits a quarantined delivery whose signature is right under today's secrets.
    package func release(_ sequence: SequenceNumber) throws(ToolFailure) -> String {
        if try post("/v1/quarantine/\(sequence)/release") != nil { return "\(sequence) released by the running server" }
        guard let brands = try brandTable() else {
            throw ToolFailure("no server is running; say --config and --secrets, so that the signature can be checked")
        }
        let admitted: QuarantineRelease.Admitted
        do throws(ReleaseRefusal) {
            admitted = try QuarantineRelease(sequence, of: JournalReader(directory: directory)).admit(brands)
        } catch { throw ToolFailure("record \(sequence): \(error.text)") }
        let action = OperatorAction(
            .releaseQuarantined, target: JobID(sequence: sequence, index: 0), user: Process.user, delivery: nil)
        try append([
            OfflineAction(brand: admitted.brand, entry: .operatorAction(action)),
            OfflineAction(brand: admitted.brand, entry: .delivery(admitted.delivery)),
        ])
        return "\(sequence) is admitted; a server that starts on \(directory) will queue it"
    }

    private func brandTable() throws(ToolFailure) -> BrandTable? {
        guard let configuration else { return nil }
        do throws(CryptographyFailure) {
            return try BrandTable(configuration, counters: CounterBoard())
        } catch { throw ToolFailure("libcrypto refused to work") }
    }
}

// MARK: The two ways in

extension JournalTool {
    /// The server's answer; nil when none runs on this journal. Throws its words when it refuses.
    private func post(_ target: String, _ body: [UInt8] = []) throws(ToolFailure) -> OperatorClient.Reply? {
        let reply: OperatorClient.Reply?
        do throws(Errno) { reply = try OperatorClient(journal: directory).post(target, body: body) } catch {
            throw ToolFailure("the running server cannot be reached: \(error)")
        }
        guard let reply else { return nil }
        guard reply.status == 200 else {
            let words = reply.body.split(separator: "\n").first.map(String.init) ?? ""
            throw ToolFailure("the running server answered \(reply.status): \(words)")
        }
        return reply
    }

    private struct OfflineAction {
        let brand: String
        let entry: Entry
    }

    /// Octets of a segment that is begun without a configuration.
    private static let usualSegmentSize = 64 << 20

    /// Appends to a journal that no server has open.
    private func append(_ actions: [OfflineAction]) throws(ToolFailure) {
        guard !actions.isEmpty else { return }
        do throws(JournalFailure) {
            let clock = SystemClock()
            let settings = configuration?.journal
            let options = JournalOptions(
                segmentOctets: settings?.segmentSize ?? JournalTool.usualSegmentSize, sizeLimit: .max,
                now: { clock.wallMicroseconds() },
                identity: { () throws(Errno) -> JournalIdentity in throw .invalid })
            let opened = try JournalOpening.open(DirectoryDisk(existing: directory), options: options) { _ in }
            let store = opened.store
            var writer = opened.takeWriter()
            for action in actions {
                var batch = RecordBatch()
                batch.append(
                    kind: action.entry.kind.rawValue, brand: action.brand, time: clock.wallMicroseconds()
                ) { action.entry.encode(into: &$0) }
                try writer.append(&batch, preparingIn: store)
            }
            _ = try writer.commit()
        } catch { throw ToolFailure("\(error)") }
    }
}

// MARK: Lists

extension JournalTool {
    package struct QuarantinedRow: Sendable {
        package let sequence: SequenceNumber
        package let time: Timestamp
        package let brand: String
        package let reason: String
        package let octets: Int
        package let canBeReleased: Bool
    }

    /// The quarantined deliveries that were not released yet.
    package func quarantined() throws(ToolFailure) -> [QuarantinedRow] {
        let released = try fold().released
        var rows: [QuarantinedRow] = []
        _ = try read("reading") { record in
            guard case .quarantined(let kept) = Entry(kind: record.kind, payload: record.payload),
                !released.contains(record.sequence)
            else { return }
            rows.append(
                QuarantinedRow(
                    sequence: record.sequence, time: Timestamp(microseconds: record.time),
                    brand: String(decoding: record.brand, as: UTF8.self), reason: kept.reason,
                    octets: kept.body.count, canBeReleased: !kept.isMinimised))
        }
        return rows
    }

    package struct DeadLetterRow: Sendable {
        package let job: JobID
        package let time: Timestamp
        package let brand: String
        package let event: String
        package let reason: String
        package let attempts: Int
        /// What the journal kept of the delivery, for `show`.
        package let kept: String
        package let source: String
    }

    package func deadLetters() throws(ToolFailure) -> [DeadLetterRow] {
        let fold = try fold().fold
        let found = try deliveries(fold.deadLetters.keys.map(\.sequence))
        return fold.deadLetters.sorted { $0.key < $1.key }.map { id, note in
            let delivery = found[id.sequence]?.delivery
            let events = delivery?.events ?? []
            return DeadLetterRow(
                job: id, time: Timestamp(microseconds: note.time), brand: found[id.sequence]?.brand ?? "",
                event: Int(id.index) < events.count ? events[Int(id.index)].description : "", reason: note.reason,
                attempts: note.attempts, kept: String(decoding: delivery?.body ?? [], as: UTF8.self),
                source: delivery.map {
                    [$0.source.description, $0.eventType].filter { !$0.isEmpty }.joined(separator: " ")
                } ?? "")
        }
    }
}

extension JournalWriter {
    /// Appends without a thread that prepares segments.
    fileprivate mutating func append(_ batch: inout RecordBatch, preparingIn store: SegmentStore) throws(JournalFailure)
    {
        if case .from = try append(&batch) { return }
        guard store.prepareNext(), case .from = try append(&batch) else { throw .write(.noSpace) }
    }
}
