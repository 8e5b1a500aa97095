/// A payload's parts, checked and in Centra's order: what the translation and the redaction both read.
///
/// The one thing to know: both shapes are one grammar here, an object of lists. Everything outside it, and every value
/// that does not look like what it should be, is passed over and noted, so that it neither gets a meaning nor gets kept.
///
///     {"events": [{"type": "order", "action": "update", "date": "2026-02-03 14:05:11.028033", "id": 10001}, …]}
///     {"products": ["101", "102"], "brands": ["5"]}
///
/// A member that an entry repeats counts as its last value, as for every reader of JSON; a list that comes twice is
/// read twice.
import Commerce

struct CentraPayload: Sendable {
    /// Entries and ids that are translated. Centra's default is 100 in one call.
    static let entryLimit = 1_000
    /// Lists that a payload may have; 26 are documented.
    static let listLimit = 64

    enum Part: Sendable {
        /// What follows belongs to this list.
        case list(CentraList)
        /// In a list's place stands something else.
        case noList(CentraList)
        case entry(CentraEntry)
        /// In an entry's place stands something else.
        case noEntry
        case id(CentraValue)
    }

    private(set) var parts: [Part] = []
    /// Whether every octet is vocabulary, a code or a date, so that the payload may be kept as it came.
    private(set) var holdsOnlyVocabulary = true
    private(set) var hasUnknownMembers = false
    private var reader = JSONReader()
    private var entryCount = 0
    private var listCount = 0

    /// Reads a form's value, still encoded: all tokens are places in it.
    init(_ form: Span<UInt8>) throws(JSONFault) {
        parts.reserveCapacity(4)
        try readObject(in: form)
    }
}

/// One member of `events`.
struct CentraEntry: Sendable {
    enum Member {
        case type, action, date, id

        init?(_ name: Span<UInt8>) {
            if name.isSpelled("type") {
                self = .type
            } else if name.isSpelled("action") {
                self = .action
            } else if name.isSpelled("date") {
                self = .date
            } else if name.isSpelled("id") {
                self = .id
            } else {
                return nil
            }
        }
    }

    var type = CentraValue.absent
    var action = CentraValue.absent
    var date = CentraValue.absent
    var id = CentraValue.absent
    var hasUnknownMembers = false
    /// Where it stands.
    var place = JSONToken(.composite, 0..<0)
    /// Whether all of it is vocabulary, a code or a date, and so may be kept as it came.
    var holdsOnlyVocabulary = false
}

enum CentraValue: Sendable {
    case absent
    /// Present, and not what it should be. Never looked at again.
    case unusable
    case usable(JSONToken)

    var isUsable: Bool {
        if case .usable = self { true } else { false }
    }
}

extension CentraPayload {
    private mutating func readObject(in form: Span<UInt8>) throws(JSONFault) {
        guard try reader.open(.openingBrace, in: form) else {
            _ = try reader.readValue(in: form)
            try reader.finish(in: form)
            throw JSONFault(.notAnObject, at: 0)
        }
        var isFirst = true
        while let name = try reader.nextMember(in: form, isFirst: &isFirst) {
            if let list = name.withText(in: form, CentraList.init) ?? nil {
                try read(list, in: form)
            } else {
                hasUnknownMembers = true
                holdsOnlyVocabulary = false
                _ = try reader.readValue(in: form)
            }
        }
        try reader.finish(in: form)
    }

    private mutating func read(_ list: CentraList, in form: Span<UInt8>) throws(JSONFault) {
        listCount += 1
        if listCount > Self.listLimit { throw JSONFault(.tooManyLists, at: reader.position) }
        guard try reader.open(.openingBracket, in: form) else {
            _ = try reader.readValue(in: form)
            return add(.noList(list))
        }
        add(.list(list))
        var isFirst = true
        while try reader.nextElement(in: form, isFirst: &isFirst) {
            entryCount += 1
            add(
                list == .events
                    ? try readEntry(in: form) : .id(try readValue(in: form, where: Shape.isNumbered, numbers: true)))
        }
    }

    private mutating func readEntry(in form: Span<UInt8>) throws(JSONFault) -> Part {
        let start = reader.position
        let wasVocabulary = holdsOnlyVocabulary
        holdsOnlyVocabulary = true
        defer { holdsOnlyVocabulary = holdsOnlyVocabulary && wasVocabulary }
        guard try reader.open(.openingBrace, in: form) else {
            _ = try reader.readValue(in: form)
            return .noEntry
        }
        var entry = CentraEntry()
        var isFirst = true
        while let name = try reader.nextMember(in: form, isFirst: &isFirst) {
            try readMember(name, into: &entry, in: form)
        }
        if entry.hasUnknownMembers { holdsOnlyVocabulary = false }
        entry.holdsOnlyVocabulary = holdsOnlyVocabulary
        entry.place = JSONToken(.composite, start..<reader.position)
        return .entry(entry)
    }

    @inline(__always)
    private mutating func readMember(
        _ name: JSONToken, into entry: inout CentraEntry, in form: Span<UInt8>
    ) throws(JSONFault) {
        switch name.withText(in: form, CentraEntry.Member.init) ?? nil {
        case .type: entry.type = try readValue(in: form, where: Shape.isPlainWord)
        case .action: entry.action = try readValue(in: form, where: Shape.isPlainWord)
        case .date: entry.date = try readValue(in: form, where: Shape.isDate)
        case .id: entry.id = try readValue(in: form, where: Shape.isNumbered, numbers: true)
        case nil:
            entry.hasUnknownMembers = true
            _ = try reader.readValue(in: form)
        }
    }

    /// Reads a string of this shape; ids can be whole numbers as well (the Checkout version sends strings).
    private mutating func readValue(
        in form: Span<UInt8>, where hasShape: (Span<UInt8>) -> Bool, numbers: Bool = false
    ) throws(JSONFault) -> CentraValue {
        let token = try reader.readValue(in: form)
        if token.kind == .string || (numbers && token.kind == .digits), token.withText(in: form, hasShape) ?? false {
            return .usable(token)
        }
        // Noted here and not with the entry: a later member of the same name may hide this one.
        holdsOnlyVocabulary = false
        return .unusable
    }

    /// One entry more than the limit is taken, which tells the translation that there were too many.
    private mutating func add(_ part: Part) {
        switch part {
        case .noList, .noEntry: holdsOnlyVocabulary = false
        case .list, .entry, .id: break
        }
        if entryCount <= Self.entryLimit + 1 { parts.append(part) }
    }
}
