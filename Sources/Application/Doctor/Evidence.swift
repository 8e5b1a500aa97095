// What was found out about one brand and its partners. Nil is what was not asked: because the brand has no such partner,
// or because something that it depends on failed.
import Centra
import Peoplevox

struct Evidence: Sendable {
    let brand: Configuration.Brand
    /// Microseconds of our wall clock when the examination began.
    let now: Int64
    /// Nobody else on this machine calls the brand's partners, and so takes its events.
    var isAlone = true
    var centra: CentraEvidence?
    var peoplevox: PeoplevoxEvidence?
    /// The registry of what we subscribed to; nil when there is no such file yet.
    var subscriptions: Finding<[Subscription]>?
}

/// How a partner's server was met.
struct Sighting: Sendable, Equatable {
    enum Failure: Sendable, Equatable {
        case unreachable(String)
        case untrusted(String)
    }

    /// Why no call got through; nil once one did.
    var failure: Failure?
    /// Of the first reply.
    var status: Int?
    /// Their clock less ours in microseconds, the smallest that was seen; nil when replies carry no Date.
    var clockOffset: Int64?
    var calls = 0
}

struct CentraEvidence: Sendable {
    var sighting = Sighting()
    /// Needs a token and no permission: with it all else begins.
    var limits: Finding<[CentraRateLimit]>?
    /// Of ours alone.
    var calls = 0
    var version: AppVersion?
    var deprecations: [String] = []
    /// What each flow lacks; a flow that lacks nothing is absent.
    var missing: Finding<[CentraFlow: [String]]>?
    var listeners: Finding<[EventListener]>?
    /// When the oldest events that wait were made, at most `SchemaCapabilities.listLimit`.
    var waitingEvents: Finding<[CentraTime]>?
    /// When some orders changed since yesterday.
    var changedOrders: Finding<[CentraTime]>?
    /// A small read for each kind of object.
    var probes: [(name: String, outcome: Finding<Int>)] = []
    var warehouses: Finding<[CentraWarehouse]>?
    var sizes: Finding<[CentraSize]>?
    var capabilities = SchemaCapabilities.assumed
}

struct PeoplevoxEvidence: Sendable {
    var sighting = Sighting()
    var description: Finding<ServiceDescription>?
    var login: Finding<Bool>?
    var zone: Finding<Zone>
    var templates: [Configuration.Brand.TemplateKey: Finding<[String]>] = [:]
    var reports: [Configuration.Brand.ReportKey: Finding<[String]>] = [:]
    var sites: Finding<RowAnswer<String>>?
    var items: Finding<RowAnswer<ItemTypeRow>>?
    var stock: Finding<RowAnswer<InventoryRow>>?
    /// Names of the statuses that some orders have.
    var statuses: Finding<[String]>?
    /// Cells of dates as they came, the newest first.
    var dates: Finding<[String]>?

    init(zone: Finding<Zone>) { self.zone = zone }
}
