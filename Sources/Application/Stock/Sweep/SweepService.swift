// Reconciliations as operators reach them: looking on both listeners, asking for a run and agreeing to what one held back on
// the socket alone.
//
//     GET  /v1/reconciliations/BRAND                  what runs, and what the last one came to
//     POST /v1/reconciliations/BRAND                  {"dryRun": true}: a run is begun
//     POST /v1/reconciliations/BRAND/RUN/confirm      what the run held back goes on
import HTTP
import JSON
import Journal
import Operations
import Workflows

/// What such a path asks for.
enum SweepRoute: Equatable {
    case reconciliations(brand: String)
    case confirm(brand: String, SequenceNumber)

    init?(_ segments: inout PathSegments) {
        guard let brand = segments.next().map({ String(decoding: $0, as: UTF8.self) }) else { return nil }
        guard !segments.isAtEnd else {
            self = .reconciliations(brand: brand)
            return
        }
        guard let run = segments.next(), case "confirm" = segments.next() else { return nil }
        // A number that none can be is one that was never given.
        self = .confirm(brand: brand, SequenceNumber(String(decoding: run, as: UTF8.self)) ?? 0)
    }

    var brand: String {
        switch self {
        case .reconciliations(let brand), .confirm(let brand, _): brand
        }
    }
}

struct SweepService {
    let sweeps: StockSweeps
    let exceptions: ExceptionWatch

    func respond(to route: SweepRoute, _ request: borrowing Request, user: UInt32?) -> Response {
        let isRead = request.method == .get || request.method == .head
        if case .confirm = route {
            guard request.method == .post else { return Answers.methodNotAllowed("POST") }
        } else if !isRead, request.method != .post {
            return Answers.methodNotAllowed("GET, HEAD, POST")
        }
        guard isRead || user != nil else { return Answers.forbidden }
        guard let limit = OperatorQuery.limit(request.query) else { return Answers.badRequest(OperatorQuery.mistake) }
        guard let sweep = sweeps[route.brand] else {
            return Answers.missing("there is no brand \(quoted(route.brand)) with both partners")
        }
        guard let user, !isRead else { return Answers.json(JSONWriter.line { $0.write(sweep.status, limit) }) }
        switch route {
        case .reconciliations: return begin(sweep, request.body, user)
        case .confirm(let brand, let run):
            let asked = sweep.confirm(run, by: user)
            if case .run = asked { exceptions.withdraw(ExceptionKey(.reconciliationNeedsConfirmation, brand: brand)) }
            return answer(asked, of: run)
        }
    }

    private func begin(_ sweep: StockSweep, _ body: ArraySlice<UInt8>, _ user: UInt32) -> Response {
        guard let isDryRun = SweepRequest.isDryRun(body) else { return Answers.badRequest(SweepRequest.mistake) }
        return answer(sweep.ask(by: user, isDryRun: isDryRun), of: nil)
    }

    private func answer(_ asked: StockSweep.Asked, of run: SequenceNumber?) -> Response {
        switch asked {
        case .run(let run): Answers.json(JSONWriter.line { $0.field("run", run) })
        case .busy(let other): Answers.conflict("run \(other) is under way")
        case .nothingHeld:
            Answers.conflict(
                "run \(run ?? 0) holds nothing back: it has gone on, or a later run has looked anew"
            )
        case .notJournaled: Answers.unavailable
        }
    }
}

/// `{"dryRun": true}`, or nothing.
enum SweepRequest {
    static let mistake = "the body must be empty or {\"dryRun\": true}"

    static func isDryRun(_ body: ArraySlice<UInt8>) -> Bool? {
        if body.isEmpty { return false }
        guard case .object(let fields)? = try? JSONValue(body), fields.keys.allSatisfy({ $0 == "dryRun" }) else {
            return nil
        }
        guard let isDryRun = fields["dryRun"] else { return false }
        return isDryRun.bool
    }

    static func body(isDryRun: Bool) -> [UInt8] { JSONWriter.line { $0.field("dryRun", isDryRun) } }
}

// MARK: As JSON

extension JSONWriter {
    fileprivate mutating func write(_ status: StockSweep.Status, _ limit: Int) {
        if let underway = status.underway {
            object("underway") { json in
                json.field("run", underway.run.run)
                json.field("since", Timestamp(microseconds: underway.run.time).description)
                json.field("dryRun", underway.run.isDryRun)
                json.field("callsToPeoplevox", underway.warehouse)
                json.field("callsToCentra", underway.shop)
            }
        } else {
            field("underway", String?.none)
        }
        field("held", status.held)
        field("next", status.next.map { Timestamp(microseconds: $0).description })
        if let last = status.last {
            object("last") { $0.write(last, limit) }
        } else {
            field("last", String?.none)
        }
    }

    private mutating func write(_ report: StockReconciliation, _ limit: Int) {
        field("run", report.run)
        field("began", Timestamp(microseconds: report.began).description)
        field("ended", Timestamp(microseconds: report.ended).description)
        field("askedBy", report.trigger.description)
        field("dryRun", report.isDryRun)
        field("verdict", report.verdict.rawValue)
        object("peoplevox") { $0.write(report.warehouse) }
        object("centra") { $0.write(report.shop) }
        field("basis", report.basis.rawValue)
        field("compared", report.compared)
        field("agreed", report.agreed)
        field("notCompared", report.notCompared)
        object("differences") { json in
            for explanation in StockDifference.Explanation.allCases {
                if let count = report.counts[explanation] { json.field(explanation.rawValue, count) }
            }
        }
        field("corrected", report.corrected)
        field("deferred", report.deferred)
        if case .held(let reason) = report.correction {
            field("asks", reason)
        } else {
            field("asks", String?.none)
        }
        field("missedEvents", report.missed)
        field("eventsHeard", report.heard)
        field("silence", report.silence)
        array("otherSites") { json in
            for one in report.otherSites {
                json.object { json in
                    json.field("site", one.site)
                    json.field("skus", one.skus)
                    json.field("pieces", one.pieces)
                }
            }
        }
        array("gone") { json in for sku in report.gone.prefix(limit) { json.value(sku) } }
        field("unlisted", max(0, report.counts.values.reduce(0, +) - min(limit, report.rows.count)))
        array("rows") { json in for row in report.rows.prefix(limit) { json.object { $0.write(row) } } }
    }

    private mutating func write(_ side: StockReconciliation.Side) {
        field("skus", side.skus)
        field("calls", side.calls)
        field("isComplete", side.isComplete)
        field("trouble", side.trouble)
    }

    private mutating func write(_ row: StockDifference) {
        field("sku", row.sku)
        field("warehouse", row.warehouse)
        field("explanation", row.explanation.rawValue)
        write("should", row.should)
        write("shows", row.shows)
        write("believed", row.believed)
        field("detail", row.detail)
    }

    private mutating func write(_ name: String, _ figure: StockDifference.Figure?) {
        field(name, figure?.quantity)
        field(name + "At", figure.map { Timestamp(microseconds: $0.time).description })
    }
}
