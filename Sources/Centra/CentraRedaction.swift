/// What is kept of a payload that holds more than vocabulary (promise P9): the same lists, entries and ids, written anew.
///
/// The one thing to know: nothing is copied unless it has proved to be a code, a plain word or a date. An unusable value
/// becomes `"[redacted]"`, and an object's unknown members, names included, become one `"redacted":true`.
import Commerce

extension CentraPayload {
    /// A form body whose translation has the same events as the one that this payload came in.
    func redacted(hasOtherFields: Bool) -> [UInt8] {
        var form: [UInt8] = []
        form.append("payload=")
        FormEncoding.encode(redactedJSON()[...], onto: &form)
        if hasOtherFields { form.append("&redacted=true") }
        return form
    }

    private func redactedJSON() -> [UInt8] {
        var json = JSONWriter()
        json.open("{")
        var listIsOpen = false
        for part in parts {
            switch part {
            case .list(let list), .noList(let list):
                if listIsOpen { json.close("]") }
                json.name(list.rawValue)
                listIsOpen = part.isList
                if listIsOpen { json.open("[") } else { json.redacted() }
            case .entry(let entry): write(entry, to: &json)
            case .noEntry: json.redacted()
            case .id(let id): write(id, to: &json)
            }
        }
        if listIsOpen { json.close("]") }
        if hasUnknownMembers { json.redactedMembers() }
        json.close("}")
        return json.octets
    }

    private func write(_ entry: CentraEntry, to json: inout JSONWriter) {
        json.open("{")
        write("type", entry.type, to: &json)
        write("action", entry.action, to: &json)
        write("date", entry.date, to: &json)
        write("id", entry.id, to: &json)
        if entry.hasUnknownMembers { json.redactedMembers() }
        json.close("}")
    }

    private func write(_ name: String, _ value: CentraValue, to json: inout JSONWriter) {
        if case .absent = value { return }
        json.name(name)
        write(value, to: &json)
    }

    private func write(_ value: CentraValue, to json: inout JSONWriter) {
        switch value {
        case .absent, .unusable: json.redacted()
        case .usable(let token) where token.kind == .digits: json.value(text(of: token))
        case .usable(let token): json.string(text(of: token))
        }
    }
}

extension CentraPayload.Part {
    fileprivate var isList: Bool {
        if case .list = self { true } else { false }
    }
}

/// Writes JSON whose every string is known to need no escapes: shapes leave no room for a quote or a backslash.
private struct JSONWriter {
    private(set) var octets: [UInt8] = []
    private var needsComma = false

    mutating func open(_ bracket: StaticString) {
        separate()
        octets.append(bracket)
        needsComma = false
    }

    mutating func close(_ bracket: StaticString) {
        octets.append(bracket)
        needsComma = true
    }

    mutating func name(_ name: String) {
        string(Array(name.utf8)[...])
        octets.append(":")
        needsComma = false
    }

    mutating func string(_ text: ArraySlice<UInt8>) {
        separate()
        octets.append("\"")
        octets.append(contentsOf: text)
        octets.append("\"")
    }

    mutating func value(_ text: ArraySlice<UInt8>) {
        separate()
        octets.append(contentsOf: text)
    }

    mutating func redacted() {
        separate()
        octets.append("\"")
        octets.append(Masking.redacted)
        octets.append("\"")
    }

    mutating func redactedMembers() {
        name("redacted")
        octets.append("true")
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { octets.append(",") }
        needsComma = true
    }
}
