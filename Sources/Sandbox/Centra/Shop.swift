// The pretend shop: all of its state, and how it is looked up. A class, because views of it are taken while it is asked;
// `CentraSandbox` keeps it behind a `Mutex`, so one thread at a time has it.
import POSIX

/// Something is wrong with what was asked: an entry of `userErrors` or `userWarnings`.
struct Complaint: Error, Equatable, Sendable {
    let message: String
    let path: [String]

    init(_ message: String, _ path: String...) {
        self.message = message
        self.path = path
    }

    init(_ message: String, path: [String]) {
        self.message = message
        self.path = path
    }
}

final class Shop {
    var switches = CentraSwitches()
    let clock: any Clock
    var catalogue = Catalogue()
    var warehouses: [Warehouse] = []
    /// Orders are never removed; in the order of their numbers.
    var orders: [Order] = []
    private var orderPlaces: [Int: Int] = [:]
    private var orderNumbers: [String: Int] = [:]
    var shipments: [Shipment] = []
    private var shipmentPlaces: [Int: Int] = [:]
    /// By order number.
    private var shipmentIDs: [Int: [Int]] = [:]
    var returns: [Return] = []
    var stock = StockBook()
    /// What the API was asked to set, in the order in which it was applied; the newest `stockLogLimit` of it.
    var stockLog: [StockNote] = []
    var events = EventQueue()
    /// What the webhook plugin has still to tell.
    var webhookNotes: [WebhookNote] = []
    var conversions = IDConversions()
    /// What the next capture or refund of an order comes to; the provider's own way when nothing is said.
    var outcomes: [Int: [CaptureOutcome]] = [:]
    /// By size; nil after any change of orders or shipments.
    private var demands: [Int: Int]?
    private var lastID: [String: Int] = [:]

    init(clock: any Clock) {
        self.clock = clock
    }

    var now: Moment { clock.wallMicroseconds() }

    func text(_ moment: Moment, _ format: String? = nil) -> String {
        Times.text(moment, offsetMinutes: switches.utcOffsetMinutes, format: format)
    }

    func moment(_ text: String) -> Moment? {
        Times.moment(text, now: now, offsetMinutes: switches.utcOffsetMinutes)
    }

    /// The next of a kind's numbers; those of the seed are below `start`.
    func nextID(_ kind: String, from start: Int) -> Int {
        let id = lastID[kind] ?? start
        lastID[kind] = id + 1
        return id
    }

    // MARK: Orders

    func add(_ order: Order) {
        demands = nil
        orderPlaces[order.number] = orders.count
        orderNumbers[order.id] = order.number
        orders.append(order)
    }

    func order(_ number: Int) -> Order? { orderPlaces[number].map { orders[$0] } }

    func order(id: String) -> Order? { orderNumbers[id].flatMap(order) }

    /// The order that an `OrderInput` means.
    func order(_ input: Arguments?, _ path: String...) throws(Complaint) -> Order {
        if let number = input?.integer("number") {
            guard let order = order(number) else {
                throw Complaint("Could not find Order with number \(number)", path: path)
            }
            return order
        }
        let id = input?.string("id") ?? ""
        guard let order = order(id: id) else { throw Complaint("Could not find Order with ID \(id)", path: path) }
        return order
    }

    /// Changes an order as a part of something larger that says so.
    func edit(_ number: Int, _ body: (inout Order) -> Void) {
        demands = nil
        if let place = orderPlaces[number] { body(&orders[place]) }
    }

    /// Changes an order, and says so to whoever listens.
    func change(_ number: Int, as kind: ChangeType = .updated, _ body: (inout Order) -> Void) {
        guard let place = orderPlaces[number] else { return }
        demands = nil
        body(&orders[place])
        orders[place].updatedAt = now
        note(.order, kind, reference: number, store: orders[place].storeID)
    }

    // MARK: Shipments

    func add(_ shipment: Shipment) {
        demands = nil
        shipmentPlaces[shipment.id] = shipments.count
        shipmentIDs[shipment.orderNumber, default: []].append(shipment.id)
        shipments.append(shipment)
    }

    func shipment(_ id: Int) -> Shipment? { shipmentPlaces[id].map { shipments[$0] } }

    func shipment(_ id: Int?, _ path: String...) throws(Complaint) -> Shipment {
        guard let id, let shipment = shipment(id) else {
            throw Complaint("Could not find Shipment with ID \(id ?? 0)", path: path)
        }
        return shipment
    }

    func shipments(of order: Order) -> [Shipment] { (shipmentIDs[order.number] ?? []).compactMap(shipment) }

    /// As a part of something larger that says so.
    func edit(shipment id: Int, _ body: (inout Shipment) -> Void) {
        demands = nil
        if let place = shipmentPlaces[id] { body(&shipments[place]) }
    }

    /// - Parameter action: for webhooks, which say more than events.
    func change(
        shipment id: Int, as kind: ChangeType = .updated, action: String? = nil, _ body: (inout Shipment) -> Void
    ) {
        guard let place = shipmentPlaces[id] else { return }
        demands = nil
        body(&shipments[place])
        shipments[place].updatedAt = now
        note(.shipment, kind, reference: id, store: shipments[place].isWholesale ? 2 : 1, action: action)
    }

    // MARK: Others

    /// Units of a size that are ordered, and neither gone nor promised.
    func demand(of sizeID: Int) -> Int {
        if demands == nil { demands = computedDemands() }
        return demands?[sizeID] ?? 0
    }

    func warehouse(_ id: Int) -> Warehouse? { warehouses.first { $0.id == id } }

    /// The warehouse that a `WarehouseInput` means: by its id, or by an id conversion.
    func warehouse(_ input: Arguments?, _ path: String...) throws(Complaint) -> Warehouse {
        let externalID = input?.string("externalId")
        let id = input?.integer("id") ?? externalID.flatMap { conversions.internalID("Warehouse", $0) }
        guard let id, let warehouse = warehouse(id) else {
            throw Complaint(
                "Could not find Warehouse with ID \(externalID ?? input?.integer("id").map(String.init) ?? "")",
                path: path)
        }
        return warehouse
    }

    func returnPlace(_ id: Int, _ path: String...) throws(Complaint) -> Int {
        guard let place = returns.firstIndex(where: { $0.id == id && !$0.isDeleted }) else {
            throw Complaint("Could not find Return with ID \(id)", path: path)
        }
        return place
    }
}
