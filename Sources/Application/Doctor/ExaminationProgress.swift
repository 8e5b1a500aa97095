// Says how far an examination has come, for whoever waits: beside a running server it takes some minutes.
import POSIX
import Synchronization

final class ExaminationProgress: Sendable {
    /// Microseconds between two lines.
    static let pause: Int64 = 5_000_000

    private let clock: any Clock
    private let say: @Sendable (String) -> Void
    private let saidAt: Mutex<Int64>

    init(clock: any Clock, say: @escaping @Sendable (String) -> Void) {
        self.clock = clock
        self.say = say
        saidAt = Mutex(clock.monotonicMicroseconds())
    }

    func answered(_ partner: String, calls: Int) {
        let now = clock.monotonicMicroseconds()
        let isTime = saidAt.withLock { saidAt in
            guard now - saidAt >= ExaminationProgress.pause else { return false }
            saidAt = now
            return true
        }
        if isTime { say("\(partner) has answered \(calls == 1 ? "one call" : "\(calls) calls") …") }
    }
}
