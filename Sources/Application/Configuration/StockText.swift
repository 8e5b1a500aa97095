// The settings of a [brand NAME] that concern stock, and how they are written.
import Operations
package import Workflows

extension Configuration.Brand {
    package struct Stock: Equatable, Sendable {
        package var isOn = false
        /// Centra's warehouse by Peoplevox's site; not empty when it is on.
        package var sites: [String: Int] = [:]
        package var source = StockFormula.Source.availableAndExported
        package var buffers = StockBuffers()
        /// Milliseconds that a change waits for others; the second at a peak.
        package var window: Int64 = 500
        package var peakWindow: Int64 = 10_000
        package var peak = PeakChoice.auto
        /// Milliseconds after which an unknown quantity counts as none; nil for never.
        package var floorAfter: Int64?
        package var reconcile = SweepSchedule.When.off
        /// In percent.
        package var reconcileLimit = 10
        package var reconcileQuiet: QuietHours?

        package init() {}
    }
}

extension Configuration.Brand.Stock {
    init(_ reader: inout SectionReader, _ partners: Configuration.Brand.Partners) {
        isOn = reader.value("stock", .onOff, standard: "off")
        sites = reader.optional("stockSites", .sites) ?? Self.onlySite(partners)
        source = reader.value("stockSource", .choice(StockFormula.Source.self), standard: "availableAndExported")
        buffers = Self.buffers(&reader)
        window = reader.value("stockWindow", .milliseconds(0...60_000), standard: "500 ms")
        peakWindow = reader.value("stockPeakWindow", .milliseconds(1...600_000), standard: "10 s")
        peak = reader.value("stockPeak", .choice(PeakChoice.self), standard: "auto")
        floorAfter = reader.value("stockFloorAfter", .spanOrNever(60_000...2_592_000_000), standard: "never")
        reconcile = reader.value("reconcile", .schedule, standard: "03:30")
        reconcileLimit = reader.value("reconcileLimit", .percent, standard: "10 %")
        reconcileQuiet = reader.optional("reconcileQuiet", .quietHours)
        reader.require(
            ("stockPeakWindow", Int(peakWindow)), ("stockWindow", Int(window)), in: .milliseconds)
    }

    private static func onlySite(_ partners: Configuration.Brand.Partners) -> [String: Int] {
        guard let warehouse = partners.centra?.warehouse, let site = partners.peoplevox?.site else { return [:] }
        return [site: warehouse]
    }

    /// `stockBuffer = …` for all, `stockBuffer SKU = …` for one, `stockBuffer UM1* = …` for all that begin so.
    private static func buffers(_ reader: inout SectionReader) -> StockBuffers {
        let all = reader.value("stockBuffer", .buffer, standard: "0")
        let named = reader.openFamily("stockBuffer", .buffer)
        let beginnings = named.filter { $0.key.hasSuffix("*") }
        return StockBuffers(
            all: all, skus: named.filter { beginnings[$0.key] == nil },
            beginnings: Dictionary(beginnings.map { (String($0.key.dropLast()), $0.value) }) { $1 })
    }
}

extension Configuration.Brand {
    /// What a brand needs that changes something at its partners.
    func checkMode(_ reader: inout SectionReader) {
        reader.advise(
            ["mode", "stock"], mode == .live || !stock.isOn, "stock = on does nothing as long as mode = observe")
        reader.advise(
            ["mode", "stock"], mode == .observe || stock.isOn, "mode = live does nothing as long as stock = off")
        guard mode == .live else { return }
        reader.require(
            ["mode"], partners.centra != nil || partnersAreMistaken(reader, "centra"),
            "mode = live needs both partners; set centraURL and centraToken")
        reader.require(
            ["mode"], partners.peoplevox != nil || partnersAreMistaken(reader, "peoplevox"),
            "mode = live needs both partners; set peoplevoxURL and what belongs to it")
        reader.require(
            ["stock", "stockSites", "centraWarehouse"],
            !stock.isOn || !stock.sites.isEmpty || partners.centra == nil || partners.peoplevox == nil,
            "stock = on needs to know Centra's warehouse; set centraWarehouse, or stockSites = SITE:WAREHOUSE")
    }

    /// Whether something of it is set, and what is wrong with it is said already.
    private func partnersAreMistaken(_ reader: SectionReader, _ partner: String) -> Bool {
        reader.states(partner + "URL")
    }
}

extension SettingKind where Value == Bool {
    static var onOff: SettingKind {
        SettingKind { text throws(Refusal) in
            switch text {
            case "on": return true
            case "off": return false
            default: throw Refusal("\(quoted(text)) is neither on nor off")
            }
        }
    }
}

extension SettingKind where Value == Int64? {
    /// Milliseconds, or `never`.
    static func spanOrNever(_ range: ClosedRange<Int>) -> SettingKind {
        let span = SettingKind<Int64>.milliseconds(range)
        return SettingKind { text throws(Refusal) in text == "never" ? nil : try span.read(text) }
    }
}

extension SettingKind where Value == [String: Int] {
    /// `PrimarySite:1 Outlet:2`; with commas in between, the names of sites may have blanks.
    static var sites: SettingKind {
        SettingKind { text throws(Refusal) in
            var sites: [String: Int] = [:]
            for part in text.split(whereSeparator: { text.contains(",") ? $0 == "," : $0 == " " || $0 == "\t" }) {
                let pair = String(part).trimmed
                guard let colon = pair.lastIndex(of: ":"), colon != pair.startIndex,
                    let warehouse = Int(pair[pair.index(after: colon)...]), (1...Int(Int32.max)).contains(warehouse)
                else {
                    throw Refusal(
                        "\(quoted(pair)) is no site and warehouse; write SITE:WAREHOUSE, such as PrimarySite:1")
                }
                let site = String(pair[..<colon]).trimmed
                guard sites.updateValue(warehouse, forKey: site) == nil else {
                    throw Refusal("site \(quoted(site)) stands there twice; a site stands behind one warehouse")
                }
            }
            guard !sites.isEmpty else { throw Refusal("has no site; write SITE:WAREHOUSE, such as PrimarySite:1") }
            return sites
        }
    }
}

extension SettingKind where Value == StockBuffers.Buffer {
    /// `2`, `10 %` or `10 % min 2`.
    static var buffer: SettingKind {
        SettingKind { text throws(Refusal) in
            let words = text.replacing("%", with: " % ").split { $0 == " " || $0 == "\t" }
            let numbers = words.map { $0.utf8.count <= 9 ? Int($0) : nil }
            switch (words.count, words.dropFirst().first) {
            case (1, _):
                if let pieces = numbers[0], pieces >= 0 { return .fixed(pieces) }
            case (2, "%"), (4, "%"):
                let isShare = words.count == 2 || words[2] == "min"
                let minimum = words.count == 2 ? 0 : numbers[3]
                if isShare, let percent = numbers[0], (0...100).contains(percent), let minimum, minimum >= 0 {
                    return .share(percent: percent, minimum: minimum)
                }
            default: break
            }
            throw Refusal("\(quoted(text)) is no buffer; write pieces or a share: 2, 10 % or 10 % min 2")
        }
    }
}
