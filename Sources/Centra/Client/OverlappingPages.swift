// Which page of a list to read next, and whether all rows were met, where pages have numbers and rows come by their ids.
//
// A page's number is no cursor: when a row leaves the list, all behind it move forward, and the next page begins too late.
// So every page is one that begins no later than at the last row that was met. Nothing can hide between the two then,
// whatever comes and goes, and every row that was in the list from the first reply to the last was met.
//
//     ids      1  2  3  4  5  6  7  8  9 10 11
//     read    [1  2  3  4]
//     read          [3  4  5  6]                  begins before 4: whole up to 6
//     3 goes   1  2  4  5  6  7  8  9 10 11
//     read                     [8  9 10 11]       begins behind 6: a row may have slipped past, here 7
//     read              [6  7  8  9]              so further to the front: whole up to 9
//
// A page begins at a multiple of its size. So its size is chosen, between one half and all of what is allowed: the one
// whose page still holds the last row that was met, and reaches furthest. That costs a tenth more than no proof at all.

/// A state machine: `step` says what to do, `took` what came of it.
struct OverlappingPages {
    enum Step: Equatable {
        case read(rows: Int, page: Int)
        case whole
        case incomplete(Reason)
    }

    enum Reason: Equatable {
        /// Rows do not come by their ids, or more of them than were asked for: nothing can be proven then.
        case unordered
        case repeated
        case tooLong
    }

    /// Fewer rows leave a page no room for what it repeats of the one before. It is also what a server sends when nobody
    /// says how many (centra.md, 2.4).
    private static let fewest = 20

    private(set) var step: Step
    /// Of a page, at most.
    private var rows: Int
    private var pages: Int
    /// The greatest id that was met.
    private var last = Int.min
    /// Where the latest page began, as place and as id.
    private var begin: (place: Int, id: Int)?
    /// How far to the front of a page that began too late the next one begins.
    private var stride = 0

    init(_ limits: PageLimits) {
        (rows, pages) = (max(limits.rows, OverlappingPages.fewest), limits.pages)
        step = .read(rows: rows, page: 1)
    }

    /// The ids of the page that was asked for, as they came.
    mutating func took(_ ids: [Int]) {
        guard case .read(let size, let page) = step else { preconditionFailure("no page was asked for") }
        pages -= 1
        step = next(ids, (page - 1) * size, size)
    }

    private mutating func next(_ ids: [Int], _ place: Int, _ size: Int) -> Step {
        let isLast = ids.count < size && !isAsTheServerLikes(ids.count)
        // One reply is one moment, in whatever order.
        if place == 0 && isLast { return .whole }
        guard ids.count <= size, zip(ids, ids.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            return .incomplete(.unordered)
        }
        guard let first = ids.first, let end = ids.last, place == 0 || first <= last else {
            stride = stride == 0 ? max(1, rows / 4) : stride * 2
            return read(over: max(0, place - stride))
        }
        if let begin, begin.place != place, begin.id == first, end <= last { return .incomplete(.repeated) }
        begin = (place, first)
        (last, stride) = (max(last, end), 0)
        if isLast { return .whole }
        if ids.count < size { rows = ids.count }
        return read(over: place + ids.count - 1)
    }

    /// The page that holds the row at this place and reaches furthest.
    private func read(over place: Int) -> Step {
        guard pages > 0 else { return .incomplete(.tooLong) }
        let size = (rows / 2...rows).max { place / $0 * $0 + $0 < place / $1 * $1 + $1 } ?? rows
        return .read(rows: size, page: place / size + 1)
    }

    /// A short page is the last one, unless it is as round as a server's own idea of how large a page may be.
    private func isAsTheServerLikes(_ count: Int) -> Bool { count >= OverlappingPages.fewest && count % 10 == 0 }
}
