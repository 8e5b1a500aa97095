// GetData and GetReportData: choose the rows, order them, take a page, choose the columns, write the text. Each step is
// one of the reference's pitfalls: wrong kinds of names, pages that move, whole tables that time out, empty bodies.

extension PeoplevoxCore {
    mutating func read(_ call: SOAPRequest) -> SOAPResult {
        let name = call.values["TemplateName"] ?? ""
        let isReport = call.operation.name == "GetReportData"
        let (page, size) = (call.int("PageNo"), call.int("ItemsPerPage"))
        guard page >= 1, size >= 0 else { return .failure("Pages are counted from 1") }
        if switches.emptyBodyReports.contains(name), size >= switches.largestPage { return SOAPResult(nil) }
        do throws(SearchMistake) {
            let read = try find(call, name, isReport)
            lastRead = read
            var listing = read.listing
            let total = listing.rows.count
            if !read.isOrdered || switches.driftsInOrder { drift(&listing) }
            take(page, size, &listing)
            let shown = isReport ? try chosen(call.values["Columns"] ?? "", listing) : shownColumns(name, listing)
            return SOAPResult(text(of: listing, shown, style(isReport)), totalCount: total + switches.surplusCount)
        } catch {
            return .failure(error.text)
        }
    }

    /// The rows that match, in order.
    private func find(_ call: SOAPRequest, _ name: String, _ isReport: Bool) throws(SearchMistake) -> LastRead {
        let (clause, order) = (call.values["SearchClause"] ?? "", call.values["OrderBy"] ?? "")
        let question = [call.operation.name, name, clause, order]
        if let lastRead, lastRead.question == question { return lastRead }
        guard var listing = isReport ? report(name) : template(name) else {
            throw SearchMistake(text: "\(isReport ? "Report" : "Template") \(name) was not found")
        }
        if !clause.isEmpty {
            let names: SearchClause.Names = isReport ? .titles : .columns
            listing.rows = try SearchClause.parse(clause, names, columns: listing.columns).rows(of: listing)
        }
        let isOrdered = try self.order(&listing, order)
        return LastRead(question: question, listing: listing, isOrdered: isOrdered)
    }

    /// Whether all rows at once are more than the server can answer in time.
    func isTooMuch(_ call: SOAPRequest) -> Bool {
        guard switches.wholeTableRows > 0, call.values["ItemsPerPage"] == "0" else { return false }
        guard (call.values["SearchClause"] ?? "").isEmpty else { return false }
        let name = call.values["TemplateName"] ?? ""
        let listing = call.operation.name == "GetReportData" ? report(name) : template(name)
        return (listing?.rows.count ?? 0) > switches.wholeTableRows
    }

    private func template(_ name: String) -> Listing? {
        guard let saved = tenant.saveColumns[name] else { return nil }
        return warehouse.template(name, Set(saved).union(tenant.readColumns[name] ?? []))
    }

    /// A report as the tenant has it: its name, its titles.
    func report(_ name: String) -> Listing? {
        guard let setting = tenant.reports[name], var listing = warehouse.report(setting.kind) else { return nil }
        blank(&listing, setting.kind)
        if let titles = setting.titles { listing = listing.projected(titles.compactMap(listing.index)) }
        listing.columns = listing.columns.map { setting.renamed[$0] ?? $0 }
        return listing
    }

    private func blank(_ listing: inout Listing, _ kind: String) {
        guard kind == Reports.despatches else { return }
        let blanked = (switches.omitsQuantities ? ["No of items"] : []) + (switches.omitsLineNumbers ? ["Line"] : [])
        for column in blanked.compactMap(listing.index) {
            for row in listing.rows.indices { listing.rows[row][column] = .absent }
        }
    }

    /// `[A] asc,[B] desc`.
    /// - Returns: whether an order was asked for.
    private func order(_ listing: inout Listing, _ text: String) throws(SearchMistake) -> Bool {
        let keys = text.split(separator: ",").map { $0.trimmed }
        guard !keys.isEmpty else { return false }
        for key in keys.reversed() {
            let isDescending = key.lowercased().hasSuffix(" desc")
            let title = key.dropping(suffixes: [" asc", " desc"]).unbracketed
            guard let column = listing.index(of: title) else { throw SearchMistake(text: "unknown column \(title)") }
            let sorted = listing.rows.enumerated().sorted { left, right in
                let (one, other) = (left.element[column], right.element[column])
                if isDescending ? Cell.precedes(other, one) : Cell.precedes(one, other) { return true }
                if isDescending ? Cell.precedes(one, other) : Cell.precedes(other, one) { return false }
                return left.offset < right.offset
            }
            listing.rows = sorted.map(\.element)
        }
        return true
    }

    /// Rows from the end move to the front, a few more with every page that is read.
    private mutating func drift(_ listing: inout Listing) {
        guard switches.pageDrift > 0, !listing.rows.isEmpty else { return }
        let moved = drifted % listing.rows.count
        listing.rows = Array(listing.rows.suffix(moved) + listing.rows.dropLast(moved))
        drifted += switches.pageDrift
    }

    private func take(_ page: Int, _ size: Int, _ listing: inout Listing) {
        guard size > 0 else { return }
        let size = min(size, switches.largestPage)
        let (start, isTooFar) = (page - 1).multipliedReportingOverflow(by: size)
        guard !isTooFar, start < listing.rows.count else { return listing.rows = [] }
        listing.rows = Array(listing.rows[start..<min(start + size, listing.rows.count)])
    }

    /// `[A],[B]`, or without brackets (peoplevox.md, 1.7).
    private func chosen(_ text: String, _ listing: Listing) throws(SearchMistake) -> [Int] {
        guard !text.isEmpty else { return Array(listing.columns.indices) }
        var chosen: [Int] = []
        for name in text.split(separator: ",").map({ $0.trimmed.unbracketed }) {
            guard let column = listing.index(of: name) else { throw SearchMistake(text: "unknown column \(name)") }
            chosen.append(column)
        }
        return chosen
    }

    private func shownColumns(_ name: String, _ listing: Listing) -> [Int] {
        guard let columns = tenant.readColumns[name] else { return Array(listing.columns.indices) }
        return columns.compactMap(listing.index)
    }

    /// Only templates can have statuses as numbers (peoplevox.md, 3.5).
    private func style(_ isReport: Bool) -> CellStyle {
        var style = tenant.style
        if isReport { style.statusIsNumber = false }
        return style
    }

    /// Every cell in quotes.
    private func text(of listing: Listing, _ shown: [Int], _ style: CellStyle) -> String {
        let end = switches.usesCRLF ? "\r\n" : "\n"
        var text = shown.map { quoted(listing.columns[$0]) }.joined(separator: ",") + end
        for row in listing.rows {
            text += shown.map { quoted(style.text(row[$0])) }.joined(separator: ",") + end
        }
        return text
    }

    private func quoted(_ text: String) -> String {
        text.utf8.contains(0x22)
            ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
            : "\"\(text)\""
    }
}

extension Listing {
    func projected(_ chosen: [Int]) -> Listing {
        Listing(chosen.map { columns[$0] }, rows.map { row in chosen.map { row[$0] } })
    }
}

extension StringProtocol {
    fileprivate var unbracketed: String {
        hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : String(self)
    }

    fileprivate func dropping(suffixes: [String]) -> String {
        let suffix = suffixes.first { lowercased().hasSuffix($0) } ?? ""
        return dropLast(suffix.count).trimmed
    }
}
