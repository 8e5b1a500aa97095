// What a brand's section says of its stock, rightly and wrongly.
import Testing
import Workflows

@testable import Application

private func read(_ lines: String, in settings: String = Rig.settings) throws(ConfigurationMistakes)
    -> (brand: Configuration.Brand, warnings: [String])
{
    let (configuration, warnings) = try Configuration.read(
        text: Array((settings + "\n" + lines + "\n").utf8), fileName: "a.conf"
    ) { _ in "a-secret" }
    return (configuration.brands[0], warnings)
}

private func without(_ key: String) -> String {
    Rig.settings.split(separator: "\n").filter { !$0.hasPrefix(key + " =") }.joined(separator: "\n")
}

@Test func leftOutSettingsAreTheCarefulOnes() throws {
    let stock = try read("").brand.stock
    #expect(stock.isOn && stock.sites == ["PrimarySite": 3] && stock.source == .availableAndExported)
    #expect(stock.buffers.buffer(of: "A") == .fixed(0) && stock.floorAfter == nil && stock.peak == .auto)
    #expect(try !read("", in: without("stock")).brand.stock.isOn)
}

@Test func sitesAndBuffersAreRead() throws {
    let stock = try read(
        """
        stockSites = PrimarySite:1 Outlet:2
        stockSource = onHandAndDespatched
        stockBuffer = 10 % min 2
        stockBuffer UM1001REDS = 3
        stockBuffer UM2 * = 7
        stockBuffer UM* = 5%
        stockFloorAfter = 24 h
        stockWindow = 2 s
        """
    ).brand.stock
    #expect(stock.sites == ["PrimarySite": 1, "Outlet": 2])
    #expect(stock.buffers.buffer(of: "X") == .share(percent: 10, minimum: 2))
    #expect(stock.buffers.buffer(of: "UM1001REDS") == .fixed(3))
    #expect(stock.buffers.buffer(of: "UM1001REDM") == .share(percent: 5, minimum: 0))
    #expect(stock.buffers.buffer(of: "UM2 A") == .fixed(7))
    #expect(stock.floorAfter == 86_400_000 && stock.window == 2_000)
}

@Test func sitesWithBlanksStandBetweenCommas() throws {
    #expect(try read("stockSites = Main Site:1, Outlet:2").brand.stock.sites == ["Main Site": 1, "Outlet": 2])
}

@Test(arguments: [
    ("stockSites = PrimarySite", "write SITE:WAREHOUSE"), ("stockSites = A:0", "write SITE:WAREHOUSE"),
    ("stockSites = A:1 A:2", "stands there twice"), ("stockBuffer = many", "10 % min 2"),
    ("stockBuffer = 101 %", "10 % min 2"), ("stockBuffer = -1", "10 % min 2"),
    ("stockBuffer A = 10 % max 2", "10 % min 2"),
    ("stockBuffer A = 99999999999", "10 % min 2"), ("stockSource = onHand", "availableAndExported"),
    ("stockPeak = yes", "auto, on, off"), ("stockWindow = 2 min", "outside its limits"),
    ("stockFloorAfter = 1 s", "outside its limits"), ("stockWindw = 1 s", "did you mean stockWindow?"),
    ("stockWindow = 20 s", "stockPeakWindow (10 s, as it is not set) must be at least stockWindow"),
])
func aMistakeIsNamed(line: String, says: String) {
    #expect {
        try read(line)
    } throws: { "\($0)".contains(says) && "\($0)".contains("a.conf:") }
}

@Test(arguments: [
    ("centraWarehouse", "set centraWarehouse, or stockSites"), ("centraURL", "centraURL is missing"),
    ("peoplevoxURL", "peoplevoxURL is missing"),
])
func aLiveBrandNeedsBothPartnersAndAWarehouse(key: String, says: String) {
    #expect {
        try read("", in: without(key))
    } throws: { "\($0)".contains(says) && "\($0)".contains("a.conf:") }
}

@Test func aLiveBrandWithoutPartnersIsToldSo() {
    #expect {
        try read("", in: "[brand a]\nmode = live\nstock = on")
    } throws: { error in
        "\(error)".contains("a.conf:2: mode = live needs both partners; set peoplevoxURL")
            && "\(error)".contains("set centraURL and centraToken")
    }
}

@Test func whatDoesNothingIsAWarning() throws {
    let observing = Rig.settings.replacing("mode = live", with: "mode = observe")
    #expect(try read("", in: observing).warnings.contains { $0.contains("stock = on does nothing") })
    #expect(try read("", in: without("stock")).warnings.contains { $0.contains("mode = live does nothing") })
}
