// What a seed decides before anything happens: the size of the world, how the partners behave where nobody knows, and how
// much goes wrong.
package import Sandbox
import TestSupport
package import Workflows

package struct Plan: Sendable {
    package var seed: UInt64
    package var skus: Int
    /// Centra's warehouse by Peoplevox's site.
    package var sites: [String: Int]
    package var source: StockFormula.Source
    package var buffer: StockBuffers.Buffer
    package var steps: Int
    package var mishaps = DeliveryMishaps()
    /// Of a hundred calls, those in which something else happens before or after the answer.
    package var turmoil: Int
    /// Of ten thousand moments, those at which the program ends.
    package var crashes: Int
    package var centra = CentraSwitches()
    package var peoplevox = PeoplevoxSwitches()
    /// Whether the seed has things happen that no event tells of.
    package var hasSecrets: Bool
    package var sendsCallbacks = true
    /// By how much the program's clock of the wall is set in the middle of the run, microseconds.
    package var clockStep: Int64

    package init(seed: UInt64) {
        self.seed = seed
        var chance = SplitMix64(seed: seed &* 0x2545_F491_4F6C_DD1D)
        skus = chance.number(in: 10...(chance.oneIn(4) ? 60 : 25))
        sites = Plan.sites(&chance)
        source =
            chance.pick([.availableAndExported, .availableAndExported, .onHandAndDespatched, .available]) ?? .available
        buffer =
            chance.pick([.fixed(0), .fixed(0), .fixed(2), .share(percent: 10, minimum: 1)]) ?? .fixed(0)
        steps = chance.number(in: 80...260)
        hasSecrets = chance.oneIn(2)
        let isCalm = chance.oneIn(5)
        turmoil = isCalm ? 10 : chance.number(in: 10...50)
        crashes = isCalm ? 0 : chance.pick([0, 20, 60, 150]) ?? 0
        clockStep = [0, 0, 0, 0, -5, -600, -86_400 * 400, 3_600][Int(seed % 8)] * 1_000_000
        if !isCalm { disturb(&chance) }
        choose(&chance)
    }

    private static func sites(_ chance: inout SplitMix64) -> [String: Int] {
        switch chance.number(below: 5) {
        case 0: ["PrimarySite": 3, "Second": 3]
        case 1: ["PrimarySite": 3, "Second": 4]
        case 2: ["PrimarySite": 3, "Second": 4, "Third": 4]
        default: ["PrimarySite": 3]
        }
    }

    /// What goes wrong.
    private mutating func disturb(_ chance: inout SplitMix64) {
        mishaps.dropPercent = chance.pick([0, 0, 5, 30, 100]) ?? 0
        mishaps.duplicatePercent = chance.pick([0, 10, 50]) ?? 0
        mishaps.delayPercent = chance.pick([0, 10, 40]) ?? 0
        mishaps.delayMilliseconds = chance.pick([2_000, 60_000]) ?? 2_000
        mishaps.reorderPercent = chance.pick([0, 10, 30]) ?? 0
        centra.chaosPercent = chance.pick([0, 5, 20]) ?? 0
        centra.chaosKinds = FaultKind.allCases.filter { $0 != .slow || chance.oneIn(2) }
        peoplevox.timeoutBeforePercent = chance.pick([0, 3, 10]) ?? 0
        peoplevox.timeoutAfterPercent = chance.pick([0, 3]) ?? 0
        peoplevox.unavailablePercent = chance.pick([0, 3, 10]) ?? 0
        peoplevox.htmlPercent = chance.pick([0, 3]) ?? 0
        peoplevox.truncatedPercent = chance.pick([0, 3]) ?? 0
        peoplevox.sessionLossPercent = chance.pick([0, 5]) ?? 0
        peoplevox.pageDrift = chance.pick([0, 0, 1, 7]) ?? 0
        peoplevox.driftsInOrder = chance.oneIn(2)
        peoplevox.largestPage = chance.pick([1_000, 1_000, 10, 40]) ?? 1_000
        peoplevox.collectionSeparator = chance.pick(["", ","]) ?? ""
    }

    /// What the partners do where the references do not say.
    private mutating func choose(_ chance: inout SplitMix64) {
        centra.appVersion = chance.pick(["v1.60.0", "v1.60.0", "v1.59.9"]) ?? "v1.60.0"
        centra.unknownSize = chance.pick([.refuseAll, .refuseRow, .skip]) ?? .refuseAll
        centra.belowAllocated = chance.pick([.clampSilently, .clampWithWarning, .refuse, .accept]) ?? .accept
        centra.allocatesOnConfirm = source != .available
        centra.tellsDeprecations = false
        peoplevox.usesCRLF = chance.oneIn(2)
        peoplevox.usesOtherPrefix = chance.oneIn(2)
        peoplevox.requestsPerWindow = 15
    }

    package var warehouses: [Int] { Set(sites.values).sorted() }
    /// In order.
    package var siteNames: [String] { sites.keys.sorted() }

    package func sites(of warehouse: Int) -> [String] { siteNames.filter { sites[$0] == warehouse } }
}
