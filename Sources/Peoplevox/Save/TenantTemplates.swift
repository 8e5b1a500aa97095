// What one tenant has configured: which columns the templates have that we import with, in its own spelling. Asked for,
// never assumed: the doctor does, and names what is missing.

package struct TenantTemplates: Sendable, Equatable {
    /// Names as the tenant spells them; a template that is not named has its default name.
    package var names: [SaveTemplate: String]
    private var columns: [SaveTemplate: [String]] = [:]

    package init(names: [SaveTemplate: String] = [:]) {
        self.names = names
    }

    package func name(of template: SaveTemplate) -> String { names[template] ?? template.rawValue }

    /// Nil for a template that is not there, or was not asked for.
    package subscript(template: SaveTemplate) -> [String]? {
        get { columns[template] }
        set { columns[template] = newValue }
    }

    /// In any case.
    package func has(_ column: String, in template: SaveTemplate) -> Bool {
        columns[template]?.contains { $0.lowercased() == column.lowercased() } ?? false
    }
}
