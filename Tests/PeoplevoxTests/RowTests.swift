// Rows of reports and templates, from recorded replies and from ones that are wrong in one way each.
import Foundation
import Outbound
import Testing

@testable import Peoplevox

private let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/peoplevox/csv")

private func fixture(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name + ".csv")))
}

private func london() throws -> TenantFormat {
    let rule = try #require(ZoneRule(Array("GMT0BST,M3.5.0/1,M10.5.0".utf8)[...]))
    return TenantFormat(dates: .dayFirst, zone: Zone(firstOffset: 0, changes: [], rule: rule))
}

private func utc(_ time: PartnerTime?) -> String? { time.flatMap { LocalTime(seconds: $0.seconds) }?.description }

private func read<Layout: RowLayout>(
    _: Layout.Type, _ csv: [UInt8], total: Int? = nil, names: ColumnNames<Layout> = ColumnNames()
) throws -> RowAnswer<Layout.Row> {
    let query = RowQuery<Layout>("a report", names: names, format: try london(), paging: Paging(sweeps: 1))
    let rows = csv.split(separator: 0x0A).count - 1
    return try query.answer { page, _ in
        page == 1
            ? DataPage(totalCount: total ?? rows, csv: csv) : DataPage(totalCount: total ?? rows, csv: header(csv))
    }
}

private func header(_ csv: [UInt8]) -> [UInt8] { Array(csv.prefix { $0 != 0x0A }) }

struct RowTests {
    @Test
    func stockIsReadBySite() throws {
        let answer = try read(InventoryLayout.self, try fixture("item-inventory-summary"))
        #expect(answer.completeness == .proven && answer.rows.count == 14 && answer.unreadable.isEmpty)
        #expect(answer.rows.filter(\.itemCode.isDeactivated).map(\.itemCode.text) == ["~D~UM0999GRYM"])
        #expect(answer.rows.filter(\.isSystemSite).count == 2)
        let first = try #require(answer.rows.first)
        #expect(
            first
                == InventoryRow(
                    itemCode: ItemCode("UM1001REDS"), site: "PrimarySite", onHand: 14, allocated: 3, available: 11))
    }

    @Test
    func columnsAreFoundByTheirNames() throws {
        let answer = try read(InventoryLayout.self, try fixture("item-inventory-summary-reordered"))
        #expect(answer.rows.map(\.onHand) == [14, 22, 9] && answer.rows.map(\.available) == [11, 22, 9])
        let renamed = Array("Artikel,Lager,Bestand\nA,S,1\n".utf8)
        let names = ColumnNames<InventoryLayout>([.itemCode: "Artikel", .site: "Lager", .onHand: "Bestand"])
        #expect(try read(InventoryLayout.self, renamed, names: names).rows.map(\.available) == [nil])
    }

    @Test
    func aColumnThatIsMissingIsTheTenantsConfiguration() throws {
        #expect {
            try read(InventoryLayout.self, Array("Item code,Available\nA,1\n".utf8))
        } throws: { error in
            let failure = error as? CallFailure
            return failure?.kind == .configuration && failure?.text == "a report has no column Site reference, On hand"
        }
    }

    @Test(arguments: ["malformed-short-row", "malformed-unclosed-quote"])
    func aTableThatIsNoneIsRefusedAsAWhole(name: String) throws {
        #expect { try read(InventoryLayout.self, try fixture(name)) } throws: {
            ($0 as? CallFailure)?.kind == .transient
        }
    }

    @Test
    func despatchesHaveTheirTimeInUTC() throws {
        let rows = try read(DespatchLayout.self, try fixture("despatch-summary")).rows
        #expect(rows.count == 10 && utc(rows[0].despatchedAt) == "2026-02-03 14:05:11" && rows[0].quantity == 2)
        #expect(rows.filter { $0.trackingNumber == nil }.map(\.despatchNumber) == ["DES10237"])
        #expect(
            try read(DespatchLayout.self, try fixture("despatch-summary-no-quantities")).rows.map(\.quantity) == [
                nil, nil,
            ])
    }

    @Test
    func oddDatesAreNamedAndNotGuessed() throws {
        let answer = try read(DespatchLayout.self, try fixture("despatch-summary-odd-dates"))
        #expect(answer.rows.map(\.despatchedAt?.certainty) == [.neverShown, .shownTwice, .certain, nil])
        #expect(
            answer.rows.map { utc($0.despatchedAt) }
                == ["2026-03-29 01:30:00", "2026-10-25 00:30:00", "2026-02-13 00:00:00", nil])
        #expect(answer.unreadable.map(\.reason) == [.notADate, .notADate])
        #expect(answer.unreadable.first?.key == "DES10504 / C-10010 / UM1001REDM / 1")
    }

    @Test
    func twoEqualLinesOfADespatchAreTwo() throws {
        let csv = try fixture("despatch-summary-no-line-numbers")
        let twice = csv + csv[(header(csv).count + 1)...]
        #expect(try read(DespatchLayout.self, twice).rows.count == 2)
    }

    @Test
    func returnsSayWhatStateTheyAreIn() throws {
        let answer = try read(ReturnLayout.self, try fixture("return-summary-grown"), total: 4)
        #expect(answer.rows.count == 4 && answer.completeness == .proven)
        #expect(answer.rows.map(\.isReusable) == [true, false, nil, true])
        #expect(
            try read(ReturnLayout.self, try fixture("return-summary-unknown-order"), total: 1).rows.map(\.orderNumber)
                == [nil])
    }

    @Test
    func ordersAreReadByReportAndByTemplate() throws {
        let byStatus = try read(OrderStatusLayout.self, try fixture("sales-orders-by-status")).rows
        #expect(byStatus.map(\.status).filter { $0 == "Despatched" }.count == 6 && byStatus.count == 8)
        let orders = try read(SalesOrderLayout.self, try fixture("sales-orders"), total: 8)
        #expect(orders.rows.filter { $0.isOnHold == true }.map(\.orderNumber) == ["C-10007"])
        #expect(orders.rows == (try read(SalesOrderLayout.self, try fixture("sales-orders-lf"), total: 8)).rows)
        let items = try read(SalesOrderItemLayout.self, try fixture("sales-order-items")).rows
        #expect(items.filter { $0.orderNumber == "C-10003" }.map(\.quantity) == [1, 2])
        let types = try read(ItemTypeLayout.self, try fixture("item-types"), total: 11).rows
        #expect(types.count == 11 && types.first?.barcode == "2000000003016")
    }

    @Test
    func noRowsAreProvenByAHeaderAlone() throws {
        let answer = try read(SalesOrderLayout.self, try fixture("sales-orders-empty"))
        #expect(answer.rows.isEmpty && answer.completeness == .proven)
    }

    @Test
    func aReadThatEndsEarlySaysSo() throws {
        let answer = try read(InventoryLayout.self, try fixture("item-inventory-summary-partial-page"), total: 14)
        #expect(answer.rows.count == 5 && answer.completeness == .incomplete(.keptChanging, seen: 5, total: 14))
    }

    static let failures: [(FailureKind, Int32, Completeness?)] = [
        (.transient, 1, nil), (.configuration, 2, nil), (.cancelled, 2, nil),
        (.transient, 2, .incomplete(.failed(.transient), seen: 1, total: 2)),
    ]

    /// Nil where the failure itself comes out.
    @Test(arguments: failures)
    func aPageThatCannotBeHadEndsTheRead(kind: FailureKind, at failing: Int32, expected: Completeness?) throws {
        let query = RowQuery<ItemTypeLayout>("Item types", format: try london(), paging: Paging(rows: 1, retries: 0))
        let answer = Result { () throws(CallFailure) in
            try query.answer { page, _ throws(CallFailure) in
                if page == failing { throw CallFailure(kind, "no") }
                return DataPage(totalCount: 2, csv: Array("ItemCode\nA\n".utf8))
            }
        }
        if let expected { #expect(try answer.get().completeness == expected) }
        if case .failure(let failure) = answer { #expect(failure.kind == kind && expected == nil) }
    }

    @Test
    func aPageInTroubleIsAskedForAgain() throws {
        let query = RowQuery<ItemTypeLayout>("Item types", format: try london(), paging: Paging(rows: 1, sweeps: 1))
        var calls = 0
        let answer = try query.answer { page, _ throws(CallFailure) in
            calls += 1
            if calls.isMultiple(of: 2) { throw CallFailure(.transient, "no") }
            return DataPage(totalCount: 2, csv: Array("ItemCode\nA\(page)\n".utf8))
        }
        #expect(answer.rows.map(\.itemCode.text) == ["A1", "A2"] && answer.completeness == .counted && calls == 3)
    }

    @Test
    func aReadThatIsOverStops() throws {
        let query = RowQuery<ItemTypeLayout>("Item types", format: try london(), paging: Paging(rows: 1))
        var pages = 0
        let answer = try query.answer(until: { pages == 1 }) { _, _ in
            pages += 1
            return DataPage(totalCount: 2, csv: Array("ItemCode\nA\n".utf8))
        }
        #expect(answer.completeness == .incomplete(.outOfTime, seen: 1, total: 2) && answer.rows.count == 1)
    }

    /// Whatever edge of a page lies between the two, they are told apart, and everything else is read.
    @Test(arguments: 40...60)
    func aRowThatIsThereTwiceKeepsNothingFromBeingWhole(copy: Int) throws {
        var codes = (0..<180).map { "A\(1_000 + $0)" }
        codes.insert(codes[copy], at: copy)
        let query = RowQuery<ItemTypeLayout>("Item types", format: try london(), paging: Paging(rows: 50))
        let answer = try query.answer { page, rows in
            let rest = codes.dropFirst(Int((page - 1) * rows)).prefix(Int(rows))
            return DataPage(totalCount: codes.count, csv: Array((["ItemCode"] + rest).joined(separator: "\n").utf8))
        }
        #expect(answer.completeness == .proven && answer.rows.map(\.itemCode.text).sorted() == codes)
    }

    /// Two rows with one key that no page has both of: nothing is proven, and it is said whose they are. One that moves once
    /// is not called so.
    @Test(arguments: [(true, ["A1000"]), (false, [])])
    func rowsThatShareAKeyAndNoPageAreNamed(isThereTwice: Bool, repeated: [String]) throws {
        var codes = (0..<180).map { "A\(1_000 + $0)" }
        if isThereTwice { codes.append("A1000") }
        let query = RowQuery<ItemTypeLayout>("Item types", format: try london(), paging: Paging(rows: 50))
        var calls = 0
        let answer = try query.answer { page, rows in
            calls += 1
            if !isThereTwice, calls == 2 { codes.append(codes.removeFirst()) }
            let rest = codes.dropFirst(Int((page - 1) * rows)).prefix(Int(rows))
            let total = isThereTwice ? codes.count : codes.count + 1
            return DataPage(totalCount: total, csv: Array((["ItemCode"] + rest).joined(separator: "\n").utf8))
        }
        #expect(answer.completeness == .incomplete(.keptChanging, seen: 180, total: 181))
        #expect(answer.repeated == repeated)
    }

    @Test
    func onlyWhatIsReadIsAskedFor() throws {
        var query = RowQuery<InventoryLayout>("Item inventory summary", format: try london(), available: nil)
        #expect(query.columns.isEmpty && query.orderBy == "[Item code] asc")
        query.available = ["Name", "Item code", "On hand", "Site reference", "Sales order email"]
        #expect(query.columns == ["Item code", "Site reference", "On hand"])
    }
}
