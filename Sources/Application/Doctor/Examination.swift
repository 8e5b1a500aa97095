// Asks a brand's partners everything that the checks judge. Reads alone: nothing is changed at a partner, a login is tried
// once, and a question whose answer depends on one that failed is not asked.
import Centra
import Outbound
import POSIX
import Peoplevox

struct Examination {
    let brand: Configuration.Brand
    let part: PartnerLock.Part
    let transport: any HTTPTransport
    let clock: any Clock
    let cancellation: Cancellation
    let progress: ExaminationProgress
    /// The octets of a file below /usr/share/zoneinfo.
    let zoneFile: @Sendable (String) throws(Errno) -> [UInt8]

    func evidence(subscriptions: Finding<[Subscription]>?) -> Evidence {
        var evidence = Evidence(brand: brand, now: clock.wallMicroseconds())
        evidence.subscriptions = subscriptions
        evidence.isAlone = part == .large
        evidence.centra = brand.partners.centra.map(centra)
        evidence.peoplevox = brand.partners.peoplevox.map(peoplevox)
        return evidence
    }

    /// A read that ran into trouble, or into a limit, is tried once more.
    private func ask<Value>(_ read: () throws(CallFailure) -> Value) -> Finding<Value> {
        var outcome = Result { () throws(CallFailure) in try read() }
        if case .failure(let failure) = outcome, failure.kind.mayPass {
            outcome = Result { () throws(CallFailure) in try read() }
        }
        return outcome.mapError { Setback(text: $0.text, isConfiguration: $0.kind == .configuration) }
    }

    /// Milliseconds: enough for our own limits. Somebody waits for the doctor, so a partner that wants to be left alone
    /// for longer is not asked any more.
    private static let patience: Int64 = 40_000

    private func caller(_ witness: Witness, _ settings: GovernorSettings) -> Caller {
        var settings = settings.having(part)
        // A question that was refused is an answer here, and the next one is asked all the same.
        settings.breaker = Breaker.Settings(failures: 1_000, misconfigurations: 1_000)
        // Nobody else waits here.
        settings.reserve = 0
        return Caller(witness, Governor(settings, clock: clock) { 0 }, clock: clock, patience: Self.patience)
    }
}

// Centra.
extension Examination {
    /// Enough to see a pattern, and few enough for an environment that others use too.
    private static let sizePages = PageLimits(rows: 200, pages: 25)

    private func centra(_ settings: Configuration.Brand.Centra) -> CentraEvidence {
        let witness = Witness("Centra", transport, progress, clock: clock)
        var client = CentraClient(
            endpoint: "\(settings.address)", token: CentraToken(settings.token.reveal()),
            caller: caller(witness, settings.governor))
        var seen = CentraEvidence()
        seen.limits = ask { () throws(CallFailure) in try client.perform(.rateLimits, .catalogue, cancellation) }
        if case .success? = seen.limits {
            let schema = ask { () throws(CallFailure) in try client.perform(.introspection, .catalogue, cancellation) }
            seen.missing = schema.map(CentraOperations.missing)
            if case .success(let schema) = schema { client.schema = schema.capabilities }
            seen.capabilities = client.schema
            look(at: &seen, with: client)
        }
        seen.sighting = witness.sighting
        seen.calls = witness.sighting.calls
        seen.version = client.notes.appVersion
        seen.deprecations = client.notes.deprecations.keys.sorted()
        return seen
    }

    private func look(at seen: inout CentraEvidence, with client: CentraClient) {
        let yesterday = CentraTime(microseconds: clock.wallMicroseconds()).earlier(seconds: 86_400)
        seen.listeners = ask { () throws(CallFailure) in try client.perform(.eventListeners, .catalogue, cancellation) }
        seen.waitingEvents = ask { () throws(CallFailure) in
            try client.perform(.events(), .catalogue, cancellation).map(\.createdAt)
        }
        seen.warehouses = ask { () throws(CallFailure) in try client.warehouses(PageLimits(), .catalogue, cancellation)
        }
        seen.sizes = ask { () throws(CallFailure) in
            try client.sizes(.all, Self.sizePages, .catalogue, cancellation)
        }
        seen.changedOrders = ask { () throws(CallFailure) in
            try client.perform(
                .orders(updatedSince: yesterday, stores: [], limit: 100, page: 1), .catalogue, cancellation
            ).map(\.updatedAt)
        }
        seen.probes = [
            ("orders", (seen.changedOrders ?? .success([])).map(\.count)),
            probe("products", client, .products(updatedSince: yesterday, limit: 1, page: 1)),
            probe("shipments", client, .shipments(.updatedSince(yesterday), limit: 1, page: 1)),
            probe("returns", client, .returns(.createdSince(yesterday), limit: 1, page: 1)),
            probe("stock", client, .stock(of: .all, all: true, limit: 1, page: 1)),
            // There may be more than are looked at.
            probe("sizes", client, .sizes(.all, limit: 1, page: 1)),
            ("warehouses", (seen.warehouses ?? .success([])).map(\.count)),
        ]
    }

    private func probe<Row>(
        _ name: String, _ client: CentraClient, _ operation: GraphQLOperation<[Row]>
    ) -> (name: String, outcome: Finding<Int>) {
        (name, ask { () throws(CallFailure) in try client.perform(operation, .catalogue, cancellation).count })
    }
}

// Peoplevox.
extension Examination {
    private func peoplevox(_ settings: Configuration.Brand.Peoplevox) -> PeoplevoxEvidence {
        let witness = Witness("Peoplevox", transport, progress, clock: clock)
        let client = PeoplevoxClient(caller(witness, settings.governor), settings.client)
        var seen = PeoplevoxEvidence(zone: zone(settings.zone))
        seen.description = ask { () throws(CallFailure) in try client.describe(.catalogue, cancellation) }
        if case .success? = seen.description { seen.login = logIn(client) }
        if case .success? = seen.login { look(at: &seen, settings, with: client) }
        seen.sighting = witness.sighting
        return seen
    }

    /// Once, whatever comes of it.
    private func logIn(_ client: PeoplevoxClient) -> Finding<Bool> {
        do throws(CallFailure) {
            try client.logIn(cancellation)
            return .success(true)
        } catch { return .failure(Setback(text: error.text, isConfiguration: error.kind == .configuration)) }
    }

    private func zone(_ name: String) -> Finding<Zone> {
        do {
            return .success(try Zone(reading: try zoneFile(name)))
        } catch {
            return .failure(Setback(text: "\(name): \(error)", isConfiguration: true))
        }
    }

    private func look(
        at seen: inout PeoplevoxEvidence, _ settings: Configuration.Brand.Peoplevox, with client: PeoplevoxClient
    ) {
        for key in Configuration.Brand.TemplateKey.allCases where key != .sites {
            seen.templates[key] = ask { () throws(CallFailure) in
                try client.perform(.templateColumns(settings.name(key)), .catalogue, cancellation)
            }
        }
        for key in Configuration.Brand.ReportKey.allCases {
            seen.reports[key] = ask { () throws(CallFailure) in
                try client.perform(.reportColumns(settings.name(key)), .catalogue, cancellation)
            }
        }
        let zone = (try? seen.zone.get()) ?? .utc
        let format = TenantFormat(dates: settings.dates, zone: zone)
        let sites = RowQuery<SiteLayout>(
            settings.name(.sites), format: format, paging: Paging(rows: 500, pages: 4, sweeps: 1))
        seen.sites = ask { () throws(CallFailure) in try client.rows(sites, .catalogue, cancellation) }
        let items = RowQuery<ItemTypeLayout>(
            settings.name(.itemTypes), format: format, paging: Paging(rows: 1_000, pages: 10, sweeps: 1))
        seen.items = ask { () throws(CallFailure) in try client.rows(items, .catalogue, cancellation) }
        if case .success(let columns)? = seen.reports[.inventory] {
            seen.stock = ask { () throws(CallFailure) in try stock(settings, format, columns, client) }
        }
        if case .success(let columns)? = seen.reports[.orderStatus] {
            seen.statuses = ask { () throws(CallFailure) in try statuses(settings, format, columns, client) }
        }
        if case .success? = seen.reports[.despatches] {
            seen.dates = ask { () throws(CallFailure) in try dates(settings, client) }
        }
    }

    /// A page of it, by a clause as they are sent later.
    private func stock(
        _ settings: Configuration.Brand.Peoplevox, _ format: TenantFormat, _ columns: [String],
        _ client: PeoplevoxClient
    ) throws(CallFailure) -> RowAnswer<InventoryRow> {
        let names: ColumnNames<InventoryLayout> = settings.columnNames(of: .inventory)
        guard let column = ReportColumn(names[.site]), let site = SearchText(settings.site) else {
            throw CallFailure(.configuration, "the site's name cannot be searched for")
        }
        let query = RowQuery<InventoryLayout>(
            settings.name(.inventory), clause: .equals(column, site), names: names, format: format,
            paging: Paging(rows: 500, pages: 1, sweeps: 1), available: columns)
        return try client.rows(query, .catalogue, cancellation)
    }

    private func statuses(
        _ settings: Configuration.Brand.Peoplevox, _ format: TenantFormat, _ columns: [String],
        _ client: PeoplevoxClient
    ) throws(CallFailure) -> [String] {
        let query = RowQuery<OrderStatusLayout>(
            settings.name(.orderStatus), names: settings.columnNames(of: .orderStatus), format: format,
            paging: Paging(rows: 500, pages: 1, sweeps: 1), available: columns)
        return Set(try client.rows(query, .catalogue, cancellation).rows.map(\.status)).sorted()
    }

    private static let dateLimit: Int32 = 100

    /// Dates as they stand in their cells.
    private func dates(
        _ settings: Configuration.Brand.Peoplevox, _ client: PeoplevoxClient
    ) throws(CallFailure) -> [String] {
        let names: ColumnNames<DespatchLayout> = settings.columnNames(of: .despatches)
        let title = names[.despatchedAt]
        return try client.cells(
            of: title, in: settings.name(.despatches), rows: Self.dateLimit, newestFirst: true, .catalogue, cancellation
        )
    }
}

extension Configuration.Brand.Centra {
    /// Who calls Centra keeps to our share of what the environment allows, and then to its own part of that.
    var governor: GovernorSettings { .centra(share: Double(share) / 100) }
}

extension Configuration.Brand.Peoplevox {
    /// Who asks Peoplevox keeps to what the tenant allows.
    var governor: GovernorSettings {
        var settings = GovernorSettings.peoplevox()
        settings.quotas = [Quota(.requests, span: 15_000, limit: requestLimit)]
        return settings
    }

    /// What the client needs to know.
    var client: PeoplevoxSettings {
        PeoplevoxSettings(
            address: "\(address)",
            credentials: PeoplevoxCredentials(
                clientID: clientName, username: user, password: Password(password.reveal()), passwordMode: passwordMode)
        )
    }
}

extension FailureKind {
    /// Whether the same read may succeed at once, or when the governor lets it.
    fileprivate var mayPass: Bool {
        switch self {
        case .transient, .throttled: true
        case .ambiguous, .permanent, .configuration, .cancelled: false
        }
    }
}
