// Tables as Peoplevox sends and takes them (RFC 4180), each way to be wrong once.
import Testing

@testable import CSV

private func read(_ text: String, _ lastLine: CSVTable.LastLine = .mayEndWithText)
    throws(CSVMistake) -> CSVTable
{
    try CSVTable(reading: Array(text.utf8), lastLine: lastLine)
}

private func table(_ columns: [String], _ rows: [[String]]) -> CSVTable {
    var table = CSVTable(columns: columns)
    for row in rows { table.append(row) }
    return table
}

struct CSVReaderTests {
    static let tables: [(text: String, columns: [String], rows: [[String]])] = [
        ("a,b\r\n1,2\r\n", ["a", "b"], [["1", "2"]]),
        ("a,b\n1,2\n", ["a", "b"], [["1", "2"]]),
        ("a,b\r\n1,2\n3,4\r\n", ["a", "b"], [["1", "2"], ["3", "4"]]),
        ("a,b\n1,2", ["a", "b"], [["1", "2"]]),
        ("a,b", ["a", "b"], []), ("a,b\n", ["a", "b"], []), ("a", ["a"], []),
        ("a,b\n1,2\n\r\n\n", ["a", "b"], [["1", "2"]]),
        ("\u{FEFF}a,b\n1,2\n", ["a", "b"], [["1", "2"]]),
        ("\u{FEFF}\"a\",b\n\u{FEFF},2\n", ["a", "b"], [["\u{FEFF}", "2"]]),
        ("\"a\",\"b\"\n\"1\",\"2\"\n", ["a", "b"], [["1", "2"]]),
        ("a,b\n\"1,2\",\"3\r\n4\"\n", ["a", "b"], [["1,2", "3\r\n4"]]),
        ("a,b\n\"\"\"1\"\"\",\"2\"\"\"\n", ["a", "b"], [["\"1\"", "2\""]]),
        ("a,b\n\"\"\"\",\"\"\"\"\"\"\n", ["a", "b"], [["\"", "\"\""]]),
        ("a,b\n,\n\"\",\"\"\n", ["a", "b"], [["", ""], ["", ""]]),
        ("a\n\"\"\n \n", ["a"], [[""], [" "]]),
        ("a, b \n 1,2 \n", ["a", " b "], [[" 1", "2 "]]),
        ("a,b\n=1,\t'2'\n", ["a", "b"], [["=1", "\t'2'"]]),
        ("å,\"日\u{301}本\"\n😀,ß\n", ["å", "日\u{301}本"], [["😀", "ß"]]),
        ("a,A\n1,2\n", ["a", "A"], [["1", "2"]]),
    ]

    @Test(arguments: tables)
    func aTableIsRead(text: String, columns: [String], rows: [[String]]) throws {
        let found = try read(text)
        #expect(found.columns == columns)
        #expect(found.rows.map(\.cells) == rows)
        #expect(found == table(columns, rows))
    }

    static let mistakes: [(text: [UInt8], reason: CSVMistake.Reason, line: Int, column: Int)] = [
        (Array("".utf8), .empty, 1, 1), (Array("\u{FEFF}".utf8), .empty, 1, 4),
        (Array("\r\n\n".utf8), .empty, 1, 1),
        (Array("\na,b\n".utf8), .emptyLine, 1, 1), (Array("a\n\n1\n".utf8), .emptyLine, 2, 1),
        (Array("a,b\n\r\n1,2\n".utf8), .emptyLine, 2, 1),
        (Array("a,b\n1\n".utf8), .cellCount(1, expected: 2), 2, 1),
        (Array("a,b\n1,2\n1,2,3\n".utf8), .cellCount(3, expected: 2), 3, 1),
        (Array("a,b\n1,2,".utf8), .cellCount(3, expected: 2), 2, 1),
        (Array("a,b\n1,\"2\n".utf8), .quoteNotClosed, 2, 3),
        (Array("a,b\n1,\"2\"\"".utf8), .quoteNotClosed, 2, 3),
        (Array("a,b\n1,\"".utf8), .quoteNotClosed, 2, 3),
        (Array("a,b\n1,2\"\n".utf8), .quoteInPlainCell, 2, 4),
        (Array("a,b\n1, \"2\"\n".utf8), .quoteInPlainCell, 2, 4),
        (Array("a,b\n\"1\"2,3\n".utf8), .textBehindQuote, 2, 4),
        (Array("a,b\n\"1\" ,3\n".utf8), .textBehindQuote, 2, 4),
        (Array("a,b\r1,2\r".utf8), .bareCarriageReturn, 1, 4),
        (Array("a,b\n1,2\r".utf8), .bareCarriageReturn, 2, 4),
        (Array("a,b\n\r1,2\n".utf8), .bareCarriageReturn, 2, 1),
        (Array("a,b\n1,2\n\r".utf8), .bareCarriageReturn, 3, 1),
        (Array("a,b\n1\0,2\n".utf8), .nul, 2, 2), (Array("a,b\n\"1\0\",2\n".utf8), .nul, 2, 3),
        (Array("a,b\n\"1\"\0,2\n".utf8), .nul, 2, 4),
        (Array("a,b\n1,".utf8) + [0xE5, 0x0A], .notUTF8, 2, 3),
        (Array("a".utf8) + [0xED, 0xA0, 0x80], .notUTF8, 1, 2),
        (Array("a,\n1,2\n".utf8), .unnamedColumn, 1, 3),
        (Array("a,\"\"\n1,2\n".utf8), .unnamedColumn, 1, 4),
        (Array("a,b,a\n1,2,3\n".utf8), .columnNamedTwice, 1, 1),
        (Array("a,\"a\"\n1,2\n".utf8), .columnNamedTwice, 1, 1),
        (Array("\"a\n\",b\n1\n".utf8), .cellCount(1, expected: 2), 3, 1),
    ]

    @Test(arguments: mistakes)
    func aMistakeIsNamedWithItsPlace(text: [UInt8], reason: CSVMistake.Reason, line: Int, column: Int) {
        #expect {
            try CSVTable(reading: text, lastLine: .mayEndWithText)
        } throws: { error in
            let mistake = error as? CSVMistake
            return mistake?.reason == reason && mistake?.line == line && mistake?.column == column
        }
    }

    @Test
    func aLastLineWithoutAnEndIsRefusedWhereItCouldHideACut() throws {
        for text in ["a,b\n1,12", "a,b"] {
            #expect { try read(text, .mustEnd) } throws: {
                ($0 as? CSVMistake)?.reason == .lastLineNotEnded
            }
        }
        #expect(try read("a,b\n1,120\n", .mustEnd) == read("a,b\n1,120"))
    }

    @Test
    func everyLimitIsRefused() throws {
        var limits = CSVLimits()
        (limits.octets, limits.columns, limits.rows) = (16, 2, 2)
        let rows: [(String, CSVMistake.Reason?)] = [
            ("a,b\n1,2\n3,4\n", nil), ("a,b\n1,2\n345,678\n", nil),
            ("a,b\n1,2\n345,6789\n", .tooManyOctets(limit: 16)),
            ("a,b,c\n", .tooManyColumns(limit: 2)), ("a\n1\n2\n3\n", .tooManyRows(limit: 2)),
        ]
        for (text, reason) in rows {
            let outcome = Result { () throws(CSVMistake) in
                try CSVTable(reading: Array(text.utf8), lastLine: .mustEnd, limits: limits)
            }
            #expect(throws: Never.self) { if reason == nil { _ = try outcome.get() } }
            if case .failure(let mistake) = outcome { #expect(mistake.reason == reason, "\(text)") }
        }
    }

    @Test
    func aMistakeDoesNotQuoteACell() {
        for text in [
            "a,b\nSecret\"\n", "Secret,Secret\n", "a,b\nSecret\n", "a,b\n\"Secret\"Secret,1\n",
        ] {
            #expect { try read(text) } throws: { !"\($0)".contains("Secret") }
        }
    }

    /// Quoted line ends, so that a line is not a record.
    @Test
    func aTableThatIsCutAnywhereIsRefusedOrEndsBetweenCells() throws {
        let whole = Array("a,\"b\"\r\n\"1\"\"\",\"2\r\n3\"\r\n4,5\r\n".utf8)
        for length in 0..<whole.count {
            guard let table = try? CSVTable(reading: Array(whole[..<length]), lastLine: .mustEnd) else {
                continue
            }
            #expect(whole[..<length].last == 0x0A && table.count < 2, "\(length) octets")
        }
    }
}

struct CSVWriterTests {
    static let tables: [(columns: [String], rows: [[String]], text: String)] = [
        (["a", "b"], [], "a,b\n"), (["a", "b"], [["1", "2"]], "a,b\n1,2\n"),
        (["a", "b"], [["1,2", "3\"4"]], "a,b\n\"1,2\",\"3\"\"4\"\n"),
        (["a", "b"], [["1\n2", "3\r4"]], "a,b\n\"1\n2\",\"3\r4\"\n"),
        (["a"], [[""], [" "]], "a\n\"\"\n \n"), (["a", "b"], [["", ""]], "a,b\n,\n"),
        (["\u{FEFF}a"], [["\u{FEFF}b"]], "\"\u{FEFF}a\"\n\"\u{FEFF}b\"\n"),
    ]

    @Test(arguments: tables)
    func aTableIsWrittenAndReadBack(columns: [String], rows: [[String]], text: String) throws {
        let written = table(columns, rows)
        #expect(written.encoded() == Array(text.utf8))
        for end in [CSVTable.LineEnd.lineFeed, .carriageReturnLineFeed] {
            #expect(try CSVTable(reading: written.encoded(end), lastLine: .mustEnd) == written)
        }
    }

    @Test
    func whatWasReadIsWrittenPlainly() throws {
        #expect(
            try read("\u{FEFF}\"a\",\"b\"\r\n\"1\",\"2\"\"\"").encoded()
                == Array("a,b\n1,\"2\"\"\"\n".utf8))
    }
}

struct CSVTableTests {
    @Test
    func cellsAreFoundByTheirColumnsName() throws {
        let table = try read("Site reference,Item code,On hand\nPrimarySite,\"S\"\"1\",14\n")
        let row = try #require(table.rows.first)
        #expect(
            row["Item code"] == "S\"1" && row["On hand"] == "14" && row["Available"] == nil
                && row["item code"] == nil)
        #expect(Array(table.octets(0, 1)) == Array("S\"1".utf8))
    }
}
