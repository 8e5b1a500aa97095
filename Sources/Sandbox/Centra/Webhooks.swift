// The "Centra Webhook" plugin, in the shape of the Integration API (§1.1-1.3): thin events, up to a hundred in a call, a
// form field with JSON in it, signed over its octets.
import JSON
import Outbound

struct WebhookNote: Sendable {
    let type: String
    let action: String
    let id: Int
    let at: Moment
}

extension Shop {
    /// What is to be sent of what happened, taken out.
    func takeDeliveries() -> [Delivery] {
        defer { webhookNotes = [] }
        guard !switches.webhookURL.isEmpty else { return [] }
        let size = max(1, switches.webhookEventsPerCall)
        return stride(from: 0, to: webhookNotes.count, by: size).map { start in
            delivery(Array(webhookNotes[start..<min(start + size, webhookNotes.count)]))
        }
    }

    private func delivery(_ notes: [WebhookNote]) -> Delivery {
        let url = switches.webhookURL
        let body = body(notes)
        let secret = switches.webhookSecret
        let timeout = switches.webhookTimeoutMilliseconds
        let firstSigned = switches.webhookSignsEachAttemptAnew ? nil : Int(now / 1_000_000)
        return Delivery(
            subject: notes.map { "\($0.type) \($0.action) \($0.id)" }.joined(separator: ", "),
            retryDelays: switches.webhookRetryDelays
        ) { seconds, _ in
            let signedAt = firstSigned ?? seconds
            var fields = [(name: "Content-Type", value: "application/x-www-form-urlencoded")]
            if !secret.isEmpty {
                let digest = Signing.hmacSHA256(Array("\(signedAt).".utf8) + body, key: Array(secret.utf8))
                fields.append(("X-Centra-Signature", "t=\(signedAt),v1=\(Signing.hexadecimal(digest))"))
            }
            return OutboundRequest(
                .post, url, fields: fields, body: body,
                limits: OutboundRequest.Limits(timeout: timeout, connectTimeout: timeout, replyOctets: 64 << 10))
        }
    }

    private func body(_ notes: [WebhookNote]) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.array("events") { json in
                for note in notes {
                    json.object { json in
                        json.field("type", note.type)
                        json.field("action", note.action)
                        json.field(
                            "date", Times.webhookText(note.at, offsetMinutes: switches.utcOffsetMinutes))
                        if switches.webhookIDsAreStrings {
                            json.field("id", String(note.id))
                        } else {
                            json.field("id", note.id)
                        }
                    }
                }
            }
        }
        return Array("payload=".utf8) + json.octets.flatMap(formEncoded)
    }

    private func formEncoded(_ octet: UInt8) -> [UInt8] {
        switch octet {
        case UInt8(ascii: " ") where switches.webhookPlusForSpace: return [UInt8(ascii: "+")]
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            return [octet]
        default:
            let digits = Array("0123456789ABCDEF".utf8)
            return [UInt8(ascii: "%"), digits[Int(octet >> 4)], digits[Int(octet & 15)]]
        }
    }
}
