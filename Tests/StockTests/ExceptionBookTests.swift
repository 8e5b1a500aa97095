// What is journaled of exceptions is read back as it was, and from whatever record on that is still needed.
import Testing
import Workflows

private let key = ExceptionKey(.valueUnknown, brand: "demo", .sku("UM\"1,\u{e5}"))
private let evidence = ExceptionEvidence(["shows": .number(-7), "since": .time(start), "says": .text("a \"b\"")])

private func whole() -> OpenException {
    var book = ExceptionBook()
    let raised = ExceptionEntry.raised(key.kind, key.subject, evidence, since: start, previous: 3)
    book.apply(raised, brand: key.brand, sequence: 9, time: start + 1)
    book.apply(.acknowledged(9, by: 1_000, until: start + hour), brand: key.brand, sequence: 10, time: start + 2)
    book.apply(.noted(9, by: 1_000, "asked them"), brand: key.brand, sequence: 11, time: start + 3)
    return book.open[9] ?? unreachable()
}

private func unreachable() -> OpenException { preconditionFailure("it is open") }

private let entries: [ExceptionEntry] = [
    .raised(.stockMismatch, .shelf(Shelf("A", 3)), evidence, since: start, previous: nil),
    .raised(.journalBacklog, .whole, ExceptionEvidence(), since: start, previous: 4),
    .cleared(9, seen: start),
    .acknowledged(9, by: 0, until: nil), .acknowledged(9, by: .max, until: start),
    .noted(9, by: 1_000, "Zeit für \"mehr\""),
    .restated(whole()),
]

@Test(arguments: entries) func anExceptionEntryIsReadBackAsItWasWritten(_ entry: ExceptionEntry) {
    #expect(ExceptionEntry(entry.encoded) == entry)
}

@Test(arguments: [
    "", "{}", #"{"v":2,"cleared":{"id":1,"seen":2}}"#, #"{"v":1,"cleared":{"id":-1,"seen":2}}"#,
    #"{"v":1,"raised":{"class":"rain","subject":"","evidence":[],"since":1}}"#, #"{"v":1,"sold":{}}"#,
])
func whatIsNoExceptionEntryIsNone(_ text: String) {
    #expect(ExceptionEntry(Array(text.utf8)) == nil)
}

@Test func evidenceIsBounded() {
    var evidence = ExceptionEvidence()
    for index in 0..<100 { evidence.add("\(index)", .text(String(repeating: "å", count: 1_000))) }
    #expect(evidence.items.count == ExceptionEvidence.itemLimit)
    #expect(evidence.items.allSatisfy { $0.figure == .text(String(repeating: "å", count: 100)) })
}

@Test(arguments: [
    ("asked the supplier", true), ("größer", true), ("", false), ("  ", false), ("a\nb", false), ("a\u{1B}[2J", false),
    ("a\u{202E}b", false), ("someone@example.com", false), (String(repeating: "a", count: 500), true),
    (String(repeating: "a", count: 501), false),
])
func aNoteIsOneLineForPeople(_ text: String, _ isNote: Bool) {
    #expect((ExceptionNote.mistake(in: text) == nil) == isNote)
}

// MARK: Any history

private struct Journaled {
    let brand: String
    let entry: ExceptionEntry
}

private func fold(_ records: some Sequence<(UInt64, Journaled)>) -> ExceptionBook {
    var book = ExceptionBook()
    for (sequence, one) in records {
        book.apply(one.entry, brand: one.brand, sequence: sequence, time: start + Int64(sequence))
    }
    return book
}

/// A history as a watch and people make it: restated from what was open a moment ago, while a person was at it.
private func history(_ seed: UInt64) -> [Journaled] {
    var numbers = SeededNumbers(seed)
    var records: [Journaled] = []
    while records.count < 120 {
        let book = fold(zip(1..., records))
        let key = ExceptionKey(
            numbers.pick(ExceptionClass.allCases), brand: numbers.pick(["a", "b"]), .sku("\(numbers.next(below: 3))"))
        let open = book.open.values.sorted { $0.id < $1.id }
        let one = open.isEmpty ? nil : numbers.pick(open)
        switch (numbers.next(below: 6), one) {
        case (0, let one?): records.append(.init(brand: one.key.brand, entry: .cleared(one.id, seen: start)))
        case (1, let one?): records.append(.init(brand: one.key.brand, entry: .acknowledged(one.id, by: 1, until: nil)))
        case (2, let one?): records.append(.init(brand: one.key.brand, entry: .noted(one.id, by: 1, "seen")))
        case (3, let one?):
            if numbers.next(below: 3) == 0 {
                records.append(.init(brand: one.key.brand, entry: .noted(one.id, by: 2, "in between")))
            }
            records.append(.init(brand: one.key.brand, entry: .restated(one)))
        default:
            guard book[key] == nil else { continue }
            let raised = ExceptionEntry.raised(
                key.kind, key.subject, ExceptionEvidence(), since: start, previous: book.previous(of: key))
            records.append(.init(brand: key.brand, entry: raised))
        }
    }
    return records
}

@Test(arguments: UInt64(1)...40) func whatIsOpenIsKnownFromTheFloorOn(_ seed: UInt64) {
    let records = Array(zip(UInt64(1)..., history(seed)))
    for end in stride(from: 1, through: records.count, by: 7) {
        let lived = fold(records[..<end])
        let floor = lived.floor ?? UInt64(end)
        let read = fold(records[..<end].filter { $0.0 >= floor })
        let (known, missing) = (Set(read.open.values), Set(lived.open.values))
        #expect(known.symmetricDifference(missing).isEmpty, "up to \(end), from \(floor)")
    }
}

@Test(arguments: UInt64(1)...40) func aHistoryThatIsReadBackIsTheOneThatWasLivedThrough(_ seed: UInt64) {
    let records = history(seed)
    let read = records.compactMap { one in
        ExceptionEntry(one.entry.encoded).map { Journaled(brand: one.brand, entry: $0) }
    }
    #expect(read.count == records.count)
    #expect(fold(zip(1..., read)) == fold(zip(1..., records)))
}
