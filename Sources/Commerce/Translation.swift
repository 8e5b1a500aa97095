/// What one delivery says, in our words: the result of a partner's translation.
package struct Translation: Equatable, Sendable {
    /// The events to queue, in the order in which the partner listed them, repeats included.
    package var events: [Event] = []
    /// What was understood and needs no work, in words for an operator ("type customer is not used").
    package var ignored: [String] = []
    /// Whether stock has changed and nobody says of what: only a comparison finds that.
    package var isVague = false
    /// Why the content could not be read; such a delivery becomes a dead letter, never a refusal.
    package var notUnderstood: String?
    /// What may be written to disk in place of the body (promise P9); nil when the body itself may be.
    package var kept: [UInt8]?
    /// Whether equal content means the same occurrence, as with Centra's dated events. Where it is false, an equal
    /// body can be news: the same SKU can fall to eleven twice.
    package var identifiesItself = false

    package init(events: [Event] = []) { self.events = events }

    package static func notUnderstood(_ reason: String, kept: [UInt8]?) -> Translation {
        var translation = Translation()
        translation.notUnderstood = reason
        translation.kept = kept
        return translation
    }
}
