// Everything the pretend Peoplevox knows, as one value: verbs change it, reports and templates read it, and each change
// that a subscriber could hear of is noted in `changes`. No clock, no socket, no chance.
//
//     on hand = what stands there                   available = on hand - allocated - allocated for others
//     import (allocate) -> pick -> despatch         goods in, stock take, removal, return: on hand alone

package struct WarehouseState: Sendable {
    package var policy = WarehousePolicy()
    /// What the tenant's clock shows; whoever calls a verb sets it first.
    package var now: CivilTime
    package var items = Register<ItemType>()
    package var sites: [Site] = []
    package var stock: [StockPlace: Stock] = [:]
    package var orders = Register<SalesOrder>()
    package var despatches = Register<Despatch>()
    package var goodsIn: [GoodsInLine] = []
    package var returns: [ReturnedLine] = []
    package var movements: [Movement] = []
    /// The templates without behaviour of their own (carriers, customers, …): rows by key.
    package var plain: [String: Register<[String: String]>] = [:]
    /// In the order in which they happened; the service takes them out and tells the subscribers.
    package var changes: [Change] = []
    package var next = Numbers()

    package init(now: CivilTime) {
        self.now = now
    }

    /// The numbers that are given next.
    package struct Numbers: Equatable, Sendable {
        package var despatch = 10_300
        package var goodsIn = 2_100
        package var returned = 600
        package var movement = 991_000
    }

    /// Item types whose barcode that is; more than one only where a tenant has been damaged on purpose.
    func holder(ofBarcode barcode: String) -> ItemType? {
        items.all.first { $0.fields["Barcode"] == barcode }
    }

    func site(_ reference: String) -> Site? { sites.first { $0.reference == reference } }

    var defaultSite: String { sites.first?.reference ?? "" }
}

/// Why a verb or a row was not carried out. The words are invented: the real texts are not published.
package struct WarehouseRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package var description: String { text }
}

package struct Site: Equatable, Sendable {
    package var reference: String
    package var name: String

    package init(_ reference: String, name: String) {
        self.reference = reference
        self.name = name
    }
}

/// A record of template "Item types".
package struct ItemType: Equatable, Sendable {
    package var code: String
    package var isDeactivated = false
    /// Every other column that was saved, by its default name.
    package var fields: [String: String]

    package init(_ code: String, _ fields: [String: String]) {
        self.code = code
        self.fields = fields
    }

    package var name: String { fields["Name"] ?? "" }

    /// How answers show it: deactivated item types carry a marker (peoplevox.md, 3.1).
    package var listedCode: String { isDeactivated ? "~D~" + code : code }
}

package struct StockPlace: Hashable, Sendable {
    package var site: String
    package var itemCode: String

    package init(_ site: String, _ itemCode: String) {
        self.site = site
        self.itemCode = itemCode
    }
}

package struct Stock: Equatable, Sendable {
    package var onHand = 0
    /// Reserved for the sales orders that this state holds.
    package var allocated = 0
    /// Reserved for orders of other channels, of which nothing else is known.
    package var allocatedElsewhere = 0
    package var location = ""

    package var allAllocated: Int { allocated + allocatedElsewhere }
    package var available: Int { onHand - allAllocated }

    package init(onHand: Int = 0, allocatedElsewhere: Int = 0, location: String = "") {
        self.onHand = onHand
        self.allocatedElsewhere = allocatedElsewhere
        self.location = location
    }
}
