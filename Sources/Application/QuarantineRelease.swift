// Admitting what was refused: a quarantined delivery whose signature is right under today's secrets becomes a delivery,
// unless an equal one was accepted in the meantime.
import Commerce
import Journal
import Queues
import Webhooks

/// Why a quarantined delivery is not admitted, in words for who asked.
enum ReleaseRefusal: Error, Equatable, Sendable {
    case notInQuarantine(String)
    case refused(String)
    case unreadable(String)

    var text: String {
        switch self {
        case .notInQuarantine(let text), .refused(let text), .unreadable(let text): text
        }
    }
}

struct QuarantineRelease {
    struct Admitted {
        let brand: String
        let delivery: DeliveryRecord
    }

    private let reader: JournalReader
    private let sequence: SequenceNumber

    init(_ sequence: SequenceNumber, of reader: JournalReader) {
        self.reader = reader
        self.sequence = sequence
    }

    /// The delivery to journal.
    func admit(_ brands: borrowing BrandTable) throws(ReleaseRefusal) -> Admitted {
        let found = try find()
        guard let brand = brands.receiver(found.brand) else {
            throw .refused("brand \(found.brand) is not configured")
        }
        guard !found.record.isMinimised else {
            throw .refused(
                "its content was minimised, so its signature cannot be checked: let the sender send it again")
        }
        let verified: VerifiedDelivery
        do throws(Rejection) {
            verified = try brand.verifyIgnoringTime(signature: found.record.signatureField, body: found.record.body)
        } catch { throw .refused("its signature is not right under the configured secrets (\(error.name))") }
        let translation = brand.translate(verified)
        let key = ContentKey(of: verified, translation, brand: brand.name, seed: try contentSeed())
        if let equal = try delivery(with: key) { throw .refused("it repeats delivery \(equal), which was accepted") }
        return Admitted(brand: found.brand, delivery: DeliveryRecord(verified, translation, key: key))
    }

    private struct Found {
        let brand: String
        let record: QuarantineRecord
    }

    private func find() throws(ReleaseRefusal) -> Found {
        var found: Found?
        var wasReleased = false
        try read { record in
            switch Entry(kind: record.kind, payload: record.payload) {
            case .quarantined(let kept) where record.sequence == sequence:
                found = Found(brand: String(decoding: record.brand, as: UTF8.self), record: kept)
            case .operatorAction(let action) where action.action == .releaseQuarantined:
                if action.target.sequence == sequence { wasReleased = true }
            default: break
            }
        }
        guard let found else { throw .notInQuarantine("record \(sequence) is not in the quarantine") }
        if wasReleased { throw .refused("record \(sequence) was released before") }
        return found
    }

    /// The number of an accepted delivery with the same content.
    private func delivery(with key: ContentKey) throws(ReleaseRefusal) -> SequenceNumber? {
        var equal: SequenceNumber?
        try read { record in
            guard record.kind == EntryKind.delivery.rawValue, let head = DeliveryRecord.Head(record.payload),
                head.flags.contains(.hasKey), head.key == key
            else { return }
            equal = record.sequence
        }
        return equal
    }

    private func contentSeed() throws(ReleaseRefusal) -> UInt64 {
        do throws(JournalFailure) {
            if let seed = try reader.contentSeed() { return seed }
        } catch { throw .unreadable("\(error)") }
        throw .unreadable("no segment's header verifies")
    }

    private func read(_ visit: (RecordView) -> Void) throws(ReleaseRefusal) {
        do throws(JournalFailure) { _ = try reader.read(visit: visit) } catch { throw .unreadable("\(error)") }
    }
}

extension ContentKey {
    /// A delivery that identifies itself is told by its body alone, because a retry may be signed anew; anything else
    /// by its body and its `t`.
    init(of delivery: VerifiedDelivery, _ translation: Translation, brand: String, seed: UInt64) {
        let signedAt = translation.identifiesItself ? 0 : delivery.signedAt
        self.init(brand: brand, body: delivery.body, signedAt: signedAt, seed: seed)
    }
}
