// The ledger behind a journal that is written: wherever its follower is cut off, and whatever was done to its file, it comes
// to what a rebuild makes of the journal.
import Foundation
import Journal
import Operations
import POSIX
import Testing
import Workflows

@testable import Application
@testable import Ledger

/// A journal with a ledger beside it.
private final class Library {
    private(set) var journal: TestJournal
    private let directory = TemporaryDirectory()
    var place: LedgerPlace { LedgerPlace(besideJournal: directory.path + "/journal") }

    init() throws { journal = try TestJournal() }

    /// Of a new process.
    func follower(of identity: UInt64? = nil) -> LedgerFollower {
        LedgerFollower(
            place, disk: journal.disk, store: journal.commits.store, journal: identity ?? journal.contentSeed,
            log: Log(minimum: .error, now: { 0 }, sink: { _ in }))
    }

    /// One look of a new process; whether all was well.
    @discardableResult
    func look() -> Bool {
        let follower = follower()
        var state = follower.beginning
        return follower.catchUp(&state, isLast: true)
    }

    func restart() throws { journal = try journal.reopened() }

    /// Records of every kind that the ledger keeps, and what they are about: SKU `A` and one other.
    func write(_ round: Int) throws {
        let shelf = Shelf("A", 1)
        let (next, levels) = (
            journal.commits.store.state.durable + 1, SiteLevels(onHand: round, allocated: 0, available: 1)
        )
        let target = StockTarget(shelf, at: next + 1, .quantity(round, .init(base: round, own: 0, buffer: 0)))
        let write = StockWrite(shelf, round, from: next + 1)
        _ = try journal.append(
            .delivery(sku("A")), .stock(.readStarted(skus: ["A", "B"])),
            .stock(.observed(position: next + 1, levels: ["A": ["Main": levels]], absent: ["B"])),
            .stock(.targeted([target])), .stock(.writing([write])),
            .stock(.written([StockWriteResult(write, .applied)])),
            .settled(job(next)), .started(version: "1"),
            .exception(.raised(.stockMismatch, .sku("A"), ExceptionEvidence(), since: 1, previous: nil)))
        try restate()
    }

    /// Two records.
    @discardableResult
    private func restate() throws -> JournalPosition {
        var fold = Fold(now: 0, redeliveryWindow: 1)
        _ = try journal.reader.read { fold.apply($0) }
        let book = try #require(fold.restartedStock["acme"]).book
        guard case .durable(let begun) = try journal.append(.checkpoint(.begun)) else { throw Errno.noSpace }
        _ = try journal.append(
            .checkpoint(
                StockCheckpoint.part(
                    .init(
                        begun: begun, number: 1, count: 1, items: book.items,
                        shelves: book.shelves.values.sorted { $0.shelf < $1.shelf }))))
        return begun
    }

    /// Restates the book, and lets everything go that is older.
    func retire() throws {
        try journal.fill()
        let begun = try restate()
        #expect(journal.commits.store.retire(below: begun) > 0)
    }

    /// From the ledger, and from the journal alone.
    func histories() throws -> [SKUHistory] {
        var told = SKUHistory(brand: "acme", sku: "A")
        _ = try journal.reader.read { told.add(LedgerRecord($0)) }
        return [try Ledger.read(place.path).history(of: "A", brand: "acme"), told]
    }

    /// What stands in the ledger.
    func dump() throws -> [String] { try Library.dump(Ledger.read(place.path)) }

    /// What a rebuild makes of the journal as it is.
    func rebuilt() throws -> [String] {
        let other = TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: other.path, withIntermediateDirectories: true)
        let ledger = try Ledger.open(other.path + "/rebuilt.db")
        let start = LedgerCursor(journal: journal.contentSeed, sequence: 0, checksum: 0)
        _ = try ledger.project(behind: start) { take in
            _ = try? journal.reader.read { take(LedgerRecord($0)) }
        }
        return try Library.dump(ledger)
    }

    private static func dump(_ ledger: Ledger) throws -> [String] {
        var lines: [String] = []
        try ledger.dump { lines.append($0) }
        return lines
    }
}

struct LedgerFollowerTests {
    @Test
    func whatIsFollowedInPiecesByProcessesThatEndIsWhatARebuildMakes() throws {
        let library = try Library()
        for round in 0..<6 {
            try library.write(round)
            if round == 3 { try library.restart() }
            #expect(library.look())
            #expect(try library.dump() == library.rebuilt())
        }
        #expect(try library.dump().count > 60)
    }

    /// What retention took is told from the checkpoint, whether or not the ledger had come so far before.
    @Test(arguments: [false, true])
    func aStoryEndsTrueThoughItsOlderRecordsAreGone(isFollowed: Bool) throws {
        let library = try Library()
        try library.write(7)
        if isFollowed { library.look() }
        try library.retire()
        #expect(library.look())
        #expect(try library.dump() == library.rebuilt())
        for history in try library.histories() {
            let story = SKUStory(
                history, since: 12, source: .available, planner: StockPlanner(StockPlanner.Settings(warehouses: [1])),
                times: StoryTimes(full: { _ in "then" }, brief: { _ in "then" }))
            #expect(
                story.conclusions == ["Centra shows 7 because Peoplevox had 7 available when read at then (record 2)."])
            #expect(story.lines.count == 3)
        }
    }

    @Test
    func aThreadTakesInWhatIsDurableBeforeItEnds() throws {
        let library = try Library()
        let follower = library.follower()
        try follower.start()
        try library.write(1)
        follower.end()
        #expect(follower.lag == 0)
        #expect(follower.current.records == 11)
        #expect(try library.dump() == library.rebuilt())
    }

    /// Segments are retired below a ledger that has not come so far, and below one that has.
    @Test(arguments: [0, 1, 2])
    func aJournalThatIsRetiredBelowItIsFollowedFromWhatIsLeft(looks: Int) throws {
        let library = try Library()
        let follower = library.follower()
        var state = follower.beginning
        for round in 0..<3 {
            try library.write(round)
            if round < looks { #expect(follower.catchUp(&state, isLast: false)) }
            try library.journal.fill()
        }
        try library.write(9)
        let store = library.journal.commits.store
        #expect(store.retire(below: store.state.durable) > 0)
        #expect(follower.catchUp(&state, isLast: false))
        #expect(follower.current.problem == nil && follower.current.rebuilds == 0)
        #expect(follower.lag == 0)
        #expect(try library.dump() == library.rebuilt())
    }

    private enum Harm: CaseIterable {
        case removed, noDatabase, otherVersion, otherJournal, ofALaterTime, ofAnotherPast
    }

    /// A file that cannot be used is made anew by the next look, and the one after it fills it.
    @Test(arguments: Harm.allCases)
    private func aLedgerThatCannotBeUsedIsMadeAnew(_ harm: Harm) throws {
        let library = try Library()
        try library.write(1)
        #expect(library.look())
        try inflict(harm, library.place.path)
        let follower = library.follower(of: library.journal.contentSeed)
        var state = follower.beginning
        #expect(follower.catchUp(&state, isLast: false) == (harm == .removed))
        #expect(follower.current.rebuilds == (harm == .removed ? 0 : 1))
        #expect(follower.catchUp(&state, isLast: false))
        #expect(follower.current.problem == nil && follower.lag == 0)
        #expect(try library.dump() == library.rebuilt())
    }

    private func inflict(_ harm: Harm, _ path: String) throws {
        switch harm {
        case .removed, .noDatabase:
            for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
            if harm == .noDatabase { try Data(repeating: 0x78, count: 40_000).write(to: URL(fileURLWithPath: path)) }
        case .otherVersion: try Database(path, .readWrite).run("PRAGMA user_version = 99")
        case .otherJournal: try Database(path, .readWrite).run("UPDATE cursor SET journal = journal + 1")
        case .ofALaterTime: try Database(path, .readWrite).run("UPDATE cursor SET record = record + 1")
        case .ofAnotherPast: try Database(path, .readWrite).run("UPDATE cursor SET checksum = checksum + 1")
        }
    }

    /// Whoever has it open would go on writing to what has no name, and whoever looks would see what stood there before.
    @Test(arguments: [false, true])
    func aLedgerThatIsRemovedUnderItsFollowerIsMadeAnew(isReplaced: Bool) throws {
        let library = try Library()
        try library.write(1)
        let follower = library.follower()
        var state = follower.beginning
        #expect(follower.catchUp(&state, isLast: false))
        let copy = library.place.path + ".copy"
        if isReplaced { try FileManager.default.copyItem(atPath: library.place.path, toPath: copy) }
        try FileManager.default.removeItem(atPath: library.place.path)
        if isReplaced { try FileManager.default.moveItem(atPath: copy, toPath: library.place.path) }
        #expect(!follower.catchUp(&state, isLast: false))
        try library.write(2)
        #expect(follower.catchUp(&state, isLast: false))
        #expect(follower.current.rebuilds == 1)
        #expect(try library.dump() == library.rebuilt())
    }

    @Test(arguments: [false, true])
    func aFileInTheWayOfTheDirectoryIsAProblemThatEnds(comesLater: Bool) throws {
        let library = try Library()
        try library.write(1)
        let directory = library.place.directory
        let follower = library.follower()
        var state = follower.beginning
        if comesLater {
            #expect(follower.catchUp(&state, isLast: false))
            try FileManager.default.removeItem(atPath: directory)
        } else {
            try FileManager.default.createDirectory(
                atPath: (directory as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        }
        #expect(FileManager.default.createFile(atPath: directory, contents: Data()))
        #expect(!follower.catchUp(&state, isLast: false))
        #expect(follower.current.problem?.contains(directory) == true)
        try FileManager.default.removeItem(atPath: directory)
        #expect(follower.catchUp(&state, isLast: false))
        #expect(follower.current.problem == nil && follower.lag == 0)
    }
}
