// What one tenant has configured: which columns its templates and reports have, in its own spelling. Discovered, never
// assumed; a flow that lacks a column does not start, and the operator is told what to configure.
package import Outbound

package struct TenantTemplates: Sendable, Equatable {
    /// Names as the tenant spells them; a template that is not named has its default name.
    package var names: [SaveTemplate: String]
    private var columns: [SaveTemplate: [String]] = [:]
    private var reports: [String: [String]] = [:]

    package init(names: [SaveTemplate: String] = [:]) {
        self.names = names
    }

    package func name(of template: SaveTemplate) -> String { names[template] ?? template.rawValue }

    /// Nil for a template that was not discovered.
    package subscript(template: SaveTemplate) -> [String]? {
        get { columns[template] }
        set { columns[template] = newValue }
    }

    package subscript(report name: String) -> [String]? {
        get { reports[name] }
        set { reports[name] = newValue }
    }

    /// In any case.
    package func has(_ column: String, in template: SaveTemplate) -> Bool {
        columns[template]?.contains { $0.lowercased() == column.lowercased() } ?? false
    }
}

/// What a configuration cannot do without.
package struct TemplateNeeds: Sendable, Equatable {
    package var templates: [SaveTemplate: [String]]
    package var reports: [String: [String]]

    package init(templates: [SaveTemplate: [String]], reports: [String: [String]]) {
        self.templates = templates
        self.reports = reports
    }
}

/// A template or report that lacks something.
package struct MissingColumns: Sendable, Equatable, CustomStringConvertible {
    /// As the tenant spells it.
    package let name: String
    /// All that are needed, when there is no such template or report.
    package let columns: [String]

    package var description: String { "\(name) lacks \(columns.joined(separator: ", "))" }
}

extension TenantTemplates {
    /// What is needed and not there, templates first. Report columns are compared as they are: clauses name them.
    package func missing(_ needs: TemplateNeeds) -> [MissingColumns] {
        let templates = SaveTemplate.allCases.map { template in
            MissingColumns(
                name: name(of: template), columns: (needs.templates[template] ?? []).filter { !has($0, in: template) })
        }
        let reports = needs.reports.sorted { $0.key < $1.key }.map { name, columns in
            MissingColumns(name: name, columns: columns.filter { self.reports[name]?.contains($0) != true })
        }
        return (templates + reports).filter { !$0.columns.isEmpty }
    }
}

extension PeoplevoxClient {
    /// Asks for the columns of all templates that we import with, and of these reports. One that the tenant refuses to
    /// describe is one that it does not have.
    package func discover(
        names: [SaveTemplate: String] = [:], reports: [String], _ lane: Lane, _ cancellation: Cancellation
    ) throws(CallFailure) -> TenantTemplates {
        var found = TenantTemplates(names: names)
        for template in SaveTemplate.allCases {
            found[template] = try columns(.templateColumns(found.name(of: template)), lane, cancellation)
        }
        for report in reports {
            found[report: report] = try columns(.reportColumns(report), lane, cancellation)
        }
        return found
    }

    private func columns(
        _ operation: PeoplevoxOperation<[String]>, _ lane: Lane, _ cancellation: Cancellation
    ) throws(CallFailure) -> [String]? {
        do throws(CallFailure) {
            return try perform(operation, lane, cancellation)
        } catch {
            if error.kind == .permanent { return nil }
            throw error
        }
    }
}
