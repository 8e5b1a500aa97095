// SaveData: a table of rows, each saved or refused for itself. The columns have to be ones that the tenant has configured;
// within a row only the named ones change, and an empty cell blanks what was saved (peoplevox.md, section 3).

/// The actions of the WSDL's `SaveRequest` (peoplevox.md, section 2).
enum SaveAction: Int, Sendable {
    case save = 0
    case saveWithoutAllocating = 1
    case delete = 2
}

struct SaveOutcome: Equatable, Sendable {
    struct Row: Equatable, Sendable {
        /// The business key, which is the only thing that ties an answer to a row.
        package var reference: String
        /// Nil: saved.
        package var refusal: String?
    }

    package var rows: [Row] = []
    /// The whole table was refused, and no row has an outcome.
    package var refusal: String?

    package var saved: Int { rows.count { $0.refusal == nil } }
    package var isComplete: Bool { refusal == nil && saved == rows.count }

    /// What `Detail` says: one line for each refused row, numbered from 1.
    package var detail: String {
        refusal
            ?? rows.enumerated().compactMap { index, row in row.refusal.map { "Row \(index + 1): \($0)" } }
            .joined(separator: "\n")
    }
}

extension WarehouseState {
    /// - Parameter configured: the tenant's columns of that template; nil when it has none.
    mutating func save(
        _ template: String, _ table: Listing, configured: [String]?, action: SaveAction
    ) -> SaveOutcome {
        guard let configured, let known = TemplateColumns.all(template) else {
            return SaveOutcome(refusal: "Template \(template) was not found")
        }
        if let stranger = table.columns.first(where: { !configured.contains($0) }) {
            return SaveOutcome(refusal: "Column \(stranger) is not configured for template \(template).")
        }
        if Set(table.columns).count < table.columns.count {
            return SaveOutcome(refusal: "A column stands twice in the header.")
        }
        guard table.rows.count <= policy.saveRowLimit else {
            return SaveOutcome(refusal: "More than \(policy.saveRowLimit) rows.")
        }
        var outcome = SaveOutcome()
        for cells in table.rows {
            outcome.rows.append(save(template, ImportRow(table.columns, cells), known, action))
        }
        return outcome
    }

    private mutating func save(
        _ template: String, _ row: ImportRow, _ known: [TemplateColumn], _ action: SaveAction
    ) -> SaveOutcome.Row {
        let reference = row.cells[WarehouseState.reference(of: template)] ?? ""
        do throws(WarehouseRefusal) {
            let row = try row.checked(known, policy)
            switch template {
            case TemplateColumns.itemTypes: try importItemType(row, action)
            case TemplateColumns.salesOrders: try importOrder(row, action)
            case TemplateColumns.salesOrderItems: try importLine(row, action)
            case TemplateColumns.sites: throw WarehouseRefusal("Sites cannot be imported.")
            default: try importPlain(template, row, action)
            }
            return SaveOutcome.Row(reference: reference)
        } catch {
            return SaveOutcome.Row(reference: reference, refusal: error.text)
        }
    }

    /// The column whose value is a row's `Reference` in the answer.
    static func reference(of template: String) -> String {
        switch template {
        case TemplateColumns.itemTypes: "ItemCode"
        case TemplateColumns.salesOrders, TemplateColumns.salesOrderItems: "SalesOrderNumber"
        default: TemplateColumns.keys(template).first ?? ""
        }
    }

    private mutating func importItemType(_ row: ImportRow, _ action: SaveAction) throws(WarehouseRefusal) {
        let code = try row.required("ItemCode")
        let known = items[code]
        guard !(known?.isDeactivated ?? false) else {
            throw WarehouseRefusal("Item type \(code) is deactivated.")
        }
        if action == .delete {
            guard known != nil else { throw WarehouseRefusal("Item type \(code) does not exist.") }
            items[code]?.isDeactivated = true
            return
        }
        var item = known ?? ItemType(code, ["UnitOfMeasure": "EA"])
        row.write(into: &item.fields, except: ["ItemCode"], blanks: policy.emptyCellBlanks)
        guard let barcode = item.fields["Barcode"], !barcode.isEmpty else {
            throw WarehouseRefusal("Barcode is required.")
        }
        if let holder = holder(ofBarcode: barcode), holder.code != code, !policy.allowsDuplicateBarcodes {
            throw WarehouseRefusal("Barcode \(barcode) is already in use by another item type.")
        }
        items[code] = item
        for site in sites where stock[StockPlace(site.reference, code)] == nil && site.reference == defaultSite {
            let place = StockPlace(site.reference, code)
            stock[place] = Stock(location: WarehouseState.location(of: place))
        }
    }

    private mutating func importPlain(
        _ template: String, _ row: ImportRow, _ action: SaveAction
    ) throws(WarehouseRefusal) {
        var keys: [String] = []
        for column in TemplateColumns.keys(template) { keys.append(try row.required(column)) }
        let key = keys.joined(separator: "\u{1F}")
        var fields = plain[template]?[key] ?? [:]
        row.write(into: &fields, except: [], blanks: policy.emptyCellBlanks)
        plain[template, default: Register()][key] = action == .delete ? nil : fields
    }
}

/// One row of an import, by column.
struct ImportRow {
    private(set) var cells: [String: String]

    init(_ columns: [String], _ cells: [Cell]) {
        let style = CellStyle()
        self.cells = Dictionary(zip(columns, cells.map(style.text)), uniquingKeysWith: { first, _ in first })
    }

    /// With every value of its column's kind and size.
    func checked(_ known: [TemplateColumn], _ policy: WarehousePolicy) throws(WarehouseRefusal) -> ImportRow {
        var row = self
        for column in known {
            guard let text = cells[column.name], !text.isEmpty else { continue }
            row.cells[column.name] = try column.checked(text, policy)
        }
        return row
    }

    func required(_ column: String) throws(WarehouseRefusal) -> String {
        guard let text = cells[column], !text.isEmpty else { throw WarehouseRefusal("\(column) is required.") }
        return text
    }

    func write(into fields: inout [String: String], except: Set<String>, blanks: Bool) {
        for (column, text) in cells where !except.contains(column) && (blanks || !text.isEmpty) {
            fields[column] = text
        }
    }
}

extension TemplateColumn {
    func checked(_ text: String, _ policy: WarehousePolicy) throws(WarehouseRefusal) -> String {
        let fits =
            switch kind {
            case .text(let size): text.unicodeScalars.count <= size
            case .integer: Int(text) != nil
            case .decimal: TemplateColumn.isDecimal(text)
            case .flag: TemplateColumn.flag(text) != nil
            case .time: CivilTime(importText: text) != nil
            }
        if fits { return text }
        if case .text(let size) = kind {
            if policy.overlong == .cut { return String(String.UnicodeScalarView(text.unicodeScalars.prefix(size))) }
            throw WarehouseRefusal("\(name) is longer than \(size) characters.")
        }
        throw WarehouseRefusal("\(name) has a value of another type.")
    }

    static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "1": true
        case "false", "0": false
        default: nil
        }
    }

    /// A sign, digits, and a point with digits after it; a comma is somebody's locale and no decimal.
    static func isDecimal(_ text: String) -> Bool {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count)
            && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    }
}
