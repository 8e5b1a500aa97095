/// What is kept of a payload that holds more than vocabulary (promise P9): the same lists, entries and ids, written anew.
///
/// The one thing to know: nothing is copied unless it has proved to be a code, a plain word or a date; an entry of nothing
/// else is copied whole. An unusable value becomes `"[redacted]"`, and an object's unknown members, names included, become one `"redacted":true`.
import Commerce

extension CentraPayload {
    /// A form body whose translation has the same events as the one that this payload was read from, which is `form`.
    func redacted(of form: Span<UInt8>, hasOtherFields: Bool) -> [UInt8] {
        var writer = FormWriter(capacity: 128 * (parts.count + 1))
        writer.open("payload=%7B")
        var listIsOpen = false
        for part in parts {
            switch part {
            case .list(let list), .noList(let list):
                if listIsOpen { writer.close("%5D") }
                listIsOpen = part.isList
                writer.name(list.rawValue, before: listIsOpen ? "%22%3A%5B" : "%22%3A")
                if !listIsOpen { writer.redacted() }
            case .entry(let entry): writer.write(entry, of: form)
            case .noEntry: writer.redacted()
            case .id(let id): writer.write(id, of: form)
            }
        }
        if listIsOpen { writer.close("%5D") }
        if hasUnknownMembers { writer.redactedMembers() }
        writer.close("%7D")
        if hasOtherFields { writer.close("&redacted=true") }
        return writer.octets
    }
}

extension FormWriter {
    fileprivate mutating func write(_ entry: CentraEntry, of form: Span<UInt8>) {
        if entry.holdsOnlyVocabulary { return copy(form.extracting(entry.place.range)) }
        open("%7B")
        write(entry.type, after: "%22type%22%3A", of: form)
        write(entry.action, after: "%22action%22%3A", of: form)
        write(entry.date, after: "%22date%22%3A", of: form)
        write(entry.id, after: "%22id%22%3A", of: form)
        if entry.hasUnknownMembers { redactedMembers() }
        close("%7D")
    }

    private mutating func write(_ value: CentraValue, after name: StaticString, of form: Span<UInt8>) {
        if case .absent = value { return }
        open(name)
        write(value, of: form)
    }

    fileprivate mutating func write(_ value: CentraValue, of form: Span<UInt8>) {
        guard case .usable(let token) = value else { return redacted() }
        token.withText(in: form) { text in
            if token.kind == .digits { copy(text) } else { string(text) }
        }
    }
}

extension CentraPayload.Part {
    fileprivate var isList: Bool {
        if case .list = self { true } else { false }
    }
}

/// Writes JSON as it stands in a form, its punctuation encoded beforehand. No string needs a JSON escape: shapes leave no
/// room for a quote or a backslash.
private struct FormWriter {
    private(set) var octets: [UInt8] = []
    /// Whether a comma must come before what is next.
    private var needsComma = false

    init(capacity: Int) {
        octets.reserveCapacity(capacity)
    }

    /// What a value follows: a bracket, or a member's name and colon.
    mutating func open(_ text: StaticString) {
        if needsComma { octets.append("%2C") }
        octets.append(text)
        needsComma = false
    }

    mutating func close(_ text: StaticString) {
        octets.append(text)
        needsComma = true
    }

    /// Names of lists are words. `mark` is what stands between one and its value.
    mutating func name(_ name: String, before mark: StaticString) {
        open("%22")
        octets.append(contentsOf: name.utf8)
        octets.append(mark)
    }

    mutating func string(_ text: Span<UInt8>) {
        open("%22")
        FormEncoding.encode(text, onto: &octets)
        close("%22")
    }

    /// An entry or digits, as they came.
    mutating func copy(_ text: Span<UInt8>) {
        if needsComma { octets.append("%2C") }
        text.withUnsafeBufferPointer { octets.append(contentsOf: $0) }
        needsComma = true
    }

    mutating func redacted() {
        open("%22%5Bredacted%5D%22")
        needsComma = true
    }

    mutating func redactedMembers() {
        octets.append(needsComma ? "%2C%22redacted%22%3Atrue" : "%22redacted%22%3Atrue")
        needsComma = true
    }
}
