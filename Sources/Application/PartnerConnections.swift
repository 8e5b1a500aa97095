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
    ///   - chance: from 0 up to 1.
    init(
        _ centra: Configuration.Brand.Centra, _ peoplevox: Configuration.Brand.Peoplevox, known: KnownPartners?,
        transport: any HTTPTransport, clock: any Clock, chance: @escaping @Sendable () -> Double
    ) {
        self.centra = CentraClient(
            endpoint: "\(centra.address)", token: CentraToken(centra.token.reveal()),
            caller: Self.caller(transport, centra.governor, clock, chance), schema: known?.centra?.schema ?? .assumed)
        self.peoplevox = PeoplevoxClient(Self.caller(transport, peoplevox.governor, clock, chance), peoplevox.client)
        // No date is read of it, so the zone is of no account.
        report = StockReport(
            name: peoplevox.name(.inventory), names: peoplevox.columnNames(of: .inventory),
            format: TenantFormat(dates: peoplevox.dates, zone: .utc),
            columns: known?.peoplevox?.reports["\(Configuration.Brand.ReportKey.inventory)"])
    }

    /// Milliseconds that a call waits for its turn, so that what it is to do does not grow too old meanwhile.
    private static let patience: Int64 = 30_000

    private static func caller(
        _ transport: any HTTPTransport, _ settings: GovernorSettings, _ clock: any Clock,
        _ chance: @escaping @Sendable () -> Double
    ) -> Caller {
        let governor = Governor(settings.having(.large), clock: clock, chance: chance)
        return Caller(transport, governor, clock: clock, patience: patience)
    }
}
