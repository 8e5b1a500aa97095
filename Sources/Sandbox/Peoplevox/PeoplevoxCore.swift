// The pretend service's whole state, and the road of a request through it: path, throttle, envelope, incident, session,
// operation, answer. Time is an argument, chance has a seed: the same requests give the same answers.
import Outbound

struct PeoplevoxCore: Sendable {
    struct Moment {
        var monotonicMilliseconds: Int64
        var unixSeconds: Int
    }

    struct Counters: Equatable {
        var requests = 0
        var byOperation: [String: Int] = [:]
        var throttled = 0
        /// The most requests that one window of the throttle has seen, those that went unanswered included.
        var mostInWindow = 0
        var faults = 0
        var sessionFailures = 0
        var refusedLogins = 0
        var incidents = 0
        var rowsSaved = 0
        var callbacks = 0
        /// What was not as the WSDL wants it.
        var violations = 0
    }

    /// An import that was accepted and is carried out later.
    struct QueuedImport {
        var dueAt: Int64
        var template: String
        var table: Listing
        var action: SaveAction
    }

    struct LastRead {
        var question: [String]
        var listing: Listing
        var isOrdered: Bool
    }

    static let path = "/resources/integrationservicev4.asmx"

    var tenant: PeoplevoxTenant { didSet { lastRead = nil } }
    var switches = PeoplevoxSwitches() { didSet { lastRead = nil } }
    var warehouse: WarehouseState { didSet { lastRead = nil } }
    var sessions = PeoplevoxSessions()
    var subscriptions: [PeoplevoxSubscription] = []
    var nextSubscription = 1_060
    var incidents = PeoplevoxIncidents()
    var queue: [QueuedImport] = []
    var nextQueueId = 40_112
    /// What the last page was taken from, as long as nothing changes: a table of thousands of rows is read page by page.
    var lastRead: LastRead?
    /// How far rows have drifted.
    var drifted = 0
    var counters = Counters()
    var violations: [String] = []
    var chance: SeededChance
    private var window: [Int64] = []

    init(tenant: PeoplevoxTenant, warehouse: WarehouseState, seed: UInt64) {
        self.tenant = tenant
        self.warehouse = warehouse
        chance = SeededChance(seed: seed)
    }

    mutating func answer(_ request: OutboundRequest, at moment: Moment) -> SandboxAnswer {
        catchUp(moment)
        guard request.path.lowercased() == "/\(tenant.clientId.lowercased())\(PeoplevoxCore.path)" else {
            return .reply(.html(404, "The resource cannot be found."))
        }
        if request.method == .get { return .reply(page(request)) }
        counters.requests += 1
        if isThrottled(moment) { return .never }
        guard (request["Content-Type"] ?? "").lowercased().hasPrefix("text/xml") else {
            return .reply(.html(415, "Unsupported Media Type"))
        }
        do throws(SOAPFault) {
            let call = try reader.read(request.body, action: request["SOAPAction"])
            note(call)
            return isTooMuch(call) ? .never : answer(call, moment)
        } catch {
            counters.faults += 1
            return .reply(.soap(500, writer.document(error)))
        }
    }

    /// Carries out the imports that were queued and are due.
    mutating func catchUp(_ moment: Moment) {
        let due = queue.filter { $0.dueAt <= moment.monotonicMilliseconds }
        guard !due.isEmpty else { return }
        queue.removeAll { $0.dueAt <= moment.monotonicMilliseconds }
        setClock(moment)
        for one in due {
            let outcome = warehouse.save(
                one.template, one.table, configured: tenant.saveColumns[one.template], action: one.action)
            counters.rowsSaved += outcome.saved
        }
    }

    /// To be called before the warehouse changes.
    mutating func setClock(_ moment: Moment) {
        warehouse.now = tenant.zone.civil(moment.unixSeconds + tenant.clockAheadSeconds)
    }

    /// Too many requests are not refused, they are not answered (peoplevox.md, 1.6).
    private mutating func isThrottled(_ moment: Moment) -> Bool {
        let now = moment.monotonicMilliseconds
        window.removeAll { $0 <= now - Int64(switches.windowMilliseconds) }
        window.append(now)
        counters.mostInWindow = max(counters.mostInWindow, window.count)
        guard switches.requestsPerWindow > 0, window.count > switches.requestsPerWindow else { return false }
        counters.throttled += 1
        return true
    }

    private func page(_ request: OutboundRequest) -> OutboundReply {
        guard request.url.lowercased().hasSuffix("?wsdl") else { return .html(200, "IntegrationServiceV4") }
        let page = WSDLPage(
            operations: operations, eventTypes: tenant.eventTypes.map(\.rawValue), isNewer: tenant.isNewer,
            address: String(request.url.dropLast("?wsdl".count)))
        return .soap(200, page.document())
    }

    private var operations: [SOAPOperation] { SOAPOperation.all(isNewer: tenant.isNewer) }

    private var reader: SOAPRequestReader {
        SOAPRequestReader(
            operations: operations, eventTypes: tenant.eventTypes.map(\.rawValue), isStrict: switches.isStrict)
    }

    private var writer: SOAPResultWriter {
        SOAPResultWriter(isNewer: tenant.isNewer, prefix: switches.usesOtherPrefix ? "s" : "soap")
    }

    private mutating func note(_ call: SOAPRequest) {
        counters.byOperation[call.operation.name, default: 0] += 1
        counters.violations += call.violations.count
        violations += call.violations.map { "\(call.operation.name): \($0)" }
    }

    private mutating func answer(_ call: SOAPRequest, _ moment: Moment) -> SandboxAnswer {
        guard let incident = incidents.next(call.operation.name, switches, &chance) else {
            return .reply(reply(to: call, moment))
        }
        counters.incidents += 1
        if incident.kind == .sessionLoss { sessions.endAll() }
        let isCarriedOut = incident.isCarriedOut || [.slow, .sessionLoss].contains(incident.kind)
        let name = call.operation.name
        let result = isCarriedOut ? perform(call, moment) : SOAPResult("")
        let document = writer.document(result, of: name)
        switch incident.kind {
        case .silence: return .never
        case .slow: return .late(.soap(200, document), milliseconds: incident.milliseconds)
        case .unavailable: return .reply(.html(503, "Service Unavailable"))
        case .html: return .reply(.html(200, "Runtime Error"))
        case .emptyBody: return .reply(.soap(200, []))
        case .truncated: return .reply(.soap(200, Array(document.prefix(document.count * 2 / 3))))
        case .fault: return .reply(.soap(500, writer.document(.timeout)))
        case .emptyDetail: return .reply(.soap(200, writer.document(SOAPResult(nil), of: name)))
        case .wrongResult:
            return .reply(.soap(200, writer.document(result, of: name == "GetData" ? "GetReportData" : "GetData")))
        case .sessionLoss: return .reply(.soap(200, document))
        }
    }

    private mutating func reply(to call: SOAPRequest, _ moment: Moment) -> OutboundReply {
        let result = perform(call, moment)
        // A reading without even a header: one report is known to do that.
        if result.detail == nil { return .soap(200, []) }
        return .soap(200, writer.document(result, of: call.operation.name))
    }
}

extension SOAPFault {
    fileprivate static let timeout = SOAPFault(
        isClients: false, text: "Server was unable to process request. ---> Timeout expired.")
}
