// What Peoplevox says in free text. It can quote a row, and so a shopper (promise P9): shown is only what stays of it when
// every word that is not a known one, and every digit, is overwritten.
import Commerce

/// Prints as its masked form: `system : security - session expired`, `row 9: barcode 9999 is already in use`.
package struct PartnerText: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let text: String

    init(_ text: String) { self.text = text }

    /// The text itself: to be read as data, never to be shown.
    func reveal() -> String { text }

    var isBlank: Bool { text.allSatisfy(\.isWhitespace) }

    /// In any case.
    func mentions(_ word: String) -> Bool { text.lowercased().contains(word) }

    /// The service ran out of time or out of luck inside, so the same can succeed later.
    var isTrouble: Bool { mentions("timeout") || mentions("timed out") || mentions("deadlock") }

    /// Fit for logs and operators. Shortened to what one line holds.
    package var masked: String {
        let start = Array(text.lowercased().utf8.prefix(PartnerText.maskedLimit))
        return String(decoding: Masking.mask(start[...], keeping: PartnerText.vocabulary), as: UTF8.self)
    }

    package var description: String { masked }
    package var debugDescription: String { masked }
    package var customMirror: Mirror { Mirror(self, children: []) }

    private static let maskedLimit = 300

    /// The words of the service itself, without those that people are called too.
    private static let vocabulary: [StaticString] = [
        "a", "action", "address", "allocated", "allowed", "already", "an", "and", "are", "authorisation", "available",
        "barcode", "be", "been", "by", "cancelled", "cannot", "carrier", "code", "column", "columns", "configured",
        "contact", "country", "customer", "data", "date", "deadlock", "default", "deleted", "denied", "despatch",
        "despatched", "document", "does", "duplicate", "email", "empty", "error", "exceeded", "exceeds", "exist",
        "exists", "expired", "failed", "find", "for", "format", "found", "has", "id", "import",
        "imported", "in", "incorrect", "input", "instance", "integration", "invalid", "is", "item", "items",
        "length", "line", "lines", "locked", "maximum", "missing", "must", "name", "no", "not", "null", "number",
        "of", "on", "only", "or", "order", "orders", "password", "permission", "process", "quantity",
        "reference", "report", "request", "required", "row", "rows", "sales", "saved", "search", "security", "server",
        "service", "session", "site", "sites", "status", "string", "subscription", "system", "template",
        "the", "there", "time", "timed", "timeout", "to", "token", "type", "types", "unable", "unique", "unknown",
        "use", "used", "user", "username", "valid", "validation", "value", "values", "was", "with", "wrong", "xml",
        "itemcode", "onhold", "quantityordered", "salesordernumber", "stopship", "subscriptioneventtypes",
    ]
}
