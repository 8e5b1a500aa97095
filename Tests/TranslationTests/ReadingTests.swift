/// The small readings under both translations: forms, shapes, masks.
import Commerce
import Testing

private let forms: [(String, [[String]])] = [
    ("", []), ("&", []), ("&&", []), ("a", [["a", ""]]), ("a=", [["a", ""]]), ("=b", [["", "b"]]), ("=", [["", ""]]),
    ("a=b", [["a", "b"]]), ("a=b&c=d", [["a", "b"], ["c", "d"]]), ("a=b&a=c", [["a", "b"], ["a", "c"]]),
    ("&a=b&&c&", [["a", "b"], ["c", ""]]), ("a=b=c", [["a", "b=c"]]), ("a%3Db=%26", [["a=b", "&"]]),
    ("a+b=c+d", [["a b", "c d"]]), ("%c3%85=%E2%98%95", [["Å", "☕"]]), ("a;b=c", [["a;b", "c"]]),
    ("a=%2B", [["a", "+"]]),
]

private let shapes: [(String, @Sendable (Span<UInt8>) -> Bool, [String], [String])] = [
    (
        "numbered", { Shape.isNumbered($0) },
        ["1", "39790-1", "DES10234", "a.b_c-1", String(repeating: "1", count: 64)],
        ["", "a", "Lindstrom", "1 2", "+4670", "1/2", "å1", "1@2", "1\n", String(repeating: "1", count: 65)]
    ),
    (
        "abbreviation", { Shape.isAbbreviation($0) }, ["NL", "STD", "DPD-24", "A_1."],
        ["", "24", "-A", "Express", "A B", "ABCDEFGHIJKLM", "Å"]
    ),
    (
        "plain word", { Shape.isPlainWord($0) }, ["order", "good_to_go", "priceList", "v2-x"],
        ["", "Order", "1a", "a b", "a.b", "å", "a@b", String(repeating: "a", count: 65)]
    ),
    (
        "quantity", { Shape.isQuantity($0) }, ["0", "11", "-3", "115.00", "1234567", "1.2345"],
        ["", "-", "+1", "1.", ".5", "1.23456", "12345678", "0701234567", "1 000", "--1", "1e3"]
    ),
    (
        "date", { Shape.isDate($0) },
        [
            "2026-02-03", "2026-02-03 14:05", "2026-02-03 14:05:11", "2026-02-03 14:05:11.028033",
            "2026-02-03T14:05:11Z",
            "2026-02-03T14:05:11.028+01:00", "2026-02-03T14:05:11-0500", "03/02/2026", "03/02/2026 14:05:11",
        ],
        [
            "", "2026", "2026-02-3", "2026-02-03 ", "2026-02-03 070 123 45 67", "2026-02-03 14", "2026-02-03 14:05:1",
            "2026-02-03 14:05:11.", "2026-02-03 14:05:11.0123456789", "2026-02-03T14:05:11+01", "+46 70 123 45 67",
            "2026-02-03Z", "03-02-2026", "soon",
        ]
    ),
    (
        "item code", { Shape.isItemCode($0) },
        ["SOCK DUO", "UM1001REDS", "a", "ÉCRU/38", "~D~X", "100%", String(repeating: "å", count: 32)],
        ["", "a@b", "a%40b", "a\nb", "\u{7F}", "\u{85}", "[redacted]", String(repeating: "å", count: 33)]
    ),
]

private let maskings: [(String, String)] = [
    ("", ""), ("type=order", "type=xxxxx"), ("types=type", "xxxxx=type"), ("Anna_1 type_2", "xxxxx9 xxxxx9"),
    ("Åsa@example.com", "xxxx#xxxxxxx.xxx"), ("+46 70-123 45 67", "+99 99-999 99 99"), ("a\r\n\u{0}b", "x   x"),
]

@Suite struct ReadingTests {
    @Test(arguments: forms)
    func cutsAForm(_ form: String, _ expected: [[String]]) throws {
        let fields = try FormFields(octets(form)).map { field in
            try [field.name, field.value].map { String(decoding: try FormEncoding.decode($0), as: UTF8.self) }
        }
        #expect(fields == expected)
    }

    @Test(arguments: [("%", 0), ("a%", 1), ("a%4", 1), ("%4g", 0), ("%41%g4", 3), ("%%41", 0), ("+%+41", 1)])
    func refusesABrokenEscape(_ encoded: String, _ offset: Int) {
        #expect(throws: BrokenEscape(offset: offset)) { try FormEncoding.decode(octets(encoded)) }
    }

    @Test(arguments: UInt64(0)..<50)
    func decodesWhatItEncodes(seed: UInt64) throws {
        var chance = Chance(seed)
        let plain = (0..<100).map { _ in UInt8.random(in: 0...255, using: &chance) }
        var encoded: [UInt8] = []
        FormEncoding.encode(plain[...], onto: &encoded)
        #expect(try FormEncoding.decode(encoded[...]) == plain)
        #expect(encoded.allSatisfy { 0x20 < $0 && $0 < 0x7F && $0 != UInt8(ascii: "&") && $0 != UInt8(ascii: "=") })
    }

    /// A slice of a larger buffer reads as the same octets on their own do.
    @Test func readsSlicesWhereTheyStand() throws {
        let buffer = Array("xxa=%41&b=1yy".utf8)
        let fields = Array(FormFields(buffer[2..<11]))
        #expect(fields.map { $0.name.span.isFormSpelled("b") } == [false, true])
        #expect(try FormEncoding.decode(fields[0].value) == Array("A".utf8))
        #expect(fields[1].value.indices == 10..<11)
    }

    @Test func knowsShapes() {
        for (name, hasShape, those, others) in shapes {
            let taken = (those + others).filter { hasShape(Array($0.utf8).span) }
            #expect(taken == those, "\(name)")
        }
    }

    @Test(arguments: maskings)
    func masks(_ plain: String, _ masked: String) {
        #expect(text(Masking.mask(octets(plain), keeping: ["type"])) == masked)
    }

    @Test func aSkeletonIsShortAndNeverAForm() {
        let long = Masking.skeleton(of: octets(String(repeating: "%41&", count: 10_000)), keeping: [])
        #expect(long.count == Masking.skeletonLimit)
        #expect(text(long)?.hasPrefix("[masked] x&x&x&") == true)
        #expect(Masking.isSkeleton(long[...]))
        #expect(Masking.skeleton(of: long[...], keeping: []) == long)
        #expect(Masking.skeleton(of: [], keeping: []) == [])
    }

    @Test func anEventNamesEachSubjectOnce() {
        let event = Event(
            .returnChanged, Subject(.return, "R"), and: [Subject(.sku, "A"), Subject(.sku, "A"), Subject(.return, "R")])
        #expect(Array(event.subjects) == [Subject(.return, "R"), Subject(.sku, "A")])
        #expect(event == Event(.returnChanged, Subject(.return, "R"), and: Subject(.sku, "A")))
    }
}
