// A write whose answer is missing: what is done, in which order, and what whoever called is told in the end.
import TestSupport
import Testing

@testable import Outbound

private let settings = Effect.Settings(first: 1_000, longest: 8_000, jitter: 0.5, settling: 5_000, failures: 6)

private struct Script: CustomTestStringConvertible, Sendable {
    let name: String
    var mayBeApplied = false
    /// What sending (nil: it works) and reading back (nil: it cannot be read) come to, in order.
    var sending: [FailureKind?] = []
    var reading: [Bool?] = []
    /// What is done, each with the second in which it is.
    let course: [String]
    /// nil when it ends well.
    let end: FailureKind?
    var testDescription: String { name }
}

private let wall: Int64 = 1_770_000_000_000_000

private let scripts = [
    Script(name: "it works", sending: [nil], course: ["send 0"], end: nil),
    Script(
        name: "transient: each wait is twice the one before, up to the longest",
        sending: [.transient, .transient, .transient, .transient, .transient, nil],
        course: ["send 0", "send 1", "send 3", "send 7", "send 15", "send 23"], end: nil),
    Script(
        name: "throttled: not before then",
        sending: [.throttled(until: wall + 30_000_000), .throttled(until: nil), .throttled(until: wall), nil],
        course: ["send 0", "send 30", "send 32", "send 36"], end: nil),
    Script(
        name: "ambiguous and applied", sending: [.ambiguous], reading: [true], course: ["send 0", "read 5"], end: nil),
    Script(
        name: "ambiguous and not applied", sending: [.ambiguous, nil], reading: [false],
        course: ["send 0", "read 5", "send 5"], end: nil),
    Script(
        name: "ambiguous twice", sending: [.ambiguous, .ambiguous], reading: [false, true],
        course: ["send 0", "read 5", "send 5", "read 10"], end: nil),
    Script(
        name: "it cannot be read back at first", sending: [.ambiguous], reading: [nil, nil, true],
        course: ["send 0", "read 5", "read 7", "read 11"], end: nil),
    Script(name: "taken up again, and applied", mayBeApplied: true, reading: [true], course: ["read 0"], end: nil),
    Script(
        name: "taken up again, and not applied", mayBeApplied: true, sending: [nil], reading: [false],
        course: ["read 0", "send 0"], end: nil),
    Script(name: "permanent", sending: [.permanent], course: ["send 0"], end: .permanent),
    Script(
        name: "a wrong setting", sending: [.transient, .configuration], course: ["send 0", "send 1"],
        end: .configuration),
    Script(
        name: "permanent after reading back", sending: [.ambiguous, .permanent], reading: [false],
        course: ["send 0", "read 5", "send 5"], end: .permanent),
    Script(
        name: "failures without end", sending: Array(repeating: .transient, count: 6),
        course: ["send 0", "send 1", "send 3", "send 7", "send 15", "send 23"], end: .transient),
    Script(
        name: "nobody ever knows", sending: [.ambiguous], reading: Array(repeating: nil, count: 5),
        course: ["send 0", "read 5", "read 7", "read 11", "read 19", "read 27"], end: .ambiguous),
    Script(name: "cancelled", sending: [.cancelled], course: ["send 0"], end: .cancelled),
    Script(
        name: "cancelled while nobody knows", mayBeApplied: true, sending: [.cancelled], reading: [false],
        course: ["read 0", "send 0"], end: .cancelled),
]

@Test(arguments: scripts)
private func aWriteIsRepeatedOnlyWhenItWasNotApplied(_ script: Script) {
    let clock = HandClock(wall: wall)
    var (sending, reading, course) = (script.sending, script.reading, [String]())
    let effect = Effect(settings, clock: clock, chance: { 0 })
    var end: FailureKind?
    do throws(CallFailure) {
        let value = try effect.apply(mayBeApplied: script.mayBeApplied, Cancellation()) { () throws(CallFailure) in
            course.append("send \(clock.now / 1_000_000)")
            if let kind = sending.removeFirst() { throw CallFailure(kind, "so it is") }
            return 7
        } readBack: { () throws(CallFailure) in
            course.append("read \(clock.now / 1_000_000)")
            guard let isApplied = reading.removeFirst() else { throw CallFailure(.transient, "so it is") }
            return isApplied ? .yes(7) : .no
        }
        #expect(value == 7)
    } catch { end = error.kind }
    #expect(course == script.course)
    #expect(end == script.end)
    #expect(sending.isEmpty && reading.isEmpty)
}

@Test
func chanceShortensAWaitAndNeverProlongsIt() {
    for chance in [0.0, 0.5, 0.999] {
        let clock = HandClock()
        var sent = 0
        let effect = Effect(settings, clock: clock, chance: { chance })
        _ = try? effect.apply(Cancellation()) { () throws(CallFailure) in
            sent += 1
            if sent == 1 { throw CallFailure(.transient, "so it is") }
        } readBack: { () throws(CallFailure) in
            .no
        }
        #expect(clock.now == 1_000_000 - Int64(500 * chance) * 1_000)
    }
}

// MARK: - a partner that loses answers

private struct Partner {
    var chance: SplitMix64
    let clock: HandClock
    /// When the write takes effect, for each time that it does.
    var effects: [Int64] = []
    var isTroubled = true

    var applied: Int { effects.count { $0 <= clock.now } }

    mutating func send(_ cancellation: Cancellation) throws(CallFailure) -> Int {
        if chance.oneIn(200) { cancellation.cancel() }
        switch isTroubled ? chance.number(below: 8) : 7 {
        case 0: throw CallFailure(.transient, "")
        case 1: throw CallFailure(.throttled(until: clock.wallMicroseconds() + 3_000_000), "")
        case 2: throw CallFailure(.ambiguous, "")
        case 3, 4:
            // It is still at work on it when the answer is given up.
            effects.append(clock.now + Int64(chance.number(below: 5_000_000)))
            throw CallFailure(.ambiguous, "")
        case 5: throw CallFailure(.permanent, "")
        default: effects.append(clock.now)
        }
        return 7
    }

    mutating func read(_ cancellation: Cancellation) throws(CallFailure) -> Applied<Int> {
        if chance.oneIn(200) { cancellation.cancel() }
        if isTroubled && chance.oneIn(3) { throw CallFailure(.transient, "") }
        return applied > 0 ? .yes(7) : .no
    }
}

@Test(arguments: UInt64(0)..<20)
func whateverAPartnerLosesAWriteIsAppliedAtMostOnce(batch: UInt64) {
    for seed in batch * 200..<(batch + 1) * 200 {
        let (clock, cancellation) = (HandClock(), Cancellation())
        var partner = Partner(chance: SplitMix64(seed: seed), clock: clock)
        let effect = Effect(settings, clock: clock, chance: { 0.5 })
        var end: FailureKind?
        do throws(CallFailure) {
            _ = try effect.apply(
                cancellation, perform: { () throws(CallFailure) in try partner.send(cancellation) },
                readBack: { () throws(CallFailure) in try partner.read(cancellation) })
        } catch { end = error.kind }
        #expect(partner.effects.count <= 1, "seed \(seed)")
        switch end {
        case nil: #expect(partner.applied == 1, "seed \(seed)")
        case .ambiguous?:
            // Whoever takes it up again finds out.
            clock.advance(milliseconds: 5_000)
            partner.isTroubled = false
            let again = try? effect.apply(
                mayBeApplied: true, Cancellation(),
                perform: { () throws(CallFailure) in try partner.send(Cancellation()) },
                readBack: { () throws(CallFailure) in try partner.read(Cancellation()) })
            #expect(again == 7 && partner.applied == 1, "seed \(seed)")
        default: #expect(partner.effects.isEmpty, "seed \(seed): \(String(describing: end))")
        }
    }
}
