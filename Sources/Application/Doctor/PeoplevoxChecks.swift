// What must hold of a tenant of Peoplevox (peoplevox.md, section 9, as far as reading can settle it).
import Peoplevox

extension Check {
    /// A check of the partner that only a brand which has it is given.
    private static func check(
        _ name: String,
        _ judge: @escaping @Sendable (PeoplevoxEvidence, Configuration.Brand.Peoplevox, Evidence) -> Verdict
    ) -> Check {
        Check("peoplevox." + name) { evidence in
            guard let seen = evidence.peoplevox, let settings = evidence.brand.partners.peoplevox else { return nil }
            return judge(seen, settings, evidence)
        }
    }

    static let peoplevox =
        [
            check("reach") { seen, settings, _ in .reach(seen.sighting, settings.address) },
            check("tls") { seen, settings, _ in .tls(seen.sighting, settings.address) },
            check("service", service), check("login", login), check("clock") { seen, _, _ in .clock(seen.sighting) },
            check("events", events), check("zone", zone), check("dates", dates), check("site", site),
        ] + templates + reports + [
            check("statuses", statuses), check("stock", stock), check("zeroes", zeroes), check("items", items),
        ]

    /// The operations that are called, as the server's own description has them.
    private static let operations = [
        "Authenticate", "GetData", "GetReportData", "GetReportColumns", "GetSaveTemplate", "SaveData", "SubscribeEvent",
        "SubscribePostEvent", "UnsubscribeEvent",
    ]

    private static func service(
        _ seen: PeoplevoxEvidence, _ settings: Configuration.Brand.Peoplevox, _: Evidence
    ) -> Verdict {
        seen.description.judged { description in
            let missing = operations.filter { description.operations[$0] == nil }
            guard missing.isEmpty else {
                return .fail(
                    "the service lacks \(sample(missing))", change: "ask Descartes which version this tenant has")
            }
            let encodes =
                description.asksForEncoding
                ? "it encodes values of callbacks" : "it does not encode values of callbacks"
            return .pass("\(counted(description.operations.count, "operation")); \(encodes)")
        } or: { setback in
            if seen.sighting.failure != nil { return .skipped("it was not reached") }
            return .fail(
                setback.text,
                change: "peoplevoxURL is the whole address up to integrationservicev4.asmx, with the client's name")
        }
    }

    /// The other password mode is never tried: failed logins may lock the user out.
    private static func login(
        _ seen: PeoplevoxEvidence, _ settings: Configuration.Brand.Peoplevox, _: Evidence
    ) -> Verdict {
        seen.login.judged { _ in
            .pass("\(settings.user) logged in with passwordMode \(settings.passwordMode.rawValue)")
        } or: { setback in
            let other = PeoplevoxCredentials.PasswordMode.allCases.first { $0 != settings.passwordMode }?.rawValue ?? ""
            let isMode = setback.text.lowercased().contains("invalid session")
            return .fail(
                setback.text,
                change: isMode
                    ? "this is how a wrong passwordMode looks: set it to \(other), plain in the US and base64 elsewhere"
                    : "look at peoplevoxClient, peoplevoxUser and peoplevoxPassword")
        }
    }

    private static func events(
        _ seen: PeoplevoxEvidence, _: Configuration.Brand.Peoplevox, _ evidence: Evidence
    ) -> Verdict {
        seen.description.judged { description in
            if description.eventTypes.isEmpty { return .skipped("the service does not say which events it has") }
            let unknown = evidence.brand.tokens.keys.filter { !description.eventTypes.contains($0) }.sorted()
            guard unknown.isEmpty else {
                return .fail(
                    "this server does not know the events \(sample(unknown))",
                    change: "remove their tokens: subscribing to them ends in a fault")
            }
            return .pass("\(counted(description.eventTypes.count, "type")) of events")
        } or: { _ in
            .skipped("the service was not described")
        }
    }

    private static let templates = Configuration.Brand.TemplateKey.allCases.filter { $0 != .sites }.map { key in
        check("template.\(key)") { seen, settings, _ in
            let name = settings.name(key)
            return seen.templates[key].judged { columns in
                let missing = needs(of: key).filter { need in !columns.contains { $0.lowercased() == need.lowercased() }
                }
                guard missing.isEmpty else {
                    return .fail(
                        "\(name) lacks \(sample(missing))",
                        change: "add them in Peoplevox: Integration, Integration templates, \(name), Configure")
                }
                let held = key != .salesOrders || columns.contains { $0.lowercased() == "onhold" }
                return held
                    ? .pass("\(name) has \(counted(columns.count, "column"))")
                    : .warn(
                        "\(name) has no OnHold, so the floor can see an order before its lines",
                        change: "add OnHold to the template")
            } or: { setback in
                .fail(
                    "\(name): \(setback.text)", change: "configure it in Peoplevox, or set template \(key) to its name")
            }
        }
    }

    private static func needs(of key: Configuration.Brand.TemplateKey) -> [String] {
        switch key {
        case .itemTypes: ["ItemCode", "Barcode", "Name"]
        case .salesOrders:
            [
                "SalesOrderNumber", "CustomerPurchaseOrderReferenceNumber", "ShippingAddressLine1",
                "ShippingAddressCity",
                "ShippingAddressPostcode", "ShippingAddressCountry", "Status", "RequestedDeliveryDate", "CreatedDate",
                "Email", "ContactName", "ServiceType", "ChannelName",
            ]
        case .salesOrderItems: ["SalesOrderNumber", "ItemCode", "QuantityOrdered", "Line"]
        case .sites: ["Reference"]
        }
    }

    private static let reports = [
        report(.inventory, InventoryLayout.self), report(.despatches, DespatchLayout.self),
        report(.returns, ReturnLayout.self), report(.orderStatus, OrderStatusLayout.self),
    ]

    private static func report<Layout: RowLayout>(_ key: Configuration.Brand.ReportKey, _: Layout.Type) -> Check {
        check("report.\(key)") { seen, settings, _ in
            let name = settings.name(key)
            return seen.reports[key].judged { columns in
                let names: ColumnNames<Layout> = settings.columnNames(of: key)
                let missing = names.missing(from: columns)
                return missing.isEmpty
                    ? .pass("\(name) has \(counted(columns.count, "column"))")
                    : .fail(
                        "\(name) lacks \(sample(missing))",
                        change: "set column \(key).NAME to what the tenant calls it, or add it to the report")
            } or: { setback in
                .fail("\(name): \(setback.text)", change: "set report \(key) to what the tenant calls it")
            }
        }
    }

    private static func site(
        _ seen: PeoplevoxEvidence, _ settings: Configuration.Brand.Peoplevox, _: Evidence
    ) -> Verdict {
        seen.sites.judged { sites in
            if sites.rows.contains(settings.site) { return .pass("\(settings.site) is one of \(sample(sites.rows))") }
            guard sites.completeness == .proven || sites.completeness == .counted else {
                return .warn(
                    "\(settings.site) is not among the sites that were looked at, \(sites.completeness.words)",
                    change: "look in Peoplevox whether it is called so")
            }
            return .fail("there is no site \(settings.site)", change: "set site to one of \(sample(sites.rows))")
        } or: { setback in
            .warn("the sites cannot be read: \(setback.text)", change: "configure the template Sites in Peoplevox")
        }
    }

    /// Nobody has published them all. One that is not a name cannot be mapped by its name.
    private static func statuses(
        _ seen: PeoplevoxEvidence, _: Configuration.Brand.Peoplevox, _: Evidence
    ) -> Verdict {
        guard case .success(let statuses)? = seen.statuses, !statuses.isEmpty else {
            return .skipped("no order's status could be read")
        }
        let numbers = statuses.filter { Int($0) != nil }
        return numbers.isEmpty
            ? .pass("orders are \(sample(statuses, limit: 12))")
            : .warn(
                "statuses are numbers: \(sample(numbers))",
                change: "ask Descartes what they mean; orders with them count as in progress")
    }

    private static func stock(
        _ seen: PeoplevoxEvidence, _ settings: Configuration.Brand.Peoplevox, _: Evidence
    ) -> Verdict {
        guard case .success(let sites)? = seen.sites, sites.rows.contains(settings.site) else {
            return .skipped("the site is not known")
        }
        return seen.stock.judged { answer in
            if let mistake = answer.unreadable.first {
                return .fail("\(mistake)", change: "look at that item in Peoplevox; its stock is never sent")
            }
            let negative = answer.rows.filter(\.hasNegative).map(\.itemCode.text)
            guard negative.isEmpty else {
                return .warn("stock is negative for \(sample(negative))", change: "count these in the warehouse")
            }
            return answer.rows.isEmpty
                ? .warn("\(settings.site) has no stock at all", change: "is it the right site?")
                : .pass("\(counted(answer.rows.count, "row")) of \(settings.site) read, \(answer.completeness.words)")
        } or: { setback in
            .fail(setback.text, change: "look at report inventory and its columns")
        }
    }

    /// A report that leaves out what is sold out never says zero, and what is missing is not zero.
    private static func zeroes(
        _ seen: PeoplevoxEvidence, _ settings: Configuration.Brand.Peoplevox, _: Evidence
    ) -> Verdict {
        guard case .success(let answer)? = seen.stock, !answer.rows.isEmpty else {
            return .skipped("no stock could be read")
        }
        let count = answer.rows.count { $0.onHand == 0 && !$0.itemCode.isDeactivated }
        guard count == 0 else { return .pass("\(counted(count, "row")) of none on hand: what is sold out has its row") }
        return .warn(
            "no row of \(settings.name(.inventory)) has none on hand, \(answer.completeness.words) looked at",
            change: "let the report show items without stock: what has no row is never written as 0, and is sold on")
    }

    private static func items(
        _ seen: PeoplevoxEvidence, _: Configuration.Brand.Peoplevox, _: Evidence
    ) -> Verdict {
        seen.items.judged { answer in
            let live = answer.rows.filter { !$0.itemCode.isDeactivated }
            let barcodes = repeated(live.compactMap(\.barcode))
            guard barcodes.isEmpty else {
                return .fail(
                    "\(counted(barcodes.count, "barcode")) of more than one item: \(sample(barcodes))",
                    change: "give each item a barcode of its own; the floor scans by it")
            }
            let bare = live.filter { $0.barcode == nil }.map(\.itemCode.text)
            guard bare.isEmpty else {
                return .warn(
                    "\(counted(bare.count, "item")) without a barcode: \(sample(bare))", change: "give them one")
            }
            return .pass(
                "\(counted(live.count, "active item")), each with a barcode of its own, \(answer.completeness.words)")
        } or: { setback in
            guard case .success? = seen.templates[.itemTypes] else { return .skipped("there is no such template") }
            return .fail(setback.text, change: "look at template itemTypes")
        }
    }
}

/// Those that come up more than once, sorted.
func repeated(_ texts: [String]) -> [String] {
    Dictionary(texts.map { ($0, 1) }, uniquingKeysWith: +).filter { $0.value > 1 }.keys.sorted()
}

extension Completeness {
    var words: String {
        switch self {
        case .proven: "all of them"
        case .counted: "by their count all of them"
        case .incomplete(_, let seen, let total): "\(seen) of \(total)"
        }
    }
}
