// The intake without sockets, over a real journal: a test hands it requests and turns it by hand.
import HTTP
import Journal
import POSIX
import Testing
import Webhooks

@testable import Application
@testable import EventLoop

/// What a sender was told.
struct Told: Equatable, CustomStringConvertible {
    let status: Int
    var fields: [Response.Field] = []
    var body = "ok\n"

    static let accepted = Told(status: 200)

    init(status: Int) {
        self.status = status
    }

    init(_ response: Response) {
        status = response.status.code
        fields = response.fields
        body = String(decoding: response.body, as: UTF8.self)
    }

    func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    var description: String { "\(status) \(body)" }
}

final class TestIntake {
    let road: TestDispatcher
    let counters = CounterBoard()
    let reload: Reload
    let readiness: ReadinessBoard
    private let bell: Bell
    private var intake: Intake
    private var connections: UInt32 = 0
    private(set) var waiting: Set<ConnectionID> = []

    /// - Parameter budget: what strangers can make us write.
    init(
        _ journal: TestJournal, brands: [Configuration.Brand] = [.acme, .bare], budget: QuarantineBudget? = nil
    ) throws {
        road = try TestDispatcher(journal)
        reload = Reload(counters: counters)
        bell = Bell()
        let dispatcher = road.dispatcher
        readiness = ReadinessBoard(commits: journal.commits) { dispatcher.hasRoom(for: 1) }
        intake = Intake(
            brands: try BrandTable(.forTests(brands: brands), counters: counters), commits: journal.commits,
            mailbox: CommitMailbox(bell: bell), dispatcher: dispatcher, readiness: readiness, reload: reload,
            contentSeed: journal.contentSeed, deduplication: journal.fold.deduplication,
            shares: QuarantineShares(
                strangers: budget ?? QuarantineBudget(now: journal.clock.monotonicMilliseconds()),
                familiar: QuarantineBudget(now: journal.clock.monotonicMilliseconds())))
    }

    convenience init(brands: [Configuration.Brand] = [.acme, .bare]) throws {
        try self.init(TestJournal(), brands: brands)
    }

    var journal: TestJournal { road.journal }
    /// Unix seconds.
    var time: Int { Now(journal.clock).unixSeconds }

    /// Nil when the answer comes later, for the connection that `ask` is given next.
    func ask(_ written: WrittenRequest, from peer: String? = "192.0.2.1") throws -> Told? {
        let request = try written.read()
        connections += 1
        let connection = ConnectionID(slot: 0, generation: connections)
        let peer = Peer(address: peer.map(address), user: nil)
        switch intake.handle(request, on: connection, from: peer, now: Now(journal.clock)) {
        case .accepted: return .accepted
        case .respond(let response): return Told(response)
        case .later:
            waiting.insert(connection)
            return nil
        }
    }

    /// The turns that the loop gives until there is nothing more to tell; what was told, in order of asking.
    func turn() -> [Told] {
        var replies: [Reply] = []
        while case let more = intake.turn(now: Now(journal.clock), isQuiet: true), !more.isEmpty { replies += more }
        for reply in replies { #expect(waiting.remove(reply.connection) != nil, "one answer for one request") }
        return replies.sorted { $0.connection.generation < $1.connection.generation }.map { reply in
            switch reply.answer {
            case .accepted: return .accepted
            case .respond(let response): return Told(response)
            case .later:
                Issue.record("later is no answer")
                return Told(status: 0)
            }
        }
    }

    /// Turns until nobody waits.
    func settle() -> [Told] {
        var told = turn()
        while !waiting.isEmpty {
            bell.wait(milliseconds: 1_000)
            told += turn()
        }
        return told
    }

    /// Lets the batch that is with the journal's thread come to its end, and looks.
    func turnAfterCompletion() -> [Told] {
        bell.wait(milliseconds: -1)
        return turn()
    }

    /// What the answer is in the end.
    func say(_ request: WrittenRequest, from peer: String? = "192.0.2.1") throws -> Told {
        if let told = try ask(request, from: peer) { return told }
        return settle().last ?? Told(status: 0)
    }

    func brand(_ name: String) -> BrandCounters { counters.brand(name) }
    var redelivered: UInt64 { brand("acme").redelivered.count }
    var accepted: UInt64 { Source.allCases.reduce(0) { $0 + brand("acme").accepted(from: $1).count } }
}

extension Now {
    init(_ clock: HandClock) {
        self.init(monotonic: clock.monotonicMilliseconds(), wall: clock.wallMicroseconds())
    }
}
