// Nobody calls without a part of the limits, and the parts together are what is ours.
import Foundation
import Outbound
import POSIX
import Synchronization
import Testing

@testable import Application

/// Takes the large part, and gives it back when somebody waits.
private final class PatientClock: Clock {
    private let held: Mutex<PartnerLock?>
    let waits = Mutex(0)

    init(_ lock: consuming sending PartnerLock?) { held = Mutex(lock) }

    func monotonicMicroseconds() -> Int64 { Int64(waits.withLock { $0 }) * 1_000_000 }
    func wallMicroseconds() -> Int64 { 0 }

    func wait(until deadline: Int64, or bell: Bell) {
        if waits.withLock({
            $0 += 1; return $0
        }) == 3 {
            held.withLock { $0 = nil }
        }
    }
}

struct PartnerLockTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "lockstep-\(UUID())").path

    /// What a tool would get now.
    private func free(_ brand: String = "a") throws -> PartnerLock.Part? {
        guard let lock = try PartnerLock.takeAny(of: brand, in: directory) else { return nil }
        let part = lock.part
        lock.release()
        return part
    }

    private func take(_ part: PartnerLock.Part, of brand: String) throws -> PartnerLock {
        guard let lock = try PartnerLock.take(part, of: brand, in: directory) else { throw Errno.wouldBlock }
        return lock
    }

    @Test
    func aToolTakesWhatIsFree() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        #expect(try free() == .large)
        let server = try take(.large, of: "a")
        #expect(try free() == .small && free("b") == .large)
        let tool = try take(.small, of: "a")
        #expect(try free() == nil && free("b") == .large)
        server.release()
        #expect(try free() == .large)
        tool.release()
        #expect(PartnerLock.Part.large.share + PartnerLock.Part.small.share <= 1)
    }

    @Test
    func theServerWaitsForATool() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let clock = PatientClock(try PartnerLock.take(.large, of: "a", in: directory))
        let waiting = try PartnerLock.waitForLarge(of: "a", in: directory, clock: clock, Cancellation())
        #expect(clock.waits.withLock { $0 } == 3)
        if waiting == nil { Issue.record("nobody cancelled it") }
        let cancelled = Cancellation()
        cancelled.cancel()
        let given = try PartnerLock.waitForLarge(of: "a", in: directory, clock: clock, cancelled)
        if given != nil { Issue.record("it was cancelled") }
    }

    @Test
    func besideAServerTheDoctorTakesAFifthAndSaysSo() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let server = try take(.large, of: "ulvmark")
        let beside = try Clinic().examined(directory)
        server.release()
        let alone = try Clinic().examined(directory)
        #expect(beside.report.diagnoses.map(\.verdict.word) == alone.report.diagnoses.map(\.verdict.word))
        #expect(beside.report.notes.contains { $0.contains("a fifth of the limits") && $0.contains("session") })
        #expect(!alone.report.notes.contains { $0.contains("limits") })
        #expect(beside.most == 2 && alone.most == 9)
    }

    @Test
    func aThirdProcessDoesNotCall() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let server = try take(.large, of: "ulvmark")
        let tool = try take(.small, of: "ulvmark")
        let third = try Clinic().examined(directory)
        #expect(third.report.exitStatus == 2 && third.report.diagnoses.map(\.check) == ["calls"])
        #expect(third.most == 0)
        #expect(throws: ToolFailure.self) { try Clinic().tool(directory).plan(overlap: 0) }
        server.release()
        tool.release()
    }
}

extension Clinic {
    /// The doctor's report, and the most calls that he made in any 15 seconds.
    fileprivate func examined(_ directory: String) throws -> (report: PartnerTool.Report, most: Int) {
        let report = try tool(directory).examine()
        let times = calls.times
        return (report, times.map { start in times.count { (start..<start + 15_000_000).contains($0) } }.max() ?? 0)
    }
}
