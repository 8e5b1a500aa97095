// What must hold of a Centra environment (centra.md, section 13, as far as reading can settle it).
import Centra

extension Check {
    private static func check(
        _ name: String, _ judge: @escaping @Sendable (CentraEvidence, Configuration.Brand.Centra, Evidence) -> Verdict
    ) -> Check {
        Check("centra." + name) { evidence in
            guard let seen = evidence.centra, let settings = evidence.brand.partners.centra else { return nil }
            return judge(seen, settings, evidence)
        }
    }

    static let centra =
        [
            check("reach") { seen, settings, _ in .reach(seen.sighting, settings.address) },
            check("tls") { seen, settings, _ in .tls(seen.sighting, settings.address) },
            check("token", token), check("clock") { seen, _, _ in .clock(seen.sighting) }, check("version", version),
            check("limits", limits),
        ] + schema + [
            check("permissions", permissions), check("events", events), check("warehouse", warehouse),
            check("skus", skus),
            check("deprecations", deprecations),
        ]

    private static func token(_ seen: CentraEvidence, _: Configuration.Brand.Centra, _: Evidence) -> Verdict {
        if seen.sighting.failure != nil { return .skipped("it was not reached") }
        return seen.limits.judged { _ in
            .pass("the token is taken; when it expires cannot be read (30 days after it was made, unless chosen)")
        } or: { setback in
            let isElsewhere = seen.sighting.status.map { $0 != 401 && $0 != 403 && (300..<500).contains($0) } ?? false
            return .fail(
                setback.text,
                change: setback.isConfiguration && !isElsewhere
                    ? "make a token in Centra (System, API Tokens) and put it into the variable that centraToken names"
                    : "is centraURL that of the GraphQL endpoint, which ends in /graphql?")
        }
    }

    private static func version(_ seen: CentraEvidence, _: Configuration.Brand.Centra, _: Evidence) -> Verdict {
        guard let version = seen.version, let several = CentraClient.severalSizes else {
            return .skipped("replies do not say which version they are of")
        }
        return version >= several
            ? .pass("\(version)")
            : .warn(
                "\(version) sets the stock of one size in a call; \(several) and later of many",
                change: "ask Centra for an update, or expect stock to take its time")
    }

    /// What the others use of it is what everybody used less what we did.
    private static func limits(_ seen: CentraEvidence, _ settings: Configuration.Brand.Centra, _: Evidence) -> Verdict {
        seen.limits.judged { rows in
            let busy = rows.filter { row in
                // Figures from outside can be the largest that there are, as a quota without an end is.
                let others = Double(row.used) - Double(row.kind.known == .requests ? seen.calls : 0)
                return row.interval.known == .oneHour && row.quota > 0
                    && others * 100 > Double(row.quota) * Double(100 - settings.share)
            }
            let words = rows.map { "\($0.kind.text) \($0.used) of \($0.quota) in \($0.interval.text)" }
            return busy.isEmpty
                ? .pass(sample(words, limit: 6))
                : .warn(
                    "others use more than \(100 - settings.share) % of \(sample(busy.map(\.kind.text)))",
                    change: "lower centraShare to what is left, or find out which integration it is")
        } or: { _ in
            .skipped("the limits cannot be read")
        }
    }

    /// Without these flows nothing is kept in lockstep; the others are switched on by those who want them.
    private static let needed: [CentraFlow] = [.system, .orders, .despatch, .stock, .catalogue]

    private static let schema = CentraFlow.allCases.filter { $0 != .extra }.map { flow in
        check("schema.\(flow)") { seen, _, _ in
            seen.missing.judged { missing in
                guard let lacks = missing[flow] else { return .pass("all that is sent is there") }
                let seen = "this server has no \(sample(lacks))"
                return needed.contains(flow)
                    ? .fail(seen, change: "the flow \(flow) does not start; ask Centra for an update, or us for one")
                    : .warn(seen, change: "the flow \(flow) stays off")
            } or: { setback in
                flow == .system
                    ? .warn(
                        "the schema cannot be read: \(setback.text)", change: "allow introspection in this environment")
                    : .skipped("the schema cannot be read")
            }
        }
    }

    private static func permissions(_ seen: CentraEvidence, _: Configuration.Brand.Centra, _: Evidence) -> Verdict {
        guard !seen.probes.isEmpty else { return .skipped("not asked, because of what is above") }
        let refused = seen.probes.compactMap { probe -> String? in
            guard case .failure(let setback) = probe.outcome, setback.isConfiguration else { return nil }
            return "\(probe.name) (\(setback.text))"
        }
        let unclear = seen.probes.compactMap { probe -> String? in
            guard case .failure(let setback) = probe.outcome, !setback.isConfiguration else { return nil }
            return "\(probe.name) (\(setback.text))"
        }
        guard refused.isEmpty else {
            return .fail("not allowed: \(sample(refused))", change: "give the token these permissions in Centra")
        }
        return unclear.isEmpty
            ? .pass("\(sample(seen.probes.map(\.name), limit: 9)) can be read; writing is not tried")
            : .warn(
                "could not be read: \(sample(unclear))", change: "run doctor again; if it stays, look at the schema")
    }

    /// Queries about events work where nobody has switched them on. What shows it is an order that changed, and no event
    /// that waits: unless our own server has taken it.
    private static func events(
        _ seen: CentraEvidence, _: Configuration.Brand.Centra, _ evidence: Evidence
    ) -> Verdict {
        seen.listeners.judged { listeners in
            let missing = [EventObject.order, .shipment, .return].filter { object in
                !listeners.contains { $0.object == .known(object) }
            }
            guard missing.isEmpty else {
                return .warn(
                    "the event queue does not listen to \(sample(missing.map(\.rawValue)))",
                    change: "set listeners for this integration; until then changes are found by sweeps")
            }
            let objects = sample(Set(listeners.map(\.object.text)).sorted(), limit: 9)
            guard evidence.isAlone else {
                return .pass("listened to: \(objects); whether any wait says nothing beside a server that takes them")
            }
            if seen.hasOrderWithoutEvent {
                return .warn(
                    "an order changed, and no event of that time waits",
                    change:
                        "unless Lockstep took it before it was stopped: ask Centra to switch events on, or find out "
                        + "who else confirms this integration's events")
            }
            return .pass("listened to: \(objects)")
        } or: { setback in
            .warn(
                "the event queue cannot be read: \(setback.text)",
                change: "give the token Event:read, or rely on sweeps")
        }
    }

    private static func warehouse(
        _ seen: CentraEvidence, _ settings: Configuration.Brand.Centra, _: Evidence
    ) -> Verdict {
        seen.warehouses.judged { warehouses in
            let known = warehouses.map { "\($0.id) (\(String($0.name.prefix(40))))" }
            guard let id = settings.warehouse else {
                return .warn("centraWarehouse is not set", change: "set it to one of \(sample(known))")
            }
            guard let one = warehouses.first(where: { $0.id == id }) else {
                return .fail("there is no warehouse \(id)", change: "set centraWarehouse to one of \(sample(known))")
            }
            return .pass("\(one.id) is \(String(one.name.prefix(40)))")
        } or: { _ in
            .skipped("the warehouses cannot be read")
        }
    }

    private static func skus(_ seen: CentraEvidence, _: Configuration.Brand.Centra, _: Evidence) -> Verdict {
        seen.sizes.judged { sizes in
            let bare = sizes.filter { $0.codes.sku?.isEmpty != false && $0.isActive != false }
            guard bare.isEmpty else {
                return .fail(
                    "\(counted(bare.count, "size")) without a SKU: \(sample(bare.map { "size \($0.codes.id)" }))",
                    change: "give each size a SKU, or its stock and orders cannot be matched")
            }
            let doubled = repeated(sizes.compactMap(\.codes.sku))
            return doubled.isEmpty
                ? .pass("\(counted(sizes.count, "size")), each with a SKU of its own")
                : .warn(
                    "\(counted(doubled.count, "SKU")) of more than one size: \(sample(doubled))",
                    change: "give each size a SKU of its own; stock is set by size where they share one")
        } or: { setback in
            .skipped("not all sizes could be read: \(setback.text)")
        }
    }

    private static func deprecations(_ seen: CentraEvidence, _: Configuration.Brand.Centra, _: Evidence) -> Verdict {
        guard case .success? = seen.limits else { return .skipped("nothing could be asked") }
        return seen.deprecations.isEmpty
            ? .pass("nothing that was asked is deprecated")
            : .warn(sample(seen.deprecations), change: "Centra removes these; update Lockstep before the date")
    }
}

extension CentraEvidence {
    /// Between an order's change and its event, in microseconds.
    private static let lag: Int64 = 300_000_000

    /// Where more events wait than were read, nobody knows.
    fileprivate var hasOrderWithoutEvent: Bool {
        guard case .success(let events)? = waitingEvents, case .success(let orders)? = changedOrders,
            events.count < SchemaCapabilities.listLimit, let newestOrder = orders.max()
        else { return false }
        return events.max().map { $0.microseconds < newestOrder.microseconds - Self.lag } ?? true
    }
}
