// Random lives of a journal on a disk that loses power at any system call, judged by one rule: what a commit promised
// is there, once, in order, with its content, after any number of cuts (P1). The same seed gives the same run.
import POSIX
import Testing

@testable import Journal

struct SimulationTests {
    @Test(arguments: UInt64(0)..<500)
    func whatWasCommittedIsStillThere(seed: UInt64) {
        var simulation = Simulation(seed: seed)
        #expect(simulation.violation() == nil)
    }

    /// The proof that the lives are lived: each of these happens, and often.
    @Test
    func theSeedsComeAcrossEverything() {
        var seeds: [Event: Int] = [:]
        for seed in UInt64(0)..<60 {
            var simulation = Simulation(seed: seed)
            _ = simulation.violation()
            for event in simulation.events { seeds[event, default: 0] += 1 }
        }
        for event in Event.allCases { #expect(seeds[event, default: 0] >= 5, "\(event)") }
    }

    /// The proof that the rule above can fail: a disk that only says that it synced is caught.
    @Test
    func aDiskThatOnlyPretendsToSyncIsCaught() {
        let caught = (UInt64(0)..<40).filter { seed in
            var simulation = Simulation(seed: seed, ignoresSyncs: true)
            return simulation.violation() != nil
        }
        #expect(caught.count > 20)
    }
}

/// What may happen in a life.
private enum Event: CaseIterable {
    case powerCutWhileOpening
    case powerCutWhileWriting
    case failedSync
    case tornTail
    case unpromisedRecordsKept
    case severalSegments
    case retirement
}

/// What a journal owes, and a check of what it shows.
private struct Promise {
    /// By number, from 1: committed, or seen by an open that succeeded.
    private(set) var durable: [Sample] = []
    /// Appended after them, and never promised: these may be there, from the first on.
    private(set) var attempted: [Sample] = []
    /// Everything below was allowed to go.
    var retired: SequenceNumber = 1

    mutating func attempt(_ samples: [Sample]) { attempted += samples }

    mutating func commit() {
        durable += attempted
        attempted = []
    }

    mutating func check(_ visited: Visited) -> String? {
        let first = visited.numbers.first ?? UInt64(durable.count) + 1
        if first > retired { return "records \(retired) to \(first - 1) are gone" }
        if visited.numbers != Array(first..<first + UInt64(visited.numbers.count)) { return "the numbers have gaps" }
        let end = Int(first) - 1 + visited.numbers.count
        if end < durable.count { return "records from \(end + 1) of \(durable.count) promised ones are gone" }
        let expected = durable + attempted
        if end > expected.count { return "there are records that nobody wrote" }
        if visited.samples != Array(expected[(Int(first) - 1)..<end]) { return "a record has another content" }
        (durable, attempted) = (Array(expected[..<end]), [])
        return nil
    }
}

private struct Simulation {
    private var chance: SeededChance
    private var disk = SimulatedDisk()
    private var promise = Promise()
    private let ignoresSyncs: Bool
    private(set) var events: Set<Event> = []

    init(seed: UInt64, ignoresSyncs: Bool = false) {
        chance = SeededChance(seed: seed)
        self.ignoresSyncs = ignoresSyncs
    }

    /// What went wrong in up to six lives, or nil.
    mutating func violation() -> String? {
        for life in 1...6 {
            if let violation = live() { return "life \(life): \(violation)" }
            if disk.segments.count > 1 { events.insert(.severalSegments) }
            let cut = PowerCut.allCases[chance.below(PowerCut.allCases.count)]
            disk = disk.after(cut, &chance)
        }
        return lastLook()
    }

    private mutating func live() -> String? {
        let calls = chance.coin() ? chance.below(12) : chance.below(120)
        disk.behave {
            $0.callsLeft = calls
            $0.ignoresSyncs = ignoresSyncs
        }
        var isOpen = false
        do throws(JournalFailure) {
            var visited = Visited()
            let opened = try JournalOpening.open(disk, options: Workbench.options()) { visited.visit($0) }
            isOpen = true
            note(opened.store.state, visited)
            if let violation = promise.check(visited) { return violation }
            let store = opened.store
            var writer = opened.takeWriter()
            if chance.oneIn(4) { disk.refuse(.synchronize, after: chance.below(10), .inputOutput) }
            try work(&writer, store)
        } catch {
            if case .damaged(let damage) = error { return "\(damage)" }
            let hasPower = disk.hasPower
            events.insert(hasPower ? .failedSync : isOpen ? .powerCutWhileWriting : .powerCutWhileOpening)
        }
        return nil
    }

    private mutating func note(_ state: JournalState, _ visited: Visited) {
        if state.recovery != nil { events.insert(.tornTail) }
        if let last = visited.numbers.last, last > promise.durable.count { events.insert(.unpromisedRecordsKept) }
    }

    private mutating func work(_ writer: inout JournalWriter, _ store: SegmentStore) throws(JournalFailure) {
        for _ in 0..<chance.below(25) {
            for _ in 0...chance.below(2) { try append(to: &writer, store) }
            _ = try writer.commit()
            promise.commit()
            if chance.oneIn(6) { retire(store) }
        }
    }

    private mutating func append(to writer: inout JournalWriter, _ store: SegmentStore) throws(JournalFailure) {
        let samples = (0...chance.below(4)).map { _ in sample() }
        var batch = RecordBatch(samples)
        // What is pending is committed when the writer rolls, so it counts as attempted before, not after.
        promise.attempt(samples)
        if try writer.append(&batch) == .noRoom {
            guard store.prepareNext(), try writer.append(&batch) != .noRoom else { throw .write(.noSpace) }
        }
    }

    private mutating func sample() -> Sample {
        let count = chance.oneIn(3) ? chance.below(6_000) : chance.below(700)
        // Long runs of zeros are legal content and look like sectors that were never written.
        let payload = chance.oneIn(5) ? [UInt8](repeating: 0, count: count) : chance.text(count)
        return Sample(
            kind: UInt8(1 + chance.below(255)), brand: chance.coin() ? "acme" : "", time: Int64(chance.below(1 << 40)),
            payload)
    }

    private mutating func retire(_ store: SegmentStore) {
        let bound = UInt64(chance.below(Int(store.state.durable) + 1))
        promise.retired = max(promise.retired, bound)
        if store.retire(below: bound) > 0 { events.insert(.retirement) }
    }

    private mutating func lastLook() -> String? {
        disk.behave { $0 = SimulatedDisk.Behaviour() }
        do throws(JournalFailure) {
            return promise.check(try Workbench.visited(disk))
        } catch {
            return "\(error)"
        }
    }
}
