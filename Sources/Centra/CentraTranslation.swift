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
            let form = try CentraForm(body.span)
            var reading = Reading(try form.readPayload(in: body.span))
            let text = body.span.extracting(form.payload)
            reading.takeAll(of: text)
            return reading.finish(text, hasOtherFields: form.hasOtherFields)
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

    /// `form` is what the payload was read from, here and below.
    mutating func takeAll(of form: Span<UInt8>) {
        for index in payload.parts.indices { take(payload.parts[index], of: form) }
    }

    private mutating func take(_ part: CentraPayload.Part, of form: Span<UInt8>) {
        switch part {
        case .list(let list): start(list)
        case .noList(let list):
            start(list)
            if list == .events || list.namesProducts { complain("\(list.rawValue) is not a list") }
        case .entry(let entry): if hasRoomForOneMore() { take(entry, of: form) }
        case .noEntry: if hasRoomForOneMore() { complain("entry \(place) of events is not an object") }
        case .id(let id): if hasRoomForOneMore() { take(id, of: form) }
        }
    }

    /// To be called once, at the end.
    mutating func finish(_ form: Span<UInt8>, hasOtherFields: Bool) -> Translation {
        if payload.parts.isEmpty { ignore("payload has no known shape") }
        translation.identifiesItself = entryCount > 0 && everyEntryIsDated
        let more = complaints - 1
        if more > 0 { translation.notUnderstood?.append(", and \(more) more like it") }
        if hasOtherFields || !payload.holdsOnlyVocabulary {
            translation.kept = payload.redacted(of: form, hasOtherFields: hasOtherFields)
        }
        var finished = Translation()
        swap(&finished, &translation)
        return finished
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

    private mutating func take(_ entry: CentraEntry, of form: Span<UInt8>) {
        if !entry.date.isUsable { everyEntryIsDated = false }
        guard case .usable(let type) = entry.type else {
            return complain("entry \(place) of events has no usable type")
        }
        switch type.withText(in: form, CentraType.init) ?? nil {
        case .order: add(.orderChanged, .order, entry.id, of: form)
        case .shipment: add(.shipmentChanged, .shipment, entry.id, of: form)
        case .return: add(.returnChanged, .return, entry.id, of: form, prefix: "centra-")
        case .customer: ignore("type customer is not used")
        case .account: ignore("type account is not used")
        case nil: ignore("type \(text(of: type, in: form)) is not known")
        }
    }

    private mutating func take(_ id: CentraValue, of form: Span<UInt8>) {
        if list.namesProducts { add(.productChanged, .product, id, of: form) }
    }

    private mutating func add(
        _ name: Event.Name, _ kind: Subject.Kind, _ id: CentraValue, of form: Span<UInt8>, prefix: String = ""
    ) {
        guard case .usable(let id) = id else { return complain("entry \(place) of \(list.rawValue) has no usable id") }
        let code = text(of: id, in: form)
        translation.events.append(Event(name, subjects: Subjects(Subject(kind, prefix.isEmpty ? code : prefix + code))))
    }

    /// What is usable has a text, because its shape was looked at.
    private func text(of token: JSONToken, in form: Span<UInt8>) -> String {
        token.withText(in: form) { $0.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } } ?? ""
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
