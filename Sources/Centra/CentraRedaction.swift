/// What is kept of a payload that holds more than vocabulary (promise P9): the same lists, entries and ids, written anew.
///
/// The one thing to know: nothing is copied unless it has proved to be a code, a plain word or a date. An unusable value
/// becomes `"[redacted]"`, and an object's unknown members, names included, become one `"redacted":true`.
import Commerce

extension CentraPayload {
    /// A form body whose translation has the same events as the one that this payload came in.
    func redacted(hasOtherFields: Bool) -> [UInt8] {
        var form = FormWriter(capacity: 128 * (parts.count + 1))
        form.open("payload=%7B")
        var listIsOpen = false
        for part in parts {
            switch part {
            case .list(let list), .noList(let list):
                if listIsOpen { form.close("%5D") }
                form.name(list.rawValue)
                listIsOpen = part.isList
                if listIsOpen { form.open("%5B") } else { form.redacted() }
            case .entry(let entry): write(entry, to: &form)
            case .noEntry: form.redacted()
            case .id(let id): write(id, to: &form)
            }
        }
        if listIsOpen { form.close("%5D") }
        if hasUnknownMembers { form.redactedMembers() }
        form.close("%7D")
        if hasOtherFields { form.close("&redacted=true") }
        return form.octets
    }

    private func write(_ entry: CentraEntry, to form: inout FormWriter) {
        form.open("%7B")
        write(entry.type, after: "%22type%22%3A", "%22type%22%3A%22", to: &form)
        write(entry.action, after: "%22action%22%3A", "%22action%22%3A%22", to: &form)
        write(entry.date, after: "%22date%22%3A", "%22date%22%3A%22", to: &form)
        write(entry.id, after: "%22id%22%3A", "%22id%22%3A%22", to: &form)
        if entry.hasUnknownMembers { form.redactedMembers() }
        form.close("%7D")
    }

    /// `name` opens a member, `quotedName` one whose value is a string.
    private func write(
        _ value: CentraValue, after name: StaticString, _ quotedName: StaticString, to form: inout FormWriter
    ) {
        switch value {
        case .absent: break
        case .usable(let token) where token.kind != .digits: form.string(text(of: token), after: quotedName)
        case .usable, .unusable:
            form.open(name)
            write(value, to: &form)
        }
    }

    private func write(_ value: CentraValue, to form: inout FormWriter) {
        switch value {
        case .absent, .unusable: form.redacted()
        case .usable(let token) where token.kind == .digits: form.value(text(of: token))
        case .usable(let token): form.string(text(of: token), after: "%22")
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
///
/// What comes between two pieces is written with the second, in one go.
private struct FormWriter {
    private(set) var octets: [UInt8] = []
    private var ending = Ending.nothing

    /// What the last piece still needs when another follows.
    private enum Ending {
        case nothing, value, string
    }

    init(capacity: Int) {
        octets.reserveCapacity(capacity)
    }

    /// What a value follows: a bracket, or a member's name and colon.
    mutating func open(_ text: StaticString) {
        separate()
        octets.append(text)
    }

    mutating func close(_ text: StaticString) {
        if ending == .string { octets.append("%22") }
        octets.append(text)
        ending = .value
    }

    /// Names of lists are words.
    mutating func name(_ name: String) {
        open("%22")
        octets.append(contentsOf: name.utf8)
        octets.append("%22%3A")
    }

    mutating func string(_ text: ArraySlice<UInt8>, after opening: StaticString) {
        open(opening)
        FormEncoding.encode(text, onto: &octets)
        ending = .string
    }

    mutating func value(_ text: ArraySlice<UInt8>) {
        separate()
        octets.append(contentsOf: text)
        ending = .value
    }

    mutating func redacted() {
        open("%22%5Bredacted%5D%22")
        ending = .value
    }

    mutating func redactedMembers() {
        open("%22redacted%22%3Atrue")
        ending = .value
    }

    private mutating func separate() {
        switch ending {
        case .nothing: break
        case .value: octets.append("%2C")
        case .string: octets.append("%22%2C")
        }
        ending = .nothing
    }
}
