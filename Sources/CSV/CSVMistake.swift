// Why a text is no table. It names the place and never quotes what stands there: a cell can hold a shopper's address (P9).

package struct CSVMistake: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        /// Not even a header.
        case empty
        case notUTF8
        case nul
        case quoteNotClosed
        case quoteInPlainCell
        case textBehindQuote
        /// A carriage return outside quotes that no line feed follows.
        case bareCarriageReturn
        case emptyLine
        case lastLineNotEnded
        case cellCount(Int, expected: Int)
        case unnamedColumn
        case columnNamedTwice
        case tooManyOctets(limit: Int)
        case tooManyColumns(limit: Int)
        case tooManyRows(limit: Int)
    }

    package let reason: Reason
    /// Both from 1; the column counts octets.
    package let line: Int
    package let column: Int

    /// Lines end in LF, also within a quoted cell, as editors count them.
    init(_ reason: Reason, in octets: [UInt8], at offset: Int) {
        let before = octets.prefix(offset)
        self.reason = reason
        line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        column = 1 + before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
    }

    package var description: String { "the table \(words) (line \(line), column \(column))" }

    private var words: String {
        switch reason {
        case .empty: "is empty: it has no header"
        case .notUTF8: "is not UTF-8"
        case .nul: "has a NUL"
        case .quoteNotClosed: "ends within a quoted cell"
        case .quoteInPlainCell: "has a quote in a cell that does not begin with one"
        case .textBehindQuote: "has text behind a closing quote"
        case .bareCarriageReturn: "has a carriage return without a line feed"
        case .emptyLine: "has an empty line"
        case .lastLineNotEnded: "has a last line without an end, so it may be cut off"
        case .cellCount(let count, let expected):
            "has a row of \(count) cells under a header of \(expected)"
        case .unnamedColumn: "has a column without a name"
        case .columnNamedTwice: "has two columns of one name"
        case .tooManyOctets(let limit): "is larger than \(limit) octets"
        case .tooManyColumns(let limit): "has more than \(limit) columns"
        case .tooManyRows(let limit): "has more than \(limit) rows"
        }
    }
}
