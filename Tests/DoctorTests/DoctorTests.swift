// The doctor names what is wrong, and nothing else.
import Outbound
import Sandbox
import Testing

@testable import Application
@testable import Centra

private struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let findings: [String]
    let plant: @Sendable (inout Clinic) -> Void

    init(_ name: String, _ findings: [String], _ plant: @escaping @Sendable (inout Clinic) -> Void) {
        (testDescription, self.findings, self.plant) = (name, findings, plant)
    }
}

struct DoctorTests {
    /// What is wanted, and nobody has subscribed to yet.
    static let usual = ["warn callbacks.subscriptions"]

    private static let cases: [Case] = [
        Case("nothing", []) { _ in },
        Case("a wrong password", ["fail peoplevox.login"]) { $0.password = "another" },
        Case("the other password mode", ["fail peoplevox.login"]) { $0.set("passwordMode", "plain") },
        Case("an unknown host", ["fail peoplevox.reach"]) {
            $0.obstacle = TransportFailure(.unreachable, mayHaveArrived: false, "no such host")
        },
        Case("an unknown authority", ["fail peoplevox.tls"]) {
            $0.obstacle = TransportFailure(.untrusted, mayHaveArrived: false, "self-signed")
        },
        Case("the other order of day and month", ["fail peoplevox.dates"]) { $0.set("dateFormat", "m/d/Y") },
        Case("a zone that is behind", ["fail peoplevox.zone"]) { $0.set("timeZone", "America/Los_Angeles") },
        Case("a site that is not there", ["fail peoplevox.site"]) { $0.set("site", "SecondarySite") },
        Case("a report without a row of what is sold out", ["warn peoplevox.zeroes"]) { clinic in
            _ = try? clinic.warehouse.withWarehouse { warehouse in
                for (place, stock) in warehouse.stock where stock.onHand == 0 { warehouse.stock[place] = nil }
            }
        },
        Case("a site behind many others", []) { $0.add(sites: 1_200, before: true) },
        Case("a site that is not there, and more than can be looked at", ["warn peoplevox.site"]) {
            $0.add(sites: 2_100, before: false)
            $0.set("site", "SecondarySite")
        },
        Case("a template without a column", ["fail peoplevox.template.salesOrderItems"]) { clinic in
            clinic.warehouse.withTenant { $0.saveColumns["Sales order items"]?.removeAll { $0 == "Line" } }
        },
        Case("a template that is not configured", ["fail peoplevox.template.itemTypes"]) { clinic in
            clinic.warehouse.withTenant { $0.saveColumns["Item types"] = nil }
        },
        Case("orders that cannot be held", ["warn peoplevox.template.salesOrders"]) { clinic in
            clinic.warehouse.withTenant { $0.saveColumns["Sales orders"]?.removeAll { $0 == "OnHold" } }
        },
        Case("a report under another name", ["fail peoplevox.report.returns"]) {
            $0.set("report returns", "Returns summary")
        },
        Case("a column under another name", ["fail peoplevox.report.despatches"]) {
            $0.set("column despatches.trackingNumber", "Tracking no.")
        },
        Case("a barcode of two items", ["fail peoplevox.items"]) { clinic in
            _ = try? clinic.warehouse.withWarehouse { warehouse in
                let another = warehouse.items["UM1001REDM"]?.fields["Barcode"]
                warehouse.items["UM1001REDS"]?.fields["Barcode"] = another
            }
        },
        Case("an event that this server does not know", ["fail peoplevox.events"]) {
            $0.set("token OnDespatchOrderReceived", Clinic.hash("3"))
        },
        Case("an address on loopback", ["fail callbacks.address"]) { $0.set("callbackBase", "http://127.0.0.1:8080") },
        Case("a private address", ["fail callbacks.address"]) { $0.set("callbackBase", "https://10.1.2.3") },
        Case("a listener's address", ["fail callbacks.address"]) { $0.set("callbackBase", "https://0.0.0.0") },
        Case("a provider's address", ["fail callbacks.address"]) { $0.set("callbackBase", "https://100.64.1.2") },
        Case("another port", ["warn callbacks.address"]) {
            $0.set("callbackBase", "https://webhooks.example.com:8443")
        },
        Case("no token", ["warn callbacks.tokens"]) { $0.set("token AvailabilityChanges", nil) },
    ]

    @Test(arguments: cases)
    private func oneMistakeIsOneFinding(_ example: Case) throws {
        var clinic = Clinic()
        example.plant(&clinic)
        #expect(Set(try clinic.findings()).symmetricDifference(Self.usual).sorted() == example.findings.sorted())
    }

    /// Figures from outside may be the largest that there are.
    @Test(arguments: [(Int.max, 0, "pass"), (.max, .max, "warn"), (100, 90, "warn"), (100, .min, "pass")])
    func limitsWithoutAnEndAreCompared(quota: Int, used: Int, verdict: String) throws {
        var clinic = Clinic()
        clinic.set("centraURL", "https://ulvmark.centra.com/graphql")
        clinic.set("centraToken", "A_TOKEN")
        let brand = try #require(try clinic.tool().brands.first)
        let row = """
            {"type": "MUTATION_COUNT", "intervalSeconds": "ONE_HOUR", "quota": \(quota), "usedQuota": \(used),
            "remainingQuota": 0}
            """
        let reply = OutboundReply(status: 200, body: Array(#"{"data": {"rateLimits": [\#(row)]}}"#.utf8))
        var seen = CentraEvidence()
        seen.limits = .success(try Envelope(.rateLimits, schema: .assumed).read(reply).result.get().value())
        let check = try #require(Check.all.first { $0.name == "centra.limits" })
        #expect(check.judge(Evidence(brand: brand, now: 0, centra: seen))?.word == verdict)
    }

    /// An order changed, and no event waits. Beside a server, that one may have taken it.
    @Test(arguments: [(true, "warn"), (false, "pass")])
    func ourOwnServerTakesEvents(isAlone: Bool, verdict: String) throws {
        var clinic = Clinic()
        clinic.set("centraURL", "https://ulvmark.centra.com/graphql")
        clinic.set("centraToken", "A_TOKEN")
        let brand = try #require(try clinic.tool().brands.first)
        let listeners = ["Order", "Shipment", "Return"].map {
            #"{"integrationName": "Lockstep", "objectType": "\#($0)", "changeTypes": ["UPDATED"]}"#
        }
        let reply = OutboundReply(
            status: 200, body: Array(#"{"data": {"eventListeners": [\#(listeners.joined(separator: ","))]}}"#.utf8))
        var seen = CentraEvidence()
        seen.listeners = .success(try Envelope(.eventListeners, schema: .assumed).read(reply).result.get().value())
        seen.waitingEvents = .success([])
        seen.changedOrders = .success([CentraTime(microseconds: 0)])
        let check = try #require(Check.all.first { $0.name == "centra.events" })
        #expect(check.judge(Evidence(brand: brand, now: 0, isAlone: isAlone, centra: seen))?.word == verdict)
    }

    /// Judging needs no partner.
    @Test(arguments: [(["Despatched", "New"], "pass"), (["5", "New"], "warn"), ([], "skip")])
    func statusesThatAreNumbersAreNamed(statuses: [String], verdict: String) throws {
        let brand = try #require(try Clinic().tool().brands.first)
        var seen = PeoplevoxEvidence(zone: .success(.utc))
        seen.statuses = .success(statuses)
        let check = try #require(Check.all.first { $0.name == "peoplevox.statuses" })
        #expect(check.judge(Evidence(brand: brand, now: 0, peoplevox: seen))?.word == verdict)
    }
}
