// What a customer has configured in Peoplevox: users, templates, reports, regional settings. The reference's main lesson
// is that all of it differs from tenant to tenant.

package enum PasswordMode: String, SwitchValue {
    /// Europe and Asia-Pacific.
    case base64
    /// The United States.
    case plain
}

package struct PeoplevoxTenant: Sendable {
    package var clientId: String
    /// By user name.
    package var passwords: [String: String]
    package var passwordMode = PasswordMode.base64
    package var zone = TenantZone.london
    /// How far the warehouse's clock is ahead of the right time.
    package var clockAheadSeconds = 0
    package var style = CellStyle()
    /// The server has the elements and operations that came after 2017.
    package var isNewer = false
    /// What GetSaveTemplate lists and SaveData takes. A template that is not here is not configured.
    package var saveColumns: [String: [String]] = [:]
    /// What GetData shows; where a template is not here, all of its columns.
    package var readColumns: [String: [String]] = [:]
    /// By the name that the tenant uses, and under it the sandbox's own name and the titles that it has.
    package var reports: [String: ReportSetting] = [:]

    package struct ReportSetting: Equatable, Sendable {
        package var kind: String
        /// Nil: all.
        package var titles: [String]?
        /// What the tenant calls a title, by the name of the reference.
        package var renamed: [String: String] = [:]
    }

    package init(clientId: String, passwords: [String: String]) {
        self.clientId = clientId
        self.passwords = passwords
        for name in Reports.names { reports[name] = ReportSetting(kind: name) }
    }

    var eventTypes: [Change.Kind] { Change.Kind.allCases.filter { isNewer || !$0.isNewer } }
}

/// How the service behaves today.
package struct PeoplevoxSwitches: Equatable, Sendable {
    /// Requests have to be as the WSDL wants them.
    package var isStrict = true
    /// 0: no limit. More than these in `windowMilliseconds` go unanswered.
    package var requestsPerWindow = 15
    package var windowMilliseconds = 15_000
    package var sessionMilliseconds = 30 * 60_000
    /// A second Authenticate ends the first session.
    package var hasOneSession = false
    /// Wrong passwords before a user is locked; 0: never.
    package var lockOutAfter = 5
    /// With all rows asked for at once, more than these time out; 0: never.
    package var wholeTableRows = 5_000
    package var largestPage = 1_000
    /// Rows that move from the end to the front after each page without an order; with `driftsInOrder` also in one.
    package var pageDrift = 0
    package var driftsInOrder = false
    /// Added to every TotalCount: a read that can never become complete.
    package var surplusCount = 0
    /// Reports that have an entirely empty body when 1000 rows are asked for (peoplevox.md, 1.6).
    package var emptyBodyReports = [Reports.outstanding]
    package var omitsQuantities = false
    package var omitsLineNumbers = false
    /// Refused rows have no element in `Statuses`.
    package var omitsRefusedStatuses = false
    package var reversesStatuses = false
    /// Imports are accepted at once and carried out later.
    package var queuesImports = false
    package var queueMilliseconds = 5_000
    package var usesCRLF = true
    /// The same documents under another prefix than `soap`.
    package var usesOtherPrefix = false
    package var refusesUnknownSubscription = true
    /// Placeholders that the server does not know stay as they are; otherwise nothing stands there.
    package var keepsUnknownPlaceholders = true
    package var replacesInPostURL = false
    /// Between the members of a collection in a callback.
    package var collectionSeparator = ""
    package var sendsCallbacks = true
    /// In percent of the requests, by chance.
    package var timeoutBeforePercent = 0
    package var timeoutAfterPercent = 0
    package var unavailablePercent = 0
    package var htmlPercent = 0
    package var truncatedPercent = 0
    package var sessionLossPercent = 0

    package init() {}
}
