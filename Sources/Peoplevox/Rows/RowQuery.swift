// A question whose answer is rows over several pages, and how it is asked until all rows were seen or it must be said
// that they were not.
import CSV
package import Outbound

package struct RowQuery<Layout: RowLayout>: Sendable {
    /// The template's or report's name, as the tenant spells it.
    package var name: String
    package var clause: SearchClause<Layout.Column>?
    package var names: ColumnNames<Layout>
    package var format: TenantFormat
    package var paging: Paging
    /// All that the tenant's report has, when that is known: then no more is asked for than what is read.
    package var available: [String]?

    package init(
        _ name: String, clause: SearchClause<Layout.Column>? = nil, names: ColumnNames<Layout> = ColumnNames(),
        format: TenantFormat, paging: Paging = Paging(), available: [String]? = nil
    ) {
        self.name = name
        self.clause = clause
        self.names = names
        self.format = format
        self.paging = paging
        self.available = available
    }

    /// Titles of what is read; none, which means all of them, when it is not known which there are.
    var columns: [String] {
        available.map { available in Layout.allCases.map { names[$0] }.filter(available.contains) } ?? []
    }

    /// By a column that does not change: then rows stay where they are, and fewer sweeps prove more.
    var orderBy: String? { Layout.identity.first.map { "[\(names[$0])] asc" } }
}

/// What was read.
package struct RowAnswer<Row: Sendable>: Sendable {
    package let rows: [Row]
    /// Rows that are there and say nothing: never to be taken for absent.
    package let unreadable: [RowMistake]
    package let completeness: Completeness
    /// Keys that came up more than once each time that all pages were read, in order, the first few: no row moves every time,
    /// so there are several with one key, and nothing can be proven as long as no page has them together.
    package let repeated: [String]
}

extension RowQuery {
    /// - Parameters:
    ///   - isOver: asked before each page; when it says so, the answer is what there is by then.
    ///   - fetch: has one page, by its number and of at most so many rows.
    /// - Throws: only when nothing was read, or when the tenant's columns are not as configured.
    package func answer(
        until isOver: () -> Bool = { false }, fetch: (_ page: Int32, _ rows: Int32) throws(CallFailure) -> DataPage
    ) throws(CallFailure) -> RowAnswer<Layout.Row> {
        var walk = PageWalk(paging)
        var seen = SeenRows<Layout>()
        var retries = paging.retries
        while case .read(let number) = walk.step {
            if isOver() {
                walk.stop(.outOfTime)
                break
            }
            do throws(CallFailure) {
                let page = try fetch(number, walk.rows)
                walk.took(seen.take(try read(page), of: walk.sweep), total: page.totalCount)
            } catch {
                if error.kind == .transient, retries > 0 {
                    retries -= 1
                    continue
                }
                if seen.isEmpty || error.kind == .configuration || error.kind == .cancelled { throw error }
                walk.stop(.failed(error.kind))
            }
        }
        return seen.answer(walk)
    }

    private func read(_ page: DataPage) throws(CallFailure) -> RowPage<Layout> {
        do throws(RowPage<Layout>.Mistake) {
            return try RowPage(page.csv, names, format)
        } catch {
            switch error {
            case .notATable(let mistake): throw CallFailure(.transient, "\(name): \(mistake)")
            case .columnsMissing(let columns):
                throw CallFailure(.configuration, "\(name) has no column \(columns.joined(separator: ", "))")
            }
        }
    }
}

extension PeoplevoxClient {
    /// All rows that answer a question about a report.
    package func rows<Layout: RowLayout>(
        _ query: RowQuery<Layout>, _ lane: Lane, _ cancellation: Cancellation, until isOver: () -> Bool = { false }
    ) throws(CallFailure) -> RowAnswer<Layout.Row> where Layout.Column == ReportColumn {
        let report = ReportQuery(orderBy: query.orderBy, columns: query.columns)
        return try query.answer(until: isOver) { page, rows throws(CallFailure) in
            try perform(.report(query.page(page, of: rows), report), lane, cancellation)
        }
    }

    /// The same for a template.
    package func rows<Layout: RowLayout>(
        _ query: RowQuery<Layout>, _ lane: Lane, _ cancellation: Cancellation, until isOver: () -> Bool = { false }
    ) throws(CallFailure) -> RowAnswer<Layout.Row> where Layout.Column == TemplateColumn {
        try query.answer(until: isOver) { page, rows throws(CallFailure) in
            try perform(.data(query.page(page, of: rows)), lane, cancellation)
        }
    }
}

extension PeoplevoxClient {
    /// The cells of one column on a report's first page, as they came: for whoever looks at how they are written.
    package func cells(
        of title: String, in report: String, rows: Int32, newestFirst: Bool, _ lane: Lane, _ cancellation: Cancellation
    ) throws(CallFailure) -> [String] {
        let order = ReportQuery(orderBy: "[\(title)] \(newestFirst ? "desc" : "asc")", columns: [title])
        let page = try perform(.report(DataQuery(report, rows: rows), order), lane, cancellation)
        let table: CSVTable
        do throws(CSVMistake) {
            table = try CSVTable(reading: page.csv, lastLine: .mayEndWithText)
        } catch { throw CallFailure(.transient, "\(report): \(error)") }
        guard let column = table.column(title) else {
            throw CallFailure(.configuration, "\(report) has no column \(title)")
        }
        return (0..<table.count).map { table[$0, column] }
    }
}

extension RowQuery {
    func page(_ number: Int32, of rows: Int32) -> DataQuery {
        DataQuery(name, page: number, rows: rows, clause: clause?.text)
    }
}

/// The newest of every row that was seen, in the order in which they came up, which is their number.
private struct SeenRows<Layout: RowLayout> {
    private var numbers: [RowIdentity: Int] = [:]
    private var rows: [Result<Layout.Row, RowMistake>] = []
    private var pages: [Int] = []
    private var page = 0
    /// How many more rows on this page had the key of one on it.
    private var copies: [Int: Int] = [:]

    private var sweep = RepeatedKeys()

    var isEmpty: Bool { page == 0 }

    mutating func take(_ page: RowPage<Layout>, of sweep: Int) -> [Int] {
        self.page += 1
        copies = [:]
        for cells in page.rows { self.sweep.take(cells.key, of: sweep) }
        return page.rows.map { cells in
            let row = Result { () throws(RowMistake) in try Layout.row(cells) }
            let number = number(cells.key)
            if number == rows.count {
                rows.append(row)
                pages.append(self.page)
            } else {
                rows[number] = row
                pages[number] = self.page
            }
            return number
        }
    }

    /// The next one for a row that was not seen yet.
    private mutating func number(_ key: String) -> Int {
        guard let first = numbers[RowIdentity(key: key, copy: 0)] else {
            return newNumber(RowIdentity(key: key, copy: 0))
        }
        guard pages[first] == page else { return first }
        copies[first, default: 0] += 1
        let identity = RowIdentity(key: key, copy: copies[first] ?? 0)
        return numbers[identity] ?? newNumber(identity)
    }

    private mutating func newNumber(_ identity: RowIdentity) -> Int {
        numbers[identity] = rows.count
        return rows.count
    }

    func answer(_ walk: PageWalk) -> RowAnswer<Layout.Row> {
        guard case .done(let completeness) = walk.step else { preconditionFailure("the walk is over") }
        let current = rows.indices.filter(walk.isCurrent).map { rows[$0] }
        return RowAnswer(
            rows: current.compactMap { try? $0.get() },
            unreadable: current.compactMap { if case .failure(let mistake) = $0 { mistake } else { nil } },
            completeness: completeness, repeated: completeness == .proven ? [] : sweep.everyTime)
    }
}

/// Which keys come up more than once in every sweep.
private struct RepeatedKeys {
    private static let limit = 10

    private var number = 1
    private var seen: Set<String> = []
    private var repeated: Set<String> = []
    /// Of the sweeps before this one; nil in the first.
    private var always: Set<String>?

    mutating func take(_ key: String, of sweep: Int) {
        if sweep != number {
            always = always?.intersection(repeated) ?? repeated
            (number, seen, repeated) = (sweep, [], [])
        }
        if !seen.insert(key).inserted { repeated.insert(key) }
    }

    /// Nothing after one sweep: any row may move.
    var everyTime: [String] { (always?.intersection(repeated) ?? []).sorted().prefix(RepeatedKeys.limit).map(\.self) }
}

/// What makes a row the same one in two replies: its key, and which of several with that key on one page it is.
private struct RowIdentity: Hashable {
    let key: String
    let copy: Int
}
