// How octets become a table (RFC 4180). One pass finds the places of all cells. Strict, because half a table is worse
// than none: a row that lost a cell would put a quantity under another column's name.
//
// Where RFC 4180 leaves a choice:
// - Lines end in CR LF or LF, also both in one text: XML parsers make one of the other (XML 1.0, section 2.11), and
//   neither can be mistaken for anything else.
// - A byte order mark at the start is passed over.
// - Blanks belong to their cell.
// - An empty line is no record: between records it is a mistake, behind the last one it is nothing.

extension CSVTable {
    /// Whether the last line may lack its end.
    package enum LastLine: Sendable {
        /// Without an end, a last cell that was cut short looks like a whole one: `12` of `120`.
        case mustEnd
        /// Right where something around the text shows that it is whole. A SOAP reply is such a place: its tags are closed
        /// behind the text, and its length stands in front of it.
        case mayEndWithText
    }

    /// - Throws: the first mistake; then nothing of the text is used.
    package init(
        reading octets: [UInt8], lastLine: LastLine, limits: CSVLimits = CSVLimits()
    ) throws(CSVMistake) {
        precondition(limits.octets <= 1 << 30, "places are kept in 31 bits")
        guard octets.count <= limits.octets else {
            throw CSVMistake(.tooManyOctets(limit: limits.octets), in: [], at: 0)
        }
        var reader = CSVReader(octets)
        try reader.checkUTF8()
        let columns = try reader.header(limit: limits.columns)
        try reader.records(width: columns.count, limit: limits.rows)
        if lastLine == .mustEnd, octets.last != UInt8(ascii: "\n") {
            throw CSVMistake(.lastLineNotEnded, in: octets, at: octets.count)
        }
        self.init(columns: columns, octets: octets, places: reader.places)
    }
}

struct CSVReader {
    private let octets: [UInt8]
    private var index: Int
    private(set) var places: [CSVPlace] = []

    init(_ octets: [UInt8]) {
        self.octets = octets
        index = octets.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    func checkUTF8() throws(CSVMistake) {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: octets.span)
        } catch {
            throw CSVMistake(.notUTF8, in: octets, at: error.byteOffsets.lowerBound)
        }
    }

    mutating func header(limit: Int) throws(CSVMistake) -> [String] {
        let start = index
        guard !isAtEnd else { throw mistake(.empty) }
        let width = try record(limit: limit)
        guard width <= limit else { throw CSVMistake(.tooManyColumns(limit: limit), in: octets, at: start) }
        let table = CSVTable(
            columns: Array(repeating: "", count: width), octets: octets, places: places)
        let columns = (0..<width).map { table[0, $0] }
        if let place = zip(columns, places).first(where: { $0.0.isEmpty })?.1 {
            throw CSVMistake(.unnamedColumn, in: octets, at: place.start)
        }
        guard Set(columns).count == width else {
            throw CSVMistake(.columnNamedTwice, in: octets, at: start)
        }
        places = []
        return columns
    }

    mutating func records(width: Int, limit: Int) throws(CSVMistake) {
        var count = 0
        while !isAtEnd {
            let start = index
            guard count < limit else { throw mistake(.tooManyRows(limit: limit)) }
            let cells = try record(limit: width)
            guard cells == width else {
                throw CSVMistake(.cellCount(cells, expected: width), in: octets, at: start)
            }
            count += 1
            if count == 64 { reserve(width) }
        }
    }

    /// Room for as many rows as the first ones make likely.
    private mutating func reserve(_ width: Int) {
        places.reserveCapacity(min(octets.count, octets.count / (index / 64 + 1) * 72 / 64 * width))
    }

    /// Whether nothing but ends of lines is left.
    private var isAtEnd: Bool {
        var rest = index
        while rest < octets.count {
            if octets[rest] == UInt8(ascii: "\r"), rest + 1 < octets.count { rest += 1 }
            guard octets[rest] == UInt8(ascii: "\n") else { return false }
            rest += 1
        }
        return true
    }

    /// Reads through the end of a line; how many cells there were, of which no more than `limit` are kept.
    private mutating func record(limit: Int) throws(CSVMistake) -> Int {
        if octets[index] == UInt8(ascii: "\n") || octets[index...].starts(with: [0x0D, 0x0A]) {
            throw mistake(.emptyLine)
        }
        var count = 0
        repeat {
            let place = try cell()
            count += 1
            if count <= limit { places.append(place) }
        } while try isFollowed()
        return count
    }

    /// Passes what ends a cell: whether another one follows in its line.
    private mutating func isFollowed() throws(CSVMistake) -> Bool {
        guard index < octets.count else { return false }
        switch octets[index] {
        case UInt8(ascii: ","):
            index += 1
            return true
        case UInt8(ascii: "\r"):
            guard index + 1 < octets.count, octets[index + 1] == UInt8(ascii: "\n") else {
                throw mistake(.bareCarriageReturn)
            }
            index += 2
            return false
        case UInt8(ascii: "\n"):
            index += 1
            return false
        default:
            throw mistake(octets[index] == 0 ? .nul : .textBehindQuote)
        }
    }

    private mutating func cell() throws(CSVMistake) -> CSVPlace {
        index < octets.count && octets[index] == UInt8(ascii: "\"") ? try quotedCell() : try plainCell()
    }

    /// Up to a comma or an end of line.
    private mutating func plainCell() throws(CSVMistake) -> CSVPlace {
        let start = index
        while index < octets.count {
            let octet = octets[index]
            // All that matters is below the comma or the comma itself, which few octets of a text are.
            if octet <= UInt8(ascii: ",") {
                if octet == UInt8(ascii: ",") || octet == UInt8(ascii: "\n") || octet == UInt8(ascii: "\r") {
                    break
                }
                if octet == UInt8(ascii: "\"") { throw mistake(.quoteInPlainCell) }
                if octet == 0 { throw mistake(.nul) }
            }
            index += 1
        }
        return CSVPlace(start, index, hasDoubledQuotes: false)
    }

    /// From its first quote through its last one.
    private mutating func quotedCell() throws(CSVMistake) -> CSVPlace {
        let quote = index
        var hasDoubledQuotes = false
        index += 1
        while index < octets.count {
            let octet = octets[index]
            if octet == UInt8(ascii: "\"") {
                guard index + 1 < octets.count, octets[index + 1] == octet else {
                    index += 1
                    return CSVPlace(quote + 1, index - 1, hasDoubledQuotes: hasDoubledQuotes)
                }
                hasDoubledQuotes = true
                index += 1
            } else if octet == 0 {
                throw mistake(.nul)
            }
            index += 1
        }
        throw CSVMistake(.quoteNotClosed, in: octets, at: quote)
    }

    private func mistake(_ reason: CSVMistake.Reason) -> CSVMistake {
        CSVMistake(reason, in: octets, at: index)
    }
}
