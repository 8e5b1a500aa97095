// Exception entries as the journal holds them: one JSON object whose only field names the entry. The brand is the record's.
import JSON

extension ExceptionEntry {
    /// Of the form below. A reader that meets another one passes the record over and says so.
    private static let version = 1
    private static let octetLimit = 1 << 20

    package var encoded: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("v", ExceptionEntry.version)
            write(&json)
        }
        return json.octets
    }

    /// Nil when the octets are not of this version: a journal of a later Lockstep.
    package init?(_ octets: some Collection<UInt8>) {
        guard let json = try? JSONValue(octets, octetLimit: ExceptionEntry.octetLimit),
            json["v"]?.integer == ExceptionEntry.version,
            let entry = ExceptionEntry(json)
        else { return nil }
        self = entry
    }

    private func write(_ json: inout JSONWriter) {
        switch self {
        case .raised(let kind, let subject, let evidence, let since, let previous):
            json.object("raised") { json in
                json.field("class", kind.rawValue)
                json.field("subject", subject.text)
                json.array("evidence") { $0.items(evidence) }
                json.field("since", since)
                if let previous { json.field("previous", previous) }
            }
        case .cleared(let id, let seen):
            json.object("cleared") { json in
                json.field("id", id)
                json.field("seen", seen)
            }
        case .acknowledged(let id, let user, let until):
            json.object("acknowledged") { json in
                json.field("id", id)
                json.field("user", Int(user))
                if let until { json.field("until", until) }
            }
        case .noted(let id, let user, let text):
            json.object("noted") { json in
                json.field("id", id)
                json.field("user", Int(user))
                json.field("text", text)
            }
        case .restated(let exception): json.object("restated") { $0.fields(of: exception) }
        }
    }
}

// MARK: Writing

extension JSONWriter {
    fileprivate mutating func items(_ evidence: ExceptionEvidence) {
        for item in evidence.items {
            array { json in
                json.value(item.name)
                switch item.figure {
                case .number(let number): json.value(number)
                case .text(let text): json.value(text)
                case .time(let time): json.object { $0.field("at", time) }
                }
            }
        }
    }

    fileprivate mutating func fields(of exception: OpenException) {
        field("id", exception.id)
        field("class", exception.key.kind.rawValue)
        field("brand", exception.key.brand)
        field("subject", exception.key.subject.text)
        array("evidence") { $0.items(exception.evidence) }
        field("since", exception.since)
        field("raised", exception.raised)
        if let previous = exception.previous { field("previous", previous) }
        field("revision", exception.revision)
        if let acknowledgement = exception.acknowledgement {
            object("acknowledged") { json in
                json.field("user", Int(acknowledgement.user))
                json.field("time", acknowledgement.time)
                if let until = acknowledgement.until { json.field("until", until) }
            }
        }
        array("notes") { json in
            for note in exception.notes {
                json.object { json in
                    json.field("user", Int(note.user))
                    json.field("time", note.time)
                    json.field("text", note.text)
                }
            }
        }
    }
}

// MARK: Reading

extension ExceptionEntry {
    private init?(_ json: JSONValue) {
        guard case .object(let fields) = json, let (name, value) = fields.first(where: { $0.key != "v" }) else {
            return nil
        }
        switch name {
        case "raised":
            guard let kind = value.kind, let subject = value["subject"]?.string, let evidence = value.evidence,
                let since = value.number("since")
            else { return nil }
            self = .raised(
                kind, .read(subject), evidence, since: since, previous: value["previous"]?.exceptionID)
        case "cleared":
            guard let id = value["id"]?.exceptionID, let seen = value.number("seen") else { return nil }
            self = .cleared(id, seen: seen)
        case "acknowledged":
            guard let id = value["id"]?.exceptionID, let user = value.user else { return nil }
            self = .acknowledged(id, by: user, until: value.number("until"))
        case "noted":
            guard let id = value["id"]?.exceptionID, let user = value.user, let text = value["text"]?.string else {
                return nil
            }
            self = .noted(id, by: user, text)
        case "restated":
            guard let exception = OpenException(value) else { return nil }
            self = .restated(exception)
        default: return nil
        }
    }
}

extension OpenException {
    fileprivate init?(_ json: JSONValue) {
        guard let id = json["id"]?.exceptionID, let kind = json.kind, let brand = json["brand"]?.string,
            let subject = json["subject"]?.string, let evidence = json.evidence, let since = json.number("since"),
            let raised = json.number("raised"), let revision = json["revision"]?.integer,
            let notes = json["notes"]?.array
        else { return nil }
        self.init(
            id: id, key: ExceptionKey(kind, brand: brand, .read(subject)), evidence: evidence, since: since,
            raised: raised, previous: json["previous"]?.exceptionID)
        self.revision = max(0, revision)
        if let value = json["acknowledged"] {
            guard let user = value.user, let time = value.number("time") else { return nil }
            acknowledgement = .init(user: user, time: time, until: value.number("until"))
        }
        for value in notes {
            guard let user = value.user, let time = value.number("time"), let text = value["text"]?.string else {
                return nil
            }
            self.notes.append(.init(user: user, time: time, text: text))
        }
    }
}

extension JSONValue {
    fileprivate var kind: ExceptionClass? { self["class"]?.string.flatMap(ExceptionClass.init(rawValue:)) }
    fileprivate var user: UInt32? { self["user"]?.integer.flatMap { UInt32(exactly: $0) } }
    fileprivate var exceptionID: ExceptionID? { integer.flatMap { ExceptionID(exactly: $0) } }
    fileprivate func number(_ name: String) -> Int64? { self[name]?.integer.map(Int64.init) }

    fileprivate var evidence: ExceptionEvidence? {
        guard let rows = self["evidence"]?.array else { return nil }
        var evidence = ExceptionEvidence()
        for row in rows {
            guard let pair = row.array, pair.count == 2, let name = pair[0].string, let figure = pair[1].figure else {
                return nil
            }
            evidence.add(name, figure)
        }
        return evidence
    }

    private var figure: ExceptionEvidence.Figure? {
        switch self {
        case .integer(let number): .number(number)
        case .string(let text): .text(text)
        case .object: number("at").map { .time($0) }
        case .null, .bool, .decimal, .array: nil
        }
    }
}
