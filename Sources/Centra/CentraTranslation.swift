/// What a Centra webhook says, in our words (Centra, "Webhooks"; its events are thin: a type, an action, a date, an id).
///
/// The one thing to know: an event says "go and look". A type that we use becomes an event whatever its action is,
/// because actions are an open set; what we do not use is ignored in so many words; an entry that should have named a
/// subject and does not makes the delivery a dead letter, beside the events that it also holds.
package import Commerce

package struct CentraTranslation: Sendable {
    package init() {}

    /// Translates a form body, whose signature has been checked over exactly these octets.
    ///
    /// - Returns: Never fails: what cannot be read comes back as `notUnderstood`. `kept` is nil when every octet is
    ///   vocabulary, a code or a date, so that the body may be stored as it came (promise P9). Translating `kept`
    ///   gives the same events. No text of the result repeats content beyond plain words (`type voucher is not known`).
    package func translate(body: ArraySlice<UInt8>) -> Translation {
        do throws(Unreadable) {
            let form = try CentraForm(body)
            var reading = Reading(try form.payload())
            reading.takeAll()
            return reading.finish(hasOtherFields: form.hasOtherFields)
        } catch {
            let skeleton = Masking.skeleton(of: body, keeping: CentraForm.vocabulary)
            return .notUnderstood(error.reason, kept: skeleton)
        }
    }
}

/// A translation in the making.
private struct Reading: ~Copyable {
    /// Different things to ignore that one delivery may name.
    private static let ignoredLimit = 16

    private let payload: CentraPayload
    private var translation = Translation()
    private var list = CentraList.events
    /// The place in the list, from 1.
    private var place = 0
    private var entryCount = 0
    private var everyEntryIsDated = true
    private var complaints = 0

    init(_ payload: consuming CentraPayload) {
        self.payload = payload
    }

    mutating func takeAll() {
        let parts = payload.parts
        for part in parts { take(part) }
    }

    private mutating func take(_ part: CentraPayload.Part) {
        switch part {
        case .list(let list): start(list)
        case .noList(let list):
            start(list)
            if list == .events || list.namesProducts { complain("\(list.rawValue) is not a list") }
        case .entry(let entry): if hasRoomForOneMore() { take(entry) }
        case .noEntry: if hasRoomForOneMore() { complain("entry \(place) of events is not an object") }
        case .id(let id): if hasRoomForOneMore() { take(id) }
        }
    }

    consuming func finish(hasOtherFields: Bool) -> Translation {
        if payload.parts.isEmpty { ignore("payload has no known shape") }
        translation.identifiesItself = entryCount > 0 && everyEntryIsDated
        let more = complaints - 1
        if more > 0 { translation.notUnderstood?.append(", and \(more) more like it") }
        if hasOtherFields || !payload.holdsOnlyVocabulary {
            translation.kept = payload.redacted(hasOtherFields: hasOtherFields)
        }
        return translation
    }

    private mutating func start(_ list: CentraList) {
        self.list = list
        place = 0
        if list == .events { return }
        everyEntryIsDated = false
        if !list.namesProducts { ignore("list \(list.rawValue) is not used") }
    }

    private mutating func hasRoomForOneMore() -> Bool {
        place += 1
        entryCount += 1
        if entryCount <= CentraPayload.entryLimit { return true }
        everyEntryIsDated = false
        complain("there are more than \(CentraPayload.entryLimit) entries")
        return false
    }

    private mutating func take(_ entry: CentraEntry) {
        if !entry.date.isUsable { everyEntryIsDated = false }
        guard case .usable(let type) = entry.type else {
            return complain("entry \(place) of events has no usable type")
        }
        switch payload.type(type) {
        case .order: add(.orderChanged, .order, entry.id)
        case .shipment: add(.shipmentChanged, .shipment, entry.id)
        case .return: add(.returnChanged, .return, entry.id, prefix: "centra-")
        case .customer: ignore("type customer is not used")
        case .account: ignore("type account is not used")
        case nil: ignore("type \(String(decoding: payload.text(of: type), as: UTF8.self)) is not known")
        }
    }

    private mutating func take(_ id: CentraValue) {
        if list.namesProducts { add(.productChanged, .product, id) }
    }

    private mutating func add(_ name: Event.Name, _ kind: Subject.Kind, _ id: CentraValue, prefix: String = "") {
        guard case .usable(let id) = id else { return complain("entry \(place) of \(list.rawValue) has no usable id") }
        let code = String(decoding: payload.text(of: id), as: UTF8.self)
        translation.events.append(Event(name, subjects: Subjects(Subject(kind, prefix.isEmpty ? code : prefix + code))))
    }

    private mutating func complain(_ reason: String) {
        complaints += 1
        if translation.notUnderstood == nil { translation.notUnderstood = reason }
    }

    /// Each thing once, however often the delivery names it.
    private mutating func ignore(_ words: String) {
        guard !translation.ignored.contains(words) else { return }
        if translation.ignored.count < Self.ignoredLimit {
            translation.ignored.append(words)
        } else if translation.ignored.count == Self.ignoredLimit {
            translation.ignored.append("and more")
        }
    }
}
