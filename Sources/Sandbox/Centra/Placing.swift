// New orders and whole assortments, for the demo, for load, and for simulations: what a shopper or a buyer does, not the API.
import JSON

extension Shop {
    /// `{"lines": [{"sku": "UM1001REDS", "quantity": 2}], "status": "CONFIRMED", ...}`
    func place(_ wish: JSONValue) throws(ControlMistake) -> Int {
        let number = nextID("Order", from: 10_012)
        var order = Order(number: number, id: Seed.id(number), createdAt: now, updatedAt: now)
        for row in wish["lines"]?.array ?? [] { order.lines.append(try line(row)) }
        guard !order.lines.isEmpty else { throw ControlMistake("an order needs lines") }
        order.isWholesale = wish["isWholesale"]?.bool ?? false
        order.isWaitingForPayment = wish["isWaitingForPayment"]?.bool ?? false
        order.isOnHold = wish["isOnHold"]?.bool ?? false
        order.provider = wish["provider"]?.string == "adyen" ? .adyen : .stripe
        order.shippingCost = Money(minor: 4_900)
        if let uri = wish["shippingOption"]?.string {
            guard let option = ShippingOption.all.first(where: { $0.uri == uri }) else {
                throw ControlMistake("there is no shipping option \(uri)")
            }
            order.shippingOption = option
        }
        address(&order, wish["address"])
        place(order, isConfirmed: switches.autoconfirmsOrders || wish["status"]?.string != "PENDING")
        return number
    }

    private func line(_ row: JSONValue) throws(ControlMistake) -> OrderLine {
        let sizeID = row["size"]?.integer ?? row["sku"]?.string.flatMap { catalogue.sizes(sku: $0).first }
        guard let sizeID, catalogue.sizes[sizeID] != nil else {
            throw ControlMistake("a line needs a known sku or size")
        }
        guard let quantity = row["quantity"]?.integer, (1...10_000).contains(quantity) else {
            throw ControlMistake("a line needs a quantity")
        }
        let price = Money(row["unitPrice"]) ?? Money(minor: 49_900)
        return OrderLine(
            id: nextID("OrderLine", from: 50_019), sizeID: sizeID, quantity: quantity, unitPrice: price,
            originalPrice: price)
    }

    private func address(_ order: inout Order, _ given: JSONValue?) {
        let person = Person(
            id: 400 + order.number, email: given?["email"]?.string ?? "shopper\(order.number)@example.com",
            firstName: given?["firstName"]?.string ?? "Sam", lastName: given?["lastName"]?.string ?? "Shopper")
        if order.isWholesale {
            order.accountName = "Nordlys Retail AS"
            order.purchaseOrderNumber = "PO-\(order.number)"
        } else {
            order.customer = person
        }
        var address = Address()
        (address.firstName, address.lastName, address.email) = (person.firstName, person.lastName, person.email)
        address.address1 = given?["address1"]?.string ?? "Testgatan \(order.number % 100)"
        address.address2 = given?["address2"]?.string
        address.city = given?["city"]?.string ?? "Stockholm"
        address.zipCode = given?["zipCode"]?.string ?? "111 22"
        address.countryCode = given?["country"]?.string ?? "SE"
        address.phoneNumber = "+46700000000"
        order.shippingAddress = address
        order.billingAddress = address
    }

    private func place(_ order: Order, isConfirmed: Bool) {
        add(order)
        note(.order, .created, reference: order.number, store: order.storeID)
        let type = order.isWholesale ? "INVOICE" : order.isWaitingForPayment ? "AUTH_PENDING" : "AUTH"
        _ = pay(order, type, order.isWaitingForPayment ? .pending : .success, order.total, "{\"success\":true}")
        if isConfirmed { confirm(order.number) }
    }

    /// Products of four sizes each, with stock, and orders of one to three lines over them.
    func generate(products: Int, orders: Int, seed: UInt64) {
        var chance = SeededChance(seed: seed)
        var made: [Int] = []
        for _ in 0..<products { made += generateProduct(&chance) }
        let sizes = made.isEmpty ? catalogue.sizeIDs.filter { $0 != 312 && $0 != 313 } : made
        for _ in 0..<orders {
            let number = nextID("Order", from: 10_012)
            var order = Order(number: number, id: Seed.id(number), createdAt: now, updatedAt: now)
            order.shippingCost = Money(minor: 4_900)
            for _ in 0...chance.number(upTo: 2) {
                let price = Money(minor: 9_900 + 1_000 * chance.number(upTo: 150))
                order.lines.append(
                    OrderLine(
                        id: nextID("OrderLine", from: 50_019), sizeID: sizes[chance.number(upTo: sizes.count - 1)],
                        quantity: 1 + chance.number(upTo: 2), unitPrice: price, originalPrice: price))
            }
            address(&order, nil)
            place(order, isConfirmed: true)
        }
    }

    private func generateProduct(_ chance: inout SeededChance) -> [Int] {
        let id = nextID("Product", from: 1_001)
        catalogue.add(
            Product(
                id: id, name: "Generated \(id)", number: "GN\(id)", commodityCode: "6109100010", originCode: "PT",
                updatedAt: now))
        let variant = nextID("ProductVariant", from: 2_001)
        catalogue.add(Variant(id: variant, productID: id, name: "Black", number: "BLK", updatedAt: now))
        return ["S", "M", "L", "XL"].map { number in
            let size = nextID("ProductSize", from: 5_001)
            catalogue.add(
                Size(
                    id: size, productID: id, variantID: variant, number: number, description: number,
                    ean: String(2_100_000_000_000 + size), updatedAt: now))
            stock.set(3, size, physical: 50 + chance.number(upTo: 450))
            return size
        }
    }
}
