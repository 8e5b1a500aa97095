// Callbacks: for each change and each subscription that wants it, one HTTP call, at most once. Nothing signs it and
// nothing numbers it (peoplevox.md, section 5).
import Outbound

struct PeoplevoxSubscription: Equatable, Sendable {
    enum Method: Equatable, Sendable {
        /// The URL is a template.
        case get
        /// The URL is fixed, the parameters are the body's template.
        case post(parameters: String)
    }

    var id: Int
    var kind: Change.Kind
    var method: Method
    var url: String
    var encodes: Bool
    /// Nil: every site.
    var site: String?

    func wants(_ change: Change) -> Bool { kind == change.kind && (site == nil || site == change.site) }
}

struct CallbackWriter {
    let dates: DateStyle
    let switches: PeoplevoxSwitches

    func delivery(of change: Change, to subscription: PeoplevoxSubscription) -> Delivery {
        let limits = OutboundRequest.Limits(timeout: 10_000, connectTimeout: 5_000, replyOctets: 64 << 10)
        let request: OutboundRequest
        switch subscription.method {
        case .get:
            request = OutboundRequest(.get, url(subscription, change), limits: limits)
        case .post(let parameters):
            let url = switches.replacesInPostURL ? url(subscription, change) : subscription.url
            request = OutboundRequest(
                .post, url, fields: [("Content-Type", "application/x-www-form-urlencoded")],
                body: Array(fill(parameters, change, encodes: subscription.encodes).utf8), limits: limits)
        }
        return Delivery(subject: "\(change.kind.rawValue) \(subscription.id)") { _, _ in request }
    }

    private func url(_ subscription: PeoplevoxSubscription, _ change: Change) -> String {
        CallbackEncoding.sendable(fill(subscription.url, change, encodes: subscription.encodes))
    }

    /// The template with its placeholders replaced.
    func fill(_ template: String, _ change: Change, encodes: Bool) -> String {
        var filled = ""
        var rest = template[...]
        while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
            filled += rest[..<start]
            let name = String(rest[rest.index(after: start)..<end])
            if let values = change.values[name] {
                let text = values.map(text).joined(separator: switches.collectionSeparator)
                filled += encodes ? CallbackEncoding.form(text) : text
            } else if switches.keepsUnknownPlaceholders {
                filled += rest[start...end]
            }
            rest = rest[rest.index(after: end)...]
        }
        return filled + rest
    }

    /// As in answers, but without the quotes around dates and with statuses by name.
    private func text(_ cell: Cell) -> String {
        var style = CellStyle()
        style.dates = dates
        style.quotesDates = false
        return style.text(cell)
    }
}

enum CallbackEncoding {
    /// Percent encoding as forms have it, a blank as a plus.
    static func form(_ text: String) -> String {
        encode(text) { octet in
            switch octet {
            case 0x20: "+"
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: nil
            default: percent(octet)
            }
        }
    }

    /// What a request line can hold: blanks, control characters and everything beyond ASCII encoded, the rest as it is.
    static func sendable(_ url: String) -> String {
        encode(url) { octet in
            (0x21...0x7E).contains(octet) && octet != 0x22 && octet != 0x3C && octet != 0x3E ? nil : percent(octet)
        }
    }

    private static func encode(_ text: String, _ replacement: (UInt8) -> String?) -> String {
        text.utf8.reduce(into: "") { $0 += replacement($1) ?? String(UnicodeScalar($1)) }
    }

    private static func percent(_ octet: UInt8) -> String {
        let digits = String(octet, radix: 16, uppercase: true)
        return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
    }
}
