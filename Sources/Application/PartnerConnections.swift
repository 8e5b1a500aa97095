// A brand's way to its partners while the server runs: one client each, with the limits that are ours and what the doctor
// found out. Nothing is called, and libcurl not loaded, before somebody has something to ask.
import Centra
import Outbound
import POSIX
import Peoplevox

struct PartnerConnections: Sendable {
    let centra: CentraClient
    let peoplevox: PeoplevoxClient
    let report: StockReport

    /// - Parameters:
    ///   - known: what the doctor kept, when it is about these very partners.
    ///   - wasJustRunning: whether a server wrote into the journal a moment ago. What that one used of the partners' limits
    ///     is not known any more, so it counts as all of them, and comes back as time passes.
    ///   - directory: the brand's, where pauses are noted that a partner asks for.
    ///   - chance: from 0 up to 1.
    init(
        _ centra: Configuration.Brand.Centra, _ peoplevox: Configuration.Brand.Peoplevox, known: KnownPartners?,
        wasJustRunning: Bool, directory: String,
        transport: any HTTPTransport, clock: any Clock, chance: @escaping @Sendable () -> Double
    ) {
        func caller(_ partner: PauseNote.Partner, _ settings: GovernorSettings) -> Caller {
            let note = PauseNote(partner, in: directory, clock: clock)
            return Self.caller(transport, settings.after(wasJustRunning), note, clock, chance)
        }
        self.centra = CentraClient(
            endpoint: "\(centra.address)", token: CentraToken(centra.token.reveal()),
            caller: caller(.centra, centra.governor),
            schema: known?.centra?.schema ?? .assumed)
        self.peoplevox = PeoplevoxClient(caller(.peoplevox, peoplevox.governor), peoplevox.client)
        // No date is read of it, so the zone is of no account.
        report = StockReport(
            name: peoplevox.name(.inventory), names: peoplevox.columnNames(of: .inventory),
            format: TenantFormat(dates: peoplevox.dates, zone: .utc),
            columns: known?.peoplevox?.reports["\(Configuration.Brand.ReportKey.inventory)"])
    }

    /// Milliseconds that a call waits for its turn, so that what it is to do does not grow too old meanwhile.
    private static let patience: Int64 = 30_000

    private static func caller(
        _ transport: any HTTPTransport, _ settings: GovernorSettings, _ note: PauseNote, _ clock: any Clock,
        _ chance: @escaping @Sendable () -> Double
    ) -> Caller {
        let governor = Governor(
            settings.having(.large), clock: clock, onPause: { note.keep($0) }, chance: chance)
        if let until = note.until { governor.pause(until: until) }
        return Caller(transport, governor, clock: clock, patience: patience)
    }
}

extension GovernorSettings {
    /// Milliseconds: the longest span of a limit that a restart can have used up before.
    private static let shortSpan: Int64 = 15_000

    fileprivate func after(_ wasJustRunning: Bool) -> GovernorSettings {
        guard wasJustRunning else { return self }
        var settings = self
        for index in settings.quotas.indices where settings.quotas[index].span <= Self.shortSpan {
            settings.quotas[index].used = settings.quotas[index].limit
        }
        return settings
    }
}

extension Fold {
    /// Whether the journal was written to less than the shortest span of a partner's limits ago.
    func wasJustRunning(now: Int64) -> Bool { last > 0 && lastTime > now - 15_000_000 }

    /// Whether the server was down, now or before an earlier start, for so long that events were probably lost, and the brand
    /// was not compared since: a start that ends soon must not hide what came before it. Nobody says how long Peoplevox
    /// tries to deliver events.
    func hasMissedEvents(of brand: String, now: Int64) -> Bool {
        wasAway(until: now) || cameBack > sweeps[brand]?.newest ?? 0
    }
}
