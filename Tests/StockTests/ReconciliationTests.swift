// Every difference has the explanation that fits, and the correction that follows from it; and no figure that moved while it
// was looked at is called an error.
import Testing
import Workflows

/// What is expected of it, as `missedEvent A 5/7 wakes`: what Centra should show, and what it shows.
private struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let found: [String]
    let plant: @Sendable (inout Scene) -> Void

    init(_ name: String, _ found: [String], _ plant: @escaping @Sendable (inout Scene) -> Void) {
        (testDescription, self.found, self.plant) = (name, found, plant)
    }
}

extension StockFindings.Finding {
    fileprivate var line: String {
        func text(_ figure: StockDifference.Figure?) -> String { figure.map { "\($0.quantity)" } ?? "-" }
        let words = [
            "\(difference.explanation.rawValue) \(difference.sku) \(text(difference.should))/\(text(difference.shows))",
            wakes ? "wakes" : nil, doubts.isEmpty ? nil : "doubts",
        ]
        return words.compactMap(\.self).joined(separator: " ")
    }
}

private let cases: [Case] = [
    Case("all as it should be", []) { _ in },
    Case("an event that never came", ["missedEvent A 5/7 wakes"]) { $0.levels["A"] = ["Main": 5] },
    Case("a wake-up that waits", ["inFlight A 5/7"]) { scene in
        scene.levels["A"] = ["Main": 5]
        scene.waiting = ["A"]
    },
    Case("read since, and not yet written", ["inFlight A 5/7"]) { scene in
        scene.before = scene.book
        scene.decide("A", 5)
        scene.levels["A"] = ["Main": 5]
    },
    Case("queued to be written for a while", ["inFlight A 5/7"]) { scene in
        scene.decide("A", 5)
        scene.levels["A"] = ["Main": 5]
    },
    Case("written after Centra was read", ["inFlight A 5/7"]) { scene in
        scene.before = scene.book
        scene.decide("A", 5)
        scene.answer("A", 5, .applied)
        scene.levels["A"] = ["Main": 5]
    },
    Case("on its way to Centra", ["inFlight A 5/7"]) { scene in
        scene.decide("A", 5)
        scene.send("A", 5)
        scene.levels["A"] = ["Main": 5]
    },
    Case("somebody changed it in Centra", ["changedInCentra A 7/9 doubts"]) { $0.sizes["A"] = [Scene.size(9)] },
    Case("somebody emptied it in Centra", ["changedInCentra A 7/0 doubts"]) { $0.sizes["A"] = [Scene.size(0)] },
    Case("Centra has no stock of it in our warehouse", ["changedInCentra A 7/- doubts"]) { scene in
        scene.sizes["A"] = [ShopReading.Size(id: 1, total: 0, byWarehouse: [9: 0])]
    },
    Case("both sides changed", ["changedInCentra A 5/9 wakes"]) { scene in
        scene.levels["A"] = ["Main": 5]
        scene.sizes["A"] = [Scene.size(9)]
    },
    Case("somebody put right in Centra what no event said", ["changedInCentra A 5/5 wakes"]) { scene in
        scene.levels["A"] = ["Main": 5]
        scene.sizes["A"] = [Scene.size(5)]
    },
    Case("Centra raised it to what is allocated", ["raisedToAllocated A 7/8"]) {
        $0.sizes["A"] = [Scene.size(8, allocated: 8)]
    },
    Case("orders completed since it was written", []) { scene in
        scene.put(.moved(StockMovement(.exported, order: "1", [Shelf("A", 3): 2])))
        scene.decide("A", 5)
        scene.put(.moved(StockMovement(.completed, order: "1", [Shelf("A", 3): 2])))
        scene.levels["A"] = ["Main": 5]
        scene.sizes["A"] = [Scene.size(5)]
    },
    Case("an order that moved while it was read", ["inFlight A 5/7"]) { scene in
        scene.before = scene.book
        scene.put(.moved(StockMovement(.exported, order: "1", [Shelf("A", 3): 2])))
        scene.levels["A"] = ["Main": 3]
    },
    Case("orders that the decision does not know", ["unexplained A 9/7 wakes"]) { scene in
        scene.put(.moved(StockMovement(.exported, order: "1", [Shelf("A", 3): 2])))
    },
    Case("another buffer", ["settings A 4/7 wakes"]) { $0.formula.buffers.all = .fixed(3) },
    Case("another source", ["missedEvent A 6/7 wakes"]) { scene in
        scene.formula.source = .onHandAndDespatched
        scene.levels["A"] = ["Main": 6]
    },
    Case("refused by Centra", ["refusedByCentra A 5/7"]) { scene in
        scene.decide("A", 5)
        scene.answer("A", 5, .refused("no"))
        scene.levels["A"] = ["Main": 5]
    },
    Case("refused by Centra, and changed since without an event", ["missedEvent A 9/7 wakes"]) { scene in
        scene.decide("A", 5)
        scene.answer("A", 5, .refused("no"))
        scene.levels["A"] = ["Main": 9]
    },
    Case("not written yet, and changed since without an event", ["missedEvent A 9/7 wakes"]) { scene in
        scene.decide("A", 5)
        scene.answer("A", 5, .failed("busy"))
        scene.levels["A"] = ["Main": 9]
    },
    Case("unknown to Centra once, and there now", ["refusedByCentra A 5/7 doubts"]) { scene in
        scene.decide("A", 5)
        scene.answer("A", 5, .refused("Could not find ProductSize with SKU A"))
        scene.levels["A"] = ["Main": 5]
    },
    Case("refused once, not wanted any more, and changed by somebody", ["changedInCentra A 7/50 doubts"]) { scene in
        scene.decide("A", 5)
        scene.answer("A", 5, .refused("no"))
        scene.decide("A", 7)
        scene.sizes["A"] = [Scene.size(50)]
    },
    Case("never decided", ["notDecided B 3/4 wakes"]) { scene in
        scene.levels["B"] = ["Main": 3]
        scene.sizes["B"] = [Scene.size(4, id: 2)]
    },
    Case("not known before, and there again", ["missedEvent A 5/7 wakes"]) { scene in
        scene.put(.targeted([StockTarget(Shelf("A", 3), at: 90, .unknown(.siteAbsent))]))
        scene.levels["A"] = ["Main": 5]
    },
    Case("a code that only a whole reading finds", ["unknownValue A 5/7"]) { scene in
        scene.put(.targeted([StockTarget(Shelf("A", 3), at: 90, .unknown(.unsearchable))]))
        scene.levels["A"] = ["Main": 5]
    },
    Case("never decided, and right", []) { scene in
        scene.levels["B"] = ["Main": 3]
        scene.sizes["B"] = [Scene.size(3, id: 2)]
    },
    Case("not in Centra", ["unknownInCentra B 3/-"]) { $0.levels["B"] = ["Main": 3] },
    Case("not in Centra, and at another site", []) { $0.levels["B"] = ["Test": 3] },
    Case("not in Peoplevox", ["unknownInPeoplevox B -/4"]) { $0.sizes["B"] = [Scene.size(4, id: 2)] },
    Case("gone from Peoplevox", ["unknownInPeoplevox A -/7 wakes"]) { $0.levels = [:] },
    Case("gone from Peoplevox, and known to be", ["unknownInPeoplevox A -/7"]) { scene in
        scene.put(.observed(position: 90, levels: [:], absent: ["A"]))
        scene.levels = [:]
    },
    Case("deactivated", ["unknownInPeoplevox A -/7 wakes"]) { scene in
        scene.levels = [:]
        scene.deactivated = ["A"]
    },
    Case("deactivated, as is known, and Centra sells it", ["unknownInPeoplevox A -/7"]) { scene in
        scene.put(.observed(position: 90, levels: [:], absent: ["A"]))
        scene.levels = [:]
        scene.deactivated = ["A"]
    },
    Case("deactivated, as is known, and Centra shows none", ["nothingToSell A -/0"]) { scene in
        scene.put(.observed(position: 90, levels: [:], absent: ["A"]))
        scene.levels = [:]
        scene.deactivated = ["A"]
        scene.sizes["A"] = [Scene.size(0)]
    },
    Case("gone from Peoplevox, and Centra shows none", ["unknownInPeoplevox A -/0"]) { scene in
        scene.put(.observed(position: 90, levels: [:], absent: ["A"]))
        scene.levels = [:]
        scene.sizes["A"] = [Scene.size(0)]
    },
    Case("not in Peoplevox, and Centra shows none", ["nothingToSell B -/0"]) { $0.sizes["B"] = [Scene.size(0, id: 2)] },
    Case("not in Peoplevox, and Centra shows nothing", ["nothingToSell B -/-"]) {
        $0.sizes["B"] = [ShopReading.Size(id: 2, total: nil)]
    },
    Case("a site without a row", ["unknownValue A -/7 wakes"]) { $0.levels["A"] = ["Test": 7] },
    Case("twice in Centra", ["duplicate A 7/9"]) { $0.sizes["A"] = [Scene.size(7), Scene.size(2, id: 2)] },
    Case("at sites that are not ours", ["mapping B -/4"]) { scene in
        scene.levels["B"] = ["Test": 3]
        scene.sizes["B"] = [Scene.size(4, id: 2)]
    },
    Case("sums with others in them", ["otherWarehouses A 7/9"]) { scene in
        scene.basis = .sums
        scene.sizes["A"] = [ShopReading.Size(id: 1, total: 9)]
    },
    Case("sums that are too small, whatever the others have", ["changedInCentra A 7/6 doubts"]) { scene in
        scene.basis = .sums
        scene.sizes["A"] = [ShopReading.Size(id: 1, total: 6)]
    },
    Case("sums of our warehouses alone", ["changedInCentra A 7/9 doubts"]) { scene in
        scene.basis = .ourSums
        scene.sizes["A"] = [ShopReading.Size(id: 1, total: 9)]
    },
    Case("not all was read: what is not there is not missing", []) { scene in
        scene.isComplete = false
        scene.levels["B"] = ["Main": 3]
        scene.sizes["C"] = [Scene.size(4, id: 2)]
    },
]

struct ReconciliationTests {
    @Test(arguments: cases)
    private func aDifferenceIsExplained(_ example: Case) {
        var scene = Scene()
        example.plant(&scene)
        #expect(scene.findings().all.map(\.line) == example.found)
    }

    /// What a race could have made is looked at twice before it is called an error.
    @Test func aSecondLookReplacesTheFirst() {
        var scene = Scene()
        scene.levels["A"] = ["Main": 5]
        scene.levels["B"] = ["Main": 1]
        let first = scene.findings()
        #expect(first.doubtful == ["A"])
        let second = Scene().findings()
        let findings = first.lookedAtAgain(second, of: first.doubtful)
        #expect(findings.all.map(\.line) == ["unknownInCentra B 1/-"])
        #expect(findings.agreed == 1 && first.missed == 1 && findings.missed == 0)
    }

    private static let strangers: [Case] = [
        Case("all as it should be", []) { _ in },
        Case("Centra shows what never was", ["B 4"]) { $0.sizes["B"] = [Scene.size(4, id: 2)] },
        Case("Centra has it, and shows none", []) { $0.sizes["B"] = [Scene.size(0, id: 2)] },
        Case("Centra shows none of what somebody has named", ["B 0"]) { scene in
            scene.put(.observed(position: 90, levels: [:], absent: ["B"]))
            scene.sizes["B"] = [Scene.size(0, id: 2)]
        },
        Case("known already", []) { scene in
            scene.put(.strangers(shown: ["B": 4], gone: []))
            scene.sizes["B"] = [Scene.size(4, id: 2)]
        },
        Case("other warehouses' sums", []) { scene in
            scene.basis = .sums
            scene.sizes["B"] = [ShopReading.Size(id: 2, total: 4)]
        },
        Case("neither side has it", ["B gone"]) { $0.put(.observed(position: 90, levels: [:], absent: ["B"])) },
        Case("neither side has it, and nobody can ask", ["B gone"]) {
            $0.put(.targeted([StockTarget(Shelf("B", 3), at: 90, .unknown(.unsearchable))]))
        },
        Case("an order holds it", []) {
            $0.put(.moved(StockMovement(.exported, order: "1", [Shelf("B", 3): 1])))
        },
        Case("it is being heard of", []) { scene in
            scene.put(.observed(position: 90, levels: [:], absent: ["B"]))
            scene.waiting = ["B"]
        },
        Case("it was there before", []) { $0.levels = [:] },
        Case("deactivated, and Centra shows none", ["A 0"]) { scene in
            scene.put(.observed(position: 90, levels: [:], absent: ["A"]))
            scene.levels = [:]
            scene.deactivated = ["A"]
            scene.sizes["A"] = [Scene.size(0)]
        },
        Case("deactivated, and nobody has read that", []) { scene in
            scene.levels = [:]
            scene.deactivated = ["A"]
        },
        Case("a deactivated item's code has a row again", []) { $0.deactivated = ["A"] },
        Case("not all was read", []) { scene in
            scene.put(.observed(position: 90, levels: [:], absent: ["B"]))
            scene.isComplete = false
        },
    ]

    @Test(arguments: strangers) private func aSKUWithoutARowIsToldFromAMadeUpOne(_ example: Case) {
        var scene = Scene()
        example.plant(&scene)
        let found = scene.comparison.strangers()
        #expect(found.shown.map { "\($0) \($1)" } + found.gone.map { "\($0) gone" } == example.found)
        let more = found.entries.reduce(into: scene.book) { $0.apply($1, sequence: 99, time: 99) }
        scene.book = more
        #expect(scene.comparison.strangers().entries.isEmpty, "it is said once")
    }

    static private let gone = [
        Case("neither side has it", ["A"]) { ($0.levels, $0.sizes) = ([:], [:]) },
        Case("one side has it", []) { $0.levels = [:] },
        Case("not all was read", []) { ($0.levels, $0.sizes, $0.isComplete) = ([:], [:], false) },
        Case("nothing is shown any more", []) { scene in
            scene.decide("A", 0)
            scene.answer("A", 0, .applied)
            (scene.levels, scene.sizes) = ([:], [:])
        },
        Case("it came while both were read", []) { scene in
            (scene.before, scene.levels, scene.sizes) = (StockBook(), [:], [:])
        },
    ]

    @Test(arguments: gone) private func whatIsOnNeitherSideAnyMoreIsListed(_ example: Case) {
        var scene = Scene()
        example.plant(&scene)
        #expect(scene.comparison.gone == example.found)
    }

    @Test func twoWarehousesAreComparedEachByItself() {
        var scene = Scene()
        scene.formula = StockFormula(warehouses: ["Main": 3, "Outlet": 4])
        scene.decide("A", 7)
        scene.levels["A"] = ["Main": 7, "Outlet": 2]
        scene.sizes["A"] = [ShopReading.Size(id: 1, total: 8, byWarehouse: [3: 7, 4: 1])]
        let findings = scene.findings()
        #expect(findings.all.map(\.line) == ["notDecided A 2/1 wakes"])
        #expect(findings.all.first?.difference.warehouse == 4 && findings.agreed == 1)
    }

    @Test func figuresSayWhenTheyWereRead() throws {
        var scene = Scene()
        scene.sizes["A"] = [Scene.size(9)]
        let difference = try #require(scene.findings().all.first?.difference)
        #expect(difference.should == .init(7, at: 5_000) && difference.shows == .init(9, at: 6_000))
        #expect(difference.believed?.quantity == 7 && difference.believed?.time == 5_000_000)
    }
}

// What follows from the findings.
extension ReconciliationTests {
    /// So many SKUs of `count` are to show that much instead of 7.
    private func scene(_ count: Int, _ changed: Int, to pieces: Int) -> Scene {
        var scene = Scene()
        for number in 1..<count {
            scene.decide("S\(number)", 7)
            scene.answer("S\(number)", 7, .applied)
            scene.levels["S\(number)"] = ["Main": number <= changed ? pieces : 7]
            scene.sizes["S\(number)"] = [Scene.size(7, id: number + 1)]
        }
        return scene
    }

    @Test(arguments: [
        (200, 20, 5, false), (200, 21, 5, true), (200, 10, 0, false), (200, 11, 0, true), (200, 150, 9, false),
        (12, 10, 5, false), (12, 11, 5, true), (2_000, 101, 0, true),
    ])
    func whatWouldLowerTooMuchAsksFirst(count: Int, changed: Int, pieces: Int, asks: Bool) {
        let findings = scene(count, changed, to: pieces).findings()
        let corrections = StockCorrections(findings, isComplete: true)
        #expect((corrections.objection(.init(percent: 10), compared: findings.compared) != nil) == asks)
        #expect(corrections.skus == changed)
    }

    @Test func nothingIsLoweredFromLessThanEverything() {
        var scene = Scene()
        scene.decide("B", 7)
        scene.answer("B", 7, .applied)
        (scene.levels["A"], scene.levels["B"]) = (["Main": 5], ["Main": 9])
        scene.sizes["B"] = [Scene.size(7, id: 2)]
        let findings = scene.findings()
        #expect(StockCorrections(findings, isComplete: false).urgent.isEmpty)
        #expect(StockCorrections(findings, isComplete: false).others.skus == ["B"])
        #expect(StockCorrections(findings, isComplete: true).urgent.skus == ["A"])
    }

    @Test func aReportIsReadBackAsItWasWritten() {
        var scene = scene(20, 5, to: 3)
        scene.levels["S1"]?["Test"] = 4
        var report = StockReconciliation(run: 17, trigger: .user(1_000), isDryRun: true, began: 1)
        report.take(scene.findings())
        report.take(
            sitesOf: StockObservation(
                at: 1, asked: ["A"],
                rows: [.init("A", site: "Test", .init(onHand: 4, allocated: 0, available: 4))]), scene.formula)
        report.warehouse.trouble = "timed out"
        report.correction = .held("too many")
        (report.silence, report.gone) = ("subscribed anew", ["Z", "A\"1"])
        (report.ended, report.corrected, report.deferred, report.heard) = (9, 4, 1, 77)
        #expect(report.rows.count == 5 && report.otherSites == [.init("Test", skus: 1, pieces: 4)])
        for entry: ReconciliationEntry in [
            .began(.schedule, isDryRun: false), .ended(report), .confirmed(run: 17, user: 0),
            .kept(StockCorrections(scene.findings(), isComplete: true).parts[0], isHeld: true),
            .acted(run: 17, isAll: false),
        ] {
            #expect(ReconciliationEntry(entry.encoded) == entry)
        }
    }
}
