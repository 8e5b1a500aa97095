// The operations as data: each request's elements with their types and their order. One table checks what comes in and
// writes the WSDL that goes out, so the two cannot differ (peoplevox.md, section 2).

struct SOAPElement: Sendable {
    indirect enum Kind: Sendable {
        case string, int, boolean
        /// One of the tenant's event types.
        case eventType
        case complex(String, [SOAPElement])
    }

    let name: String
    let kind: Kind
    var isRequired = false
    var isNillable = false

    static func string(_ name: String) -> SOAPElement { SOAPElement(name: name, kind: .string) }
    static func int(_ name: String) -> SOAPElement { SOAPElement(name: name, kind: .int, isRequired: true) }
    static func optional(_ name: String, _ kind: Kind) -> SOAPElement { SOAPElement(name: name, kind: kind) }
}

struct SOAPOperation: Sendable {
    let name: String
    let elements: [SOAPElement]
    var needsSession = true

    static let namespace = "http://www.peoplevox.net/"

    /// - Parameter isNewer: with what servers have learned since 2017.
    static func all(isNewer: Bool) -> [SOAPOperation] {
        let encodes: [SOAPElement] = isNewer ? [.optional("encodeParameterData", .boolean)] : []
        let operations = [
            SOAPOperation(
                name: "Authenticate", elements: [.string("clientId"), .string("username"), .string("password")],
                needsSession: false),
            SOAPOperation(name: "GetData", elements: [.optional("getRequest", .complex("GetRequest", getRequest))]),
            SOAPOperation(
                name: "GetReportData",
                elements: [.optional("getReportRequest", .complex("GetReportRequest", getReportRequest))]),
            SOAPOperation(name: "GetReportColumns", elements: [.string("templateName")]),
            SOAPOperation(name: "GetSaveTemplate", elements: [.string("templateName")]),
            SOAPOperation(name: "SaveData", elements: [.optional("saveRequest", .complex("SaveRequest", saveRequest))]),
            SOAPOperation(
                name: "SubscribeEvent", elements: [eventType, .string("filter"), .string("callbackUrl")] + encodes),
            SOAPOperation(
                name: "SubscribePostEvent",
                elements: [eventType, .string("filter"), .string("postUrl"), .string("postParams")] + encodes),
            SOAPOperation(name: "UnsubscribeEvent", elements: [.int("subscriptionId")]),
        ]
        return operations + (isNewer ? newer(encodes) : [])
    }

    /// The order of their elements is not published; this is one of the possible ones.
    private static func newer(_ encodes: [SOAPElement]) -> [SOAPOperation] {
        [
            SOAPOperation(
                name: "SubscribeEventWithSitesFilters",
                elements: [eventType, .string("sitesFilter"), .string("callbackUrl")] + encodes)
        ]
    }

    static let credentials: [SOAPElement] = [
        SOAPElement(name: "UserId", kind: .int, isRequired: true, isNillable: true), .string("ClientId"),
        .string("SessionId"),
    ]

    private static let eventType = SOAPElement(name: "eventType", kind: .eventType, isRequired: true)

    private static let getRequest: [SOAPElement] = [
        .string("TemplateName"), .int("PageNo"), .int("ItemsPerPage"), .string("SearchClause"),
    ]

    private static let getReportRequest =
        getRequest + [.string("FilterClause"), .string("OrderBy"), .string("Columns")]

    private static let saveRequest: [SOAPElement] = [.string("TemplateName"), .string("CsvData"), .int("Action")]
}
