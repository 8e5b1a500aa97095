// Stock in batches: what can be set is set, and every other row is named.
import JSON
import Outbound
import Testing

@testable import Centra

/// How a server treats a size that it does not know.
private enum Manner: Sendable, CaseIterable {
    case refusesAndNamesEach, refusesAndNamesTheFirst, refusesAndNamesNone, skipsWithAWarning
}

/// Knows every SKU but those that begin with `X`.
private func server(_ manner: Manner, version: String = "v1.60.0") -> FakeCentra {
    FakeCentra { sent in
        let rows = sent.variables["input"]?["productSizes"]?.array ?? []
        let skus = rows.map { $0["productSize"]?["SKU"]?.string ?? "" }
        let unknown = skus.indices.filter { skus[$0].hasPrefix("X") }
        func message(_ index: Int) -> JSONValue {
            let text = "Could not find ProductSize with SKU \(skus[index])"
            let path: JSONValue = ["input", "productSizes", .string("\(index)"), "productSize"]
            return ["message": .string(text), "path": manner == .refusesAndNamesNone ? .null : path]
        }
        let isSkipping = manner == .skipsWithAWarning
        let named = manner == .refusesAndNamesEach || isSkipping ? unknown : Array(unknown.prefix(1))
        let isSet = unknown.isEmpty || isSkipping && unknown.count < skus.count
        return .data(
            [
                "setStock": [
                    "stockChanges": isSet ? [["id": 1]] : [],
                    "userErrors": isSkipping ? [] : .array(named.map(message)),
                    "userWarnings": isSkipping ? .array(named.map(message)) : [],
                ]
            ], version: version)
    }
}

private func rows(_ skus: String...) -> [StockRow] { skus.map { StockRow(.sku($0), 5) } }

@Test(arguments: Manner.allCases)
private func oneBadRowDoesNotStopTheOthers(_ manner: Manner) {
    let (good, bad) = ((0..<40).map { "A\($0)" }, ["X1", "X2", "X3"])
    let skus = good.prefix(7) + [bad[0]] + good[7..<20] + bad[1...2] + good[20...]
    let centra = server(manner)
    let result = centra.client().setStock(
        skus.map { StockRow(.sku($0), 5) }, warehouse: 3, description: "test", batch: 20, .sweep, Cancellation())
    #expect(result.failure == nil)
    #expect(Set(result.set.map(\.size)) == Set(good.map { .sku($0) }))
    #expect(Set(result.refused.map(\.row.size)) == Set(bad.map { .sku($0) }))
    #expect(result.refused.allSatisfy { $0.message.text.hasPrefix("Could not find") })
    #expect(result.unsent.isEmpty)
    #expect(centra.sent.count <= 20, "\(centra.sent.count) calls")
}

@Test(arguments: [("v1.59.9", 5), ("v1.59.10", 2), ("v1.60.0", 2)])
func severalSizesInOneCallNeedAServerThatIsNewEnough(version: String, calls: Int) {
    let centra = server(.refusesAndNamesEach, version: version)
    let result = centra.client().setStock(
        rows("A", "B", "C", "D", "E"), warehouse: 3, description: "test", .sweep, Cancellation())
    #expect(result.set.count == 5)
    // The version is known from the first answer on.
    #expect(centra.sent.count == calls)
}

@Test
func aWrongWarehouseRefusesEveryRowAtOnce() {
    let centra = FakeCentra { _ in
        .data([
            "setStock": [
                "stockChanges": [], "userWarnings": [],
                "userErrors": [
                    ["message": "Could not find Warehouse with ID 3", "path": ["input", "warehouse"]]
                ],
            ]
        ])
    }
    let client = centra.client()
    _ = client.setStock(rows("A"), warehouse: 3, description: "test", .sweep, Cancellation())
    let skus = (0..<250).map { StockRow(.sku("B\($0)"), 1) }
    let result = client.setStock(skus, warehouse: 3, description: "test", .sweep, Cancellation())
    #expect(result.refused.isEmpty && result.unsent.count == 250)
    #expect(result.failure?.kind == .configuration)
    #expect(result.general?.text.contains("Warehouse") == true)
    #expect(centra.sent.count == 2)
}

/// Nobody says which row, nor that a row is unknown: after one batch it is enough.
@Test
func aRefusalThatNamesNothingIsOfEveryRow() {
    let centra = FakeCentra { _ in
        .data([
            "setStock": ["stockChanges": [], "userWarnings": [], "userErrors": [["message": "No", "path": .null]]]
        ])
    }
    let client = centra.client()
    _ = client.setStock(rows("A"), warehouse: 3, description: "test", .sweep, Cancellation())
    let result = client.setStock(
        rows("A", "B", "C", "D", "E", "F"), warehouse: 3, description: "test", batch: 4, .sweep, Cancellation())
    #expect(result.refused.isEmpty && result.unsent.count == 6 && result.general != nil)
}

/// Rows that Centra does not know are their own trouble, also when there is no other row beside them.
@Test(arguments: Manner.allCases)
private func aBatchOfUnknownRowsStopsNoOther(_ manner: Manner) {
    let client = server(manner).client()
    _ = client.setStock(rows("A"), warehouse: 3, description: "test", .sweep, Cancellation())
    let result = client.setStock(
        rows("X1", "X2", "X3", "A", "B"), warehouse: 3, description: "test", batch: 3, .sweep, Cancellation())
    #expect(result.failure == nil && result.general == nil)
    #expect(result.set == rows("A", "B") && result.refused.count == 3)
}

@Test
func aFailureLeavesTheRestUnsent() {
    let centra = FakeCentra { _ throws(TransportFailure) in
        throw TransportFailure(.timedOut, mayHaveArrived: true, "no answer")
    }
    let result = centra.client().setStock(
        rows("A", "B", "C"), warehouse: 3, description: "test", .sweep, Cancellation())
    #expect(result.failure?.kind == .ambiguous)
    #expect(result.unsent == rows("A", "B", "C"))
    #expect(result.set.isEmpty)
    #expect(centra.sent.count == 1)
}

@Test
func aQuantityThatWasRaisedIsSetAndRemarkedOn() throws {
    let reply = try Answer.named("set-stock-by-size.clamped").reply
    let result = FakeCentra { _ in reply }.client().setStock(
        rows("A"), warehouse: 3, description: "test", .sweep, Cancellation())
    #expect(result.set == rows("A"))
    #expect(result.remarks.map(\.message.text) == ["Quantity raised to the allocated quantity 3"])
}
