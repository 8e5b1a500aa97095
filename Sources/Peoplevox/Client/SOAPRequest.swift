// What do we actually send Peoplevox? One of nine requests, each with its elements in the order of the WSDL of
// IntegrationServicev4. (peoplevox.md, section 2.)
import XML

/// One call of the service, as a value. Some hold addresses of shoppers (P9), so it does not print itself.
package enum SOAPRequest: Sendable, Equatable {
    case authenticate(PeoplevoxCredentials)
    case getData(DataQuery)
    case getReportData(DataQuery, report: ReportQuery)
    case getReportColumns(String)
    case getSaveTemplate(String)
    case saveData(template: String, csv: String, SaveAction)
    case subscribeEvent(Subscribing)
    case subscribePostEvent(Subscribing, parameters: String)
    case unsubscribeEvent(Int32)

    /// The name of the operation, and of its element.
    package var operation: String {
        switch self {
        case .authenticate: "Authenticate"
        case .getData: "GetData"
        case .getReportData: "GetReportData"
        case .getReportColumns: "GetReportColumns"
        case .getSaveTemplate: "GetSaveTemplate"
        case .saveData: "SaveData"
        case .subscribeEvent: "SubscribeEvent"
        case .subscribePostEvent: "SubscribePostEvent"
        case .unsubscribeEvent: "UnsubscribeEvent"
        }
    }

    /// Whether it leaves something behind when its reply is lost. A login does not: a session that nobody uses ends.
    package var isWrite: Bool {
        switch self {
        case .authenticate, .getData, .getReportData, .getReportColumns, .getSaveTemplate: false
        case .saveData, .subscribeEvent, .subscribePostEvent, .unsubscribeEvent: true
        }
    }
}

extension SOAPRequest: Unprintable {
    package var description: String { operation }
}

/// A page of a template's rows, or of a report's.
package struct DataQuery: Sendable, Equatable {
    /// The most rows of a page that anybody was given.
    package static let rowLimit: Int32 = 1_000

    /// A template's or a report's name, as the tenant spells it.
    package var name: String
    /// From 1.
    package var page: Int32
    /// 1 to `rowLimit`: 0 would mean everything in one reply, which ends in a timeout.
    package var rows: Int32
    package var clause: String?

    package init(_ name: String, page: Int32 = 1, rows: Int32, clause: String? = nil) {
        precondition(page >= 1 && (1...DataQuery.rowLimit).contains(rows), "a page has a size")
        self.name = name
        self.page = page
        self.rows = rows
        self.clause = clause
    }
}

/// What only reports take. `FilterClause` is never sent: what it means is unknown, and it did not work.
package struct ReportQuery: Sendable, Equatable {
    /// `[Despatch number] asc`
    package var orderBy: String?
    /// Titles without brackets.
    package var columns: [String]

    package init(orderBy: String? = nil, columns: [String] = []) {
        self.orderBy = orderBy
        self.columns = columns
    }
}

package enum SaveAction: Int32, Sendable, CaseIterable {
    case save = 0
    /// A sales order is saved, and no stock is reserved for it.
    case doNotAllocate = 1
    case delete = 2
}

package struct Subscribing: Sendable, Equatable {
    package var event: CallbackEvent
    /// Holds the token. For `SubscribeEvent` a template with placeholders, for `SubscribePostEvent` as it is.
    package var url: String
    /// Whether Peoplevox is to URL-encode what it inserts; nil where the server does not know the question.
    package var encodesParameters: Bool?

    package init(_ event: CallbackEvent, url: String, encodesParameters: Bool?) {
        self.event = event
        self.url = url
        self.encodesParameters = encodesParameters
    }
}

// MARK: - as XML

extension SOAPRequest {
    func write(into xml: inout XMLWriter) {
        switch self {
        case .authenticate(let credentials):
            xml.element("clientId", credentials.clientID)
            xml.element("username", credentials.username)
            xml.element("password", credentials.sentPassword)
        case .getData(let query): xml.element("getRequest") { query.write(into: &$0) }
        case .getReportData(let query, let report):
            xml.element("getReportRequest") { xml in
                query.write(into: &xml)
                report.write(into: &xml)
            }
        case .getReportColumns(let name), .getSaveTemplate(let name): xml.element("templateName", name)
        case .saveData(let template, let csv, let action):
            xml.element("saveRequest") { xml in
                xml.element("TemplateName", template)
                xml.element("CsvData", csv)
                xml.element("Action", "\(action.rawValue)")
            }
        case .subscribeEvent(let subscribing):
            subscribing.write(into: &xml) { $0.element("callbackUrl", subscribing.url) }
        case .subscribePostEvent(let subscribing, let parameters):
            subscribing.write(into: &xml) { xml in
                xml.element("postUrl", subscribing.url)
                xml.element("postParams", parameters)
            }
        case .unsubscribeEvent(let id): xml.element("subscriptionId", "\(id)")
        }
    }
}

extension DataQuery {
    fileprivate func write(into xml: inout XMLWriter) {
        xml.element("TemplateName", name)
        xml.element("PageNo", "\(page)")
        xml.element("ItemsPerPage", "\(rows)")
        if let clause { xml.element("SearchClause", clause) }
    }
}

extension ReportQuery {
    fileprivate func write(into xml: inout XMLWriter) {
        if let orderBy { xml.element("OrderBy", orderBy) }
        if !columns.isEmpty { xml.element("Columns", columns.map { "[\($0)]" }.joined(separator: ",")) }
    }
}

extension Subscribing {
    /// The filter's grammar is unknown, and everybody sends an empty one.
    fileprivate func write(into xml: inout XMLWriter, _ address: (inout XMLWriter) -> Void) {
        xml.element("eventType", event.rawValue)
        xml.element("filter", "")
        address(&xml)
        if let encodesParameters { xml.element("encodeParameterData", "\(encodesParameters)") }
    }
}
