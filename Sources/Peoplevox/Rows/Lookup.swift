// Reading back by key: what became of an order, which lines it has, which item types are there. Before anything is repeated
// whose outcome nobody knows, and after everything that only seemed to succeed. (peoplevox.md, section 10, items 7 to 11.)
package import Outbound

/// What was found of the keys that were looked for.
package struct Lookup<Row: Sendable>: Sendable {
    package fileprivate(set) var rows: [Row] = []
    /// There, and saying nothing that can be read.
    package fileprivate(set) var unreadable: [RowMistake] = []
    /// Keys with signs that no search clause can hold. They were not looked for.
    package fileprivate(set) var unsearchable: [String] = []
    /// Whether a key without a row is known to be absent.
    package fileprivate(set) var isComplete = true
}

/// Where to look.
package struct LookupTarget: Sendable {
    package var templates: TenantTemplates
    package var format: TenantFormat
    package var lane: Lane

    package init(_ templates: TenantTemplates, _ format: TenantFormat, lane: Lane = .readBack) {
        self.templates = templates
        self.format = format
        self.lane = lane
    }
}

extension PeoplevoxClient {
    /// Sales orders by their numbers, with their status as the template has it, which may be a number.
    package func orders(
        _ numbers: [String], _ target: LookupTarget, _ cancellation: Cancellation
    ) throws(CallFailure) -> Lookup<SalesOrderRow> {
        try find(SalesOrderLayout.orderNumber, numbers, in: .salesOrders, target, cancellation)
    }

    /// The lines of sales orders.
    package func lines(
        of numbers: [String], _ target: LookupTarget, _ cancellation: Cancellation
    ) throws(CallFailure) -> Lookup<SalesOrderItemRow> {
        try find(SalesOrderItemLayout.orderNumber, numbers, in: .salesOrderItems, target, cancellation)
    }

    package func items(
        _ codes: [String], _ target: LookupTarget, _ cancellation: Cancellation
    ) throws(CallFailure) -> Lookup<ItemTypeRow> {
        try find(ItemTypeLayout.itemCode, codes, in: .itemTypes, target, cancellation)
    }

    private func find<Layout: RowLayout>(
        _ key: Layout, _ values: [String], in template: SaveTemplate, _ target: LookupTarget,
        _ cancellation: Cancellation
    ) throws(CallFailure) -> Lookup<Layout.Row> where Layout.Column == TemplateColumn {
        guard let column = TemplateColumn(key.rawValue) else {
            throw CallFailure(.configuration, "\(key.rawValue) cannot be a column")
        }
        let (clauses, unsearchable) = SearchClause.anyOf(column, values)
        var found = Lookup<Layout.Row>()
        found.unsearchable = unsearchable
        for clause in clauses {
            let query = RowQuery<Layout>(
                target.templates.name(of: template), clause: clause, format: target.format)
            let answer = try rows(query, target.lane, cancellation)
            found.rows += answer.rows
            found.unreadable += answer.unreadable
            if answer.completeness != .proven { found.isComplete = false }
        }
        return found
    }
}
