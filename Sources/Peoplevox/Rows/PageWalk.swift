// Which page to read next, and whether all rows were seen. Pages are no cursor: a row that is removed from a page that was
// read moves another one from the next page onto it, and nobody sees that one. So pages are read again, and completeness
// is proven from what was seen when, whatever the order of the rows and whatever changed between the pages.
//
//     reply          1    2    3  |  4    5    6      two sweeps of three pages
//     row A          seen         |  seen
//     row B               seen    |            seen   (moved)
//     row C          seen         |                   (removed)
//     row D                       |       seen        (inserted)
//     there at 4:    A and B were seen before or at 4, and at 4 or later, so they were there at 4
//
// A row that was seen at or before a reply and again at or after it existed when that reply was made, given that a row
// that went does not come back within the read. Are there as many such rows as that reply's TotalCount says that there
// are rows, then they are all of them: the table as it was at that moment. Which is the proof; without it we say so.

package import Outbound

package struct Paging: Hashable, Sendable {
    /// Rows of a page. Small ones cost quota, large ones end in timeouts.
    package var rows: Int32
    /// The most pages of a sweep.
    package var pages: Int
    /// How often the pages are read, at most. Each time they are a little smaller: two rows with one identity are told apart
    /// on one page only, and must not be parted by the same edge every time. One sweep of more than one page proves nothing: where a count is enough.
    package var sweeps: Int
    /// How many pages that could not be had are asked for again, in all.
    package var retries: Int

    package init(rows: Int32 = 500, pages: Int = 400, sweeps: Int = 4, retries: Int = 3) {
        precondition(rows >= 1 && pages >= 1 && sweeps >= 1 && retries >= 0, "something is read")
        self.rows = rows
        self.pages = pages
        self.sweeps = sweeps
        self.retries = retries
    }

    /// Enough for a reader that comes back every few minutes with a window that overlaps.
    package static let once = Paging(sweeps: 1)
}

/// How much of what there is was read.
package enum Completeness: Hashable, Sendable {
    /// Everything that there was at one moment of the read: what is missing was not there.
    case proven
    /// One sweep, in which all counts agree. A removal and an insertion may have hidden a row, so what is missing may
    /// well be there.
    case counted
    case incomplete(Reason, seen: Int, total: Int)

    package enum Reason: Hashable, Sendable {
        /// Rows came and went faster than they could be read, or their identity is not unique.
        case keptChanging
        case tooManyPages
        case outOfTime
        /// A page could not be had.
        case failed(FailureKind)
    }
}

/// A state machine: `step` says what to do, `took` what came of it.
struct PageWalk {
    enum Step: Equatable {
        case read(page: Int32)
        case done(Completeness)
    }

    private(set) var step = Step.read(page: 1)
    /// In which replies, from 0, each row was seen first and last.
    private var sightings: [(first: Int, last: Int)] = []
    /// What each reply said that there are.
    private var totals: [Int] = []
    /// The newest reply at whose moment everything is known, if there is one.
    private var provenReply: Int?
    /// From 1.
    private(set) var sweep = 1
    private var page: Int32 = 1
    private var rowsOfSweep = 0
    private let paging: Paging

    init(_ paging: Paging) { self.paging = paging }

    /// What the page that was asked for holds: numbers of rows, from 0 and without gaps, the same for a row whenever it is
    /// seen.
    mutating func took(_ rows: [Int], total: Int) {
        guard case .read = step else { preconditionFailure("no page was asked for") }
        let reply = totals.count
        for row in rows {
            if row == sightings.count { sightings.append((reply, reply)) } else { sightings[row].last = reply }
        }
        totals.append(total)
        rowsOfSweep += rows.count
        // A server that makes pages smaller than asked for is walked by its own measure.
        let isLast = rows.isEmpty || rowsOfSweep >= total
        step = isLast ? afterSweep() : Int(page) < paging.pages ? nextPage() : .done(incomplete(.tooManyPages))
    }

    /// The walk ends here, for a reason of somebody else's.
    mutating func stop(_ reason: Completeness.Reason) { step = .done(incomplete(reason)) }

    /// Rows of a page, in the sweep that is underway.
    var rows: Int32 { max(1, paging.rows - Int32(clamping: sweep - 1) * (paging.rows / PageWalk.narrowing)) }

    /// A fiftieth of a page is more than there are copies of a row.
    private static let narrowing: Int32 = 50

    /// Whether a row was still there when completeness was proven, or at the end.
    func isCurrent(_ row: Int) -> Bool { sightings[row].last >= (provenReply ?? 0) }

    private mutating func nextPage() -> Step {
        page += 1
        return .read(page: page)
    }

    private mutating func afterSweep() -> Step {
        provenReply = findProof()
        if provenReply != nil { return .done(.proven) }
        if paging.sweeps == 1 { return .done(isCounted ? .counted : incomplete(.keptChanging)) }
        guard sweep < paging.sweeps else { return .done(incomplete(.keptChanging)) }
        sweep += 1
        (page, rowsOfSweep) = (1, 0)
        return .read(page: 1)
    }

    /// The newest reply at whose moment as many rows are known to have existed as it says that there were.
    private func findProof() -> Int? {
        var changes = [Int](repeating: 0, count: totals.count + 1)
        for sighting in sightings {
            changes[sighting.first] += 1
            changes[sighting.last + 1] -= 1
        }
        var existing = 0
        let known = changes.dropLast().map { change in
            existing += change
            return existing
        }
        return totals.indices.last { totals[$0] == known[$0] }
    }

    private var isCounted: Bool {
        totals.allSatisfy { $0 == sightings.count } && rowsOfSweep == sightings.count
    }

    private func incomplete(_ reason: Completeness.Reason) -> Completeness {
        .incomplete(reason, seen: sightings.count, total: totals.last ?? 0)
    }
}
