// The world outside of Lockstep: a shop and a warehouse on one clock that is turned by hand, and the orders between them.
// It knows the truth, which is what the oracle asks it for.
import JSON
import POSIX
package import Sandbox
import TestSupport
package import Workflows

/// An order on its way: placed in Centra, in Peoplevox after its export.
struct TradeOrder {
    struct Part {
        let line: Int
        let shelf: Shelf
        let units: Int
        var despatched = 0
        var completed = 0
    }

    let number: Int
    var parts: [Part]
    var isExported = false
    var isOver = false

    /// In Peoplevox there is one order for each of Centra's warehouses.
    func name(_ warehouse: Int) -> String { "C-\(number)-\(warehouse)" }
}

package final class World {
    package let plan: Plan
    package let clock: SandboxClock
    package let centra: CentraSandbox
    package let warehouse: PeoplevoxSandbox
    package let callbacks: Outbox
    var chance: SplitMix64
    var orders: [Int: TradeOrder] = [:]
    /// Movements that orders have made, by their names; the program is to know all of them.
    private(set) var movements: [StockMovement] = []
    /// Of both partners, in the order of their names.
    private(set) var skus: [String] = []
    var missingInPeoplevox: Set<String> = []
    var missingInCentra: Set<String> = []
    /// Rows that the report has stopped showing, and what is behind them.
    var lostRows: Set<StockPlace> = []
    var heldBack: [StockPlace: Stock] = [:]
    /// A SKU that another size has as well, and that one's number.
    var shared: (sku: String, size: Int)?
    /// Shelves that somebody has changed in Centra by hand, or where Centra did not take what it was told.
    var touched: Set<Shelf> = []

    static let callbackToken = "sim-callback-token-0123456789abcdef"
    static let centraSecret = "sim-endpoint-secret-0123456789"
    /// Stands in callbacks and orders and nowhere else (P9).
    static let shopper = "Xanthippe Quux"
    static let shopperMail = "xanthippe.quux@example.com"
    /// 2026-02-05 12:00:00 UTC.
    static let noon: Int64 = 1_770_292_800_000_000

    package init(_ plan: Plan) {
        self.plan = plan
        chance = SplitMix64(seed: plan.seed)
        clock = SandboxClock(standingAt: World.noon)
        callbacks = Outbox(clock: clock, seed: chance.next())
        centra = CentraSandbox(clock: clock, seed: chance.next(), isEmpty: true)
        var tenant = PeoplevoxTenant.ulvmark
        tenant.isNewer = false
        warehouse = PeoplevoxSandbox(
            clock: clock, outbox: callbacks, tenant: tenant, warehouse: World.stock(plan, &chance), seed: chance.next())
        for id in plan.warehouses { centra.addWarehouse(id, name: "Warehouse \(id)") }
        for index in 1...plan.skus { furnish(World.sku(index)) }
        misbehave()
        if plan.sendsCallbacks { subscribe() }
    }

    package static func sku(_ index: Int) -> String { "K" + String(100_000 + index).dropFirst() }

    private static func stock(_ plan: Plan, _ chance: inout SplitMix64) -> WarehouseState {
        var state = WarehouseState(now: CivilTime(seconds: Int(noon / 1_000_000)))
        state.sites = plan.siteNames.map { Site($0, name: $0) }
        for index in 1...plan.skus {
            let code = sku(index)
            state.items[code] = ItemType(code, ["Name": "Item \(index)"])
            for site in plan.siteNames where !chance.oneIn(12) {
                let location = "A-01-0\(index % 9 + 1)"
                state.stock[StockPlace(site, code)] = Stock(onHand: chance.number(in: 0...20), location: location)
            }
        }
        return state
    }

    /// A SKU in Centra shows what it does before Lockstep has ever written.
    private func furnish(_ sku: String) {
        skus.append(sku)
        if plan.hasSecrets, chance.oneIn(15) {
            missingInCentra.insert(sku)
            return
        }
        centra.addSKU(sku)
        for id in plan.warehouses { centra.setByHand(sku, in: id, physical: chance.number(in: 0...6)) }
    }

    private func misbehave() {
        centra.set { $0 = plan.centra }
        warehouse.withSwitches { $0 = plan.peoplevox }
        callbacks.mishaps = plan.mishaps
        centra.outbox.mishaps = plan.mishaps
        centra.set {
            $0.webhookURL = "https://lockstep.example/v1/sim/centra"
            $0.webhookSecret = World.centraSecret
        }
    }

    private func subscribe() {
        let address = "https://lockstep.example/v1/sim/peoplevox/"
        let extra = "&contact=Xanthippe%20Quux&mail=xanthippe.quux%40example.com"
        for (event, parameters) in World.subscriptions {
            let url = "\(address)\(event.rawValue)/\(World.callbackToken)?\(parameters)\(extra)"
            warehouse.subscribe(to: event, url: url)
        }
    }

    private static let subscriptions: [(Change.Kind, String)] = [
        (.availabilityChanges, "item={ItemCode}&available={Available}"),
        (.incrementalChanges, "item={ItemType.ItemCode}&changed={QuantityChanged}&at={UpdateTimestamp}"),
        (.goodsReceived, "id={GoodsInId}&item={Consignments.ConsignmentItemTypes.ItemType.ItemCode}"),
    ]

    /// Nothing goes wrong from now on.
    package func calmDown() {
        tellApart()
        callbacks.mishaps = DeliveryMishaps()
        centra.outbox.mishaps = DeliveryMishaps()
        centra.set {
            $0.chaosPercent = 0
            $0.chaosKinds = []
        }
        warehouse.withSwitches { switches in
            switches.timeoutBeforePercent = 0
            switches.timeoutAfterPercent = 0
            switches.unavailablePercent = 0
            switches.htmlPercent = 0
            switches.truncatedPercent = 0
            switches.sessionLossPercent = 0
            switches.pageDrift = 0
        }
    }

    // MARK: The truth

    /// What stands in the warehouse now, by place.
    package var levels: [StockPlace: Stock] { (try? warehouse.withWarehouse { $0.stock }) ?? [:] }

    /// Units of our orders in Peoplevox, and those of them that have left, whose shipment is not complete.
    package func own(on shelf: Shelf) -> (exported: Int, despatched: Int) {
        var own = (exported: 0, despatched: 0)
        for order in orders.values where order.isExported && !order.isOver {
            for part in order.parts where part.shelf == shelf {
                own.exported += part.units - part.completed
                own.despatched += part.despatched - part.completed
            }
        }
        return own
    }

    /// What Centra should have as physical quantity; nil where nobody can know.
    package func physical(of shelf: Shelf, in levels: [StockPlace: Stock]) -> Int? {
        guard !missingInPeoplevox.contains(shelf.sku), !missingInCentra.contains(shelf.sku) else { return nil }
        let sites = plan.sites(of: shelf.warehouse)
        guard !sites.contains(where: { lostRows.contains(StockPlace($0, shelf.sku)) }) else { return nil }
        let rows = sites.compactMap { levels[StockPlace($0, shelf.sku)] }
        guard !rows.isEmpty else { return nil }
        let own = own(on: shelf)
        let base = rows.reduce(0) { $0 + (plan.source == .onHandAndDespatched ? $1.onHand : $1.available) }
        let ours = plan.source == .availableAndExported ? own.exported : own.despatched
        return max(0, base + ours - World.pieces(plan.buffer, of: base))
    }

    static func pieces(_ buffer: StockBuffers.Buffer, of base: Int) -> Int {
        switch buffer {
        case .fixed(let pieces): pieces
        case .share(let percent, let minimum): max(minimum, (max(0, base) * percent + 99) / 100)
        }
    }

    func add(_ sku: String) { skus.append(sku) }

    func note(_ movement: StockMovement) { movements.append(movement) }
}
