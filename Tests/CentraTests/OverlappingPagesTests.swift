// Nothing hides between two pages, whatever comes and goes while they are read.
import TestSupport
import Testing

@testable import Centra

/// A list that is read page by page, and what became of it at the end.
private struct PagedRead {
    var met: Set<Int> = []
    var requests = 0
    var end: OverlappingPages.Step

    /// - Parameters:
    ///   - cap: rows of a page at most, whatever is asked for.
    ///   - change: what happens to the list after each page.
    init(_ list: [Int], _ limits: PageLimits, cap: Int = .max, change: (inout [Int], Int) -> Void = { _, _ in }) {
        var (pages, list) = (OverlappingPages(limits), list)
        while case .read(let rows, let page) = pages.step {
            requests += 1
            let rows = min(rows, cap)
            let part = Array(list.dropFirst((page - 1) * rows).prefix(rows))
            met.formUnion(part)
            pages.took(part)
            change(&list, requests)
        }
        end = pages.step
    }
}

struct OverlappingPagesTests {
    @Test(arguments: Array(0...205) + [399, 400, 401, 1_000, 4_999])
    func aListThatKeepsStillIsReadToItsEnd(count: Int) {
        for rows in [1, 20, 50, 200] {
            let reading = PagedRead(Array(0..<count), PageLimits(rows: rows, pages: 1_000))
            #expect(reading.end == .whole)
            #expect(reading.met.count == count)
        }
    }

    /// Centra's default plan has 5,000 requests an hour, for everybody.
    @Test
    func theProofOfTwentyThousandRowsCostsATenth() {
        let reading = PagedRead(Array(0..<20_000), PageLimits(rows: 200))
        #expect(reading.end == .whole && reading.met.count == 20_000)
        #expect((101...112).contains(reading.requests))
    }

    /// Rows leave anywhere, enter anywhere, and leave in crowds. Whoever was there all the time is met, or it is not said
    /// that all are.
    @Test(arguments: UInt64(0)..<200)
    func whoeverStaysIsMet(seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        let ids = (0..<Int.random(in: 0...1_500, using: &chance)).map { $0 * 10 }
        var stayed = Set(ids)
        var new = 1
        let rows = Int.random(in: 20...200, using: &chance)
        let crowd = Int.random(in: 0...120, using: &chance)
        let reading = PagedRead(ids, PageLimits(rows: rows, pages: 400)) { list, _ in
            let place = Int.random(in: 0...list.count, using: &chance)
            switch Int.random(in: 0..<6, using: &chance) {
            case 0, 1:
                let end = min(list.count, place + crowd)
                stayed.subtract(list[place..<end])
                list.removeSubrange(place..<end)
            case 2:
                let gone = Set(list.shuffled(using: &chance).prefix(crowd / 4))
                stayed.subtract(gone)
                list.removeAll(where: gone.contains)
            case 3:
                new += 2
                list = (list + [(place * 10) + new % 10]).sorted()
            default: break
            }
        }
        #expect(reading.end == .whole || reading.end == .incomplete(.repeated))
        if reading.end == .whole { #expect(stayed.subtracting(reading.met) == []) }
    }

    /// What page numbers alone would have missed: the canary of the test above.
    @Test
    func aRowThatLeavesHidesNone() {
        let reading = PagedRead(Array(0..<600), PageLimits(rows: 200)) { list, _ in list.removeFirst(20) }
        #expect(reading.end == .whole && reading.met.count == 600)
        #expect(reading.requests > 4)
    }

    /// Servers that send less than they are asked for, without a word.
    @Test(arguments: [20, 50, 100], [19, 20, 21, 40, 100, 333, 1_000])
    func aServerThatSendsLessIsReadByItsOwnMeasure(cap: Int, count: Int) {
        let reading = PagedRead(Array(0..<count), PageLimits(rows: 200), cap: cap)
        #expect(reading.end == .whole && reading.met.count == count)
    }

    static let misfits: [(String, [Int], Int, OverlappingPages.Step)] = [
        ("one page, in whatever order", [3, 1, 2], 200, .whole),
        ("two pages out of order", Array((0..<205).reversed()), 200, .incomplete(.unordered)),
        ("ids that come twice", [1, 1, 2, 2], 200, .whole),
        ("no end", Array(0..<900), 2, .incomplete(.tooLong)),
    ]

    @Test(arguments: misfits)
    func whatCannotBeProvenIsIncomplete(_ name: String, list: [Int], pages: Int, end: OverlappingPages.Step) {
        #expect(PagedRead(list, PageLimits(rows: 200, pages: pages)).end == end)
    }

    @Test
    func moreThanWasAskedForProvesNothing() {
        var pages = OverlappingPages(PageLimits(rows: 50))
        pages.took(Array(0..<60))
        #expect(pages.step == .incomplete(.unordered))
    }
}
