// Admitting what was refused: a quarantined delivery whose signature is right under today's secrets becomes a delivery.
import Commerce
import Journal
import Queues
import Webhooks

struct QuarantineLookup {
    struct Found {
        let brand: String
        let record: QuarantineRecord
        let time: Int64
    }

    private let reader: JournalReader

    init(_ reader: JournalReader) {
        self.reader = reader
    }

    /// Nil when no quarantined delivery has that number; a mistake when it was released before.
    func find(_ sequence: SequenceNumber) -> Result<Found?, Mistake> {
        var found: Found?
        var wasReleased = false
        do throws(JournalFailure) {
            _ = try reader.read { record in
                switch Entry(kind: record.kind, payload: record.payload) {
                case .quarantined(let kept) where record.sequence == sequence:
                    found = Found(brand: String(decoding: record.brand, as: UTF8.self), record: kept, time: record.time)
                case .operatorAction(let action) where action.action == .releaseQuarantined:
                    if action.target.sequence == sequence { wasReleased = true }
                default: break
                }
            }
        } catch { return .failure(Mistake("\(error)")) }
        return wasReleased ? .failure(Mistake("record \(sequence) was released before")) : .success(found)
    }
}

enum QuarantineRelease {
    /// The delivery to journal; a mistake when its signature is not right under the configured secrets either.
    static func delivery(_ record: QuarantineRecord, _ brand: BrandReceiver) -> Result<DeliveryRecord, Mistake> {
        guard !record.isMinimised else {
            return .failure(
                Mistake("its content was minimised, so its signature cannot be checked: let the sender send it again"))
        }
        do throws(Rejection) {
            let verified = try brand.verifyIgnoringTime(signature: record.signatureField, body: record.body)
            return .success(DeliveryRecord(verified, brand.translate(verified), key: .none))
        } catch {
            return .failure(Mistake("its signature is not right under the configured secrets (\(error.name))"))
        }
    }
}
