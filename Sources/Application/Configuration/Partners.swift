// What a brand's configuration says of its two partners. All of it may be left out: then the brand receives and calls
// nobody.
package import Peoplevox

extension Configuration.Brand {
    package struct Partners: Sendable, Equatable {
        package var centra: Centra?
        package var peoplevox: Peoplevox?
        /// Under which address the world reaches the public listener; paths of webhooks are behind it.
        package var callbackBase: WebAddress?
        /// A file of certificates (PEM) that are believed besides the system's.
        package var privateCA: String?

        package init() {}

        package var isEmpty: Bool { centra == nil && peoplevox == nil }
    }

    package struct Centra: Sendable, Equatable {
        /// Of the GraphQL endpoint.
        package var address: WebAddress
        package var token: Credential
        /// Whose stock Peoplevox tells; nil when nobody has said.
        package var warehouse: Int?
        /// How much of the environment's limits is ours, in percent; other integrations share them.
        package var share: Int
    }

    package struct Peoplevox: Sendable, Equatable {
        /// The whole of it, since hosts differ by region.
        package var address: WebAddress
        package var clientName: String
        package var user: String
        package var password: Credential
        package var passwordMode: PeoplevoxCredentials.PasswordMode
        /// Below /usr/share/zoneinfo.
        package var zone: String
        package var dates: DateFormat
        package var site: String
        /// Calls in 15 seconds.
        package var requestLimit: Int
        /// Names as the tenant has them, by `ReportKey` and `TemplateKey`; what is left out has its usual name.
        package var reports: [ReportKey: String]
        package var templates: [TemplateKey: String]
        /// `inventory.onHand` is called so.
        package var columns: [String: String]
    }

    /// The reports that are read, and what most tenants call them.
    package enum ReportKey: String, CaseIterable, Sendable {
        case inventory = "Item inventory summary"
        case despatches = "Despatch summary"
        case returns = "Return summary"
        case orderStatus = "Sales orders by status"
    }

    package enum TemplateKey: String, CaseIterable, Sendable {
        case itemTypes = "Item types"
        case salesOrders = "Sales orders"
        case salesOrderItems = "Sales order items"
        case sites = "Sites"
    }
}

extension Configuration.Brand.Peoplevox {
    package func name(_ report: Configuration.Brand.ReportKey) -> String { reports[report] ?? report.rawValue }
    package func name(_ template: Configuration.Brand.TemplateKey) -> String {
        templates[template] ?? template.rawValue
    }

    /// How this tenant calls what is read of a report.
    package func columnNames<Layout: RowLayout>(of key: Configuration.Brand.ReportKey) -> ColumnNames<Layout> {
        var names: [Layout: String] = [:]
        for column in Layout.allCases { names[column] = columns["\(key).\(column)"] }
        return ColumnNames(names)
    }
}

/// A password or token for a partner. It does not print.
package struct Credential: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let text: String

    package init(_ text: String) { self.text = text }

    package func reveal() -> String { text }
    package var description: String { "[secret]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
