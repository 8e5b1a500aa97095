// When SKUs are read and which, and when a brand is in its peak.
import Testing
import Workflows

private let reading = StockReading(.init(batch: 3, window: 1_000_000, peakWindow: 10_000_000))
private let now = start + hour

private func wakeUps(_ ages: [(String, Int64)]) -> [StockReading.WakeUp] {
    ages.map { StockReading.WakeUp($0.0, since: now - $0.1) }
}

private func next(_ ages: [(String, Int64)], _ book: StockBook = StockBook(), isPeak: Bool = false) -> StockReading.Turn
{
    reading.next(wakeUps(ages), in: book, warehouses: [1], now: now, isPeak: isPeak)
}

@Test func wakeUpsWaitForOthers() {
    #expect(next([]) == .wait(until: nil))
    #expect(next([("B", 400_000), ("A", 0)]) == .wait(until: now + 600_000))
    #expect(next([("B", 1_000_000), ("A", 0), ("B", 0)]) == .read(["A", "B"]))
    #expect(next([("B", 1_000_000)], isPeak: true) == .wait(until: now + 9_000_000))
    #expect(next([("B", 10_000_000)], isPeak: true) == .read(["B"]))
    // A full batch goes at once, but not at a peak.
    #expect(next([("C", 0), ("A", 0), ("B", 0)]) == .read(["A", "B", "C"]))
    #expect(next([("C", 0), ("A", 0), ("B", 0)], isPeak: true) == .wait(until: now + 10_000_000))
    #expect(next([("A", 0), ("A", 0), ("A", 0)]) == .wait(until: now + 1_000_000))
}

@Test func aClockThatIsSetBackStopsNoRead() {
    #expect(next([("A", -1)]) == .read(["A"]))
    #expect(next([("A", -hour), ("B", 0)], isPeak: true) == .read(["A", "B"]))
}

@Test func whatMayBeSoldOutIsReadFirstAndNobodyIsPassedOverForEver() {
    let fast = Shelf("F", 1)
    var book = StockBook()
    for (index, count) in [9, 2].enumerated() {
        book.apply(aimed(fast, at: JournalPosition(index + 1), count), sequence: 1, time: now - minute)
    }
    #expect(next([("A", 30), ("B", 20), ("C", 10), ("F", 0)], book) == .read(["F", "A", "B"]))
    #expect(next([("A", 30), ("B", 20), ("C", 10), ("F", 0)]) == .read(["A", "B", "C"]))
    let old: Int64 = 4_000_000
    #expect(next([("A", old), ("B", old + 1), ("C", old), ("F", 0)], book) == .read(["B", "A", "C"]))
}

@Test func peakModeIsEnteredAtOnceAndLeftSlowly() {
    let settings = PeakMode.Settings(backlog: 100, arrivals: 50, delay: 8, calm: 5 * minute)
    let enters: [(PeakMode) -> PeakMode] = [
        { peak in peak.looking(backlog: 100) }, { peak in peak.looking(delay: 8) },
        { peak in
            var peak = peak
            peak.arrived(50, now: 0)
            return peak.looking()
        },
    ]
    for enter in enters {
        var peak = enter(PeakMode(settings))
        #expect(peak.isPeak)
        peak = peak.looking(backlog: 30, at: 3 * minute)
        #expect(peak.looking(backlog: 30, at: 60 * minute).isPeak, "less than it needs to enter is not calm")
        peak = peak.looking(backlog: 24, at: 4 * minute).looking(at: 9 * minute - 1)
        #expect(peak.isPeak)
        #expect(!peak.looking(at: 9 * minute).isPeak)
        #expect(peak.looking(backlog: 25, at: 9 * minute - 1).looking(at: 9 * minute).isPeak)
    }
}

@Test func wakeUpsAreForgottenAfterAMinute() {
    var peak = PeakMode(.init(backlog: 100, arrivals: 50, delay: 8))
    for second in stride(from: Int64(0), to: 600, by: 2) { peak.arrived(1, now: second * 1_000_000) }
    #expect(!peak.looking(at: 600_000_000).isPeak)
    for second in stride(from: Int64(600), to: 720, by: 1) { peak.arrived(1, now: second * 1_000_000) }
    #expect(peak.looking(at: 720_000_000).isPeak)
}

@Test func aPersonsChoiceCountsFirst() {
    var peak = PeakMode(.init()).looking(backlog: 10_000)
    peak.choose(.off)
    #expect(!peak.isPeak)
    peak.choose(.auto)
    #expect(peak.isPeak)
    #expect(PeakMode(.init(choice: .on)).isPeak)
}

extension PeakMode {
    fileprivate func looking(backlog: Int = 0, delay: Int64 = 0, at now: Int64 = 0) -> PeakMode {
        var peak = self
        peak.look(backlog: backlog, delay: delay, now: now)
        return peak
    }
}
