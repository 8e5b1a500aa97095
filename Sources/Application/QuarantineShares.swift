// How much of what was refused is kept a day: one half from anybody, another from senders of whom something genuine has
// come. So forgeries from elsewhere do not use up what is for the deliveries of a partner whose secret was changed on one
// side only. Who else sends through the same address as a partner shares with it.
import POSIX
import Webhooks

package struct QuarantineShares: Sendable {
    private var strangers: QuarantineBudget
    private var familiar: QuarantineBudget
    /// Of whom something genuine came, the latest last.
    private var senders: [IPAddress] = []
    private var nextNote = Int64.min

    static let senderLimit = 256
    /// Milliseconds: to find out who sends costs more than to verify, so it is not asked for each delivery.
    private static let noteInterval: Int64 = 1_000

    /// `now` in monotonic milliseconds.
    package init(now: Int64) {
        self.init(strangers: QuarantineBudget(now: now), familiar: QuarantineBudget(now: now))
    }

    init(strangers: QuarantineBudget, familiar: QuarantineBudget) {
        self.strangers = strangers
        self.familiar = familiar
    }

    /// Whether a record of that size may be kept; if so it is paid for. A sender is nil when nobody can say who it is.
    mutating func allows(octets count: Int, from sender: IPAddress?, now: Int64) -> Bool {
        if isFamiliar(sender), familiar.allows(octets: count, now: now) { return true }
        return strangers.allows(octets: count, now: now)
    }

    /// Pays for octets that are written beyond what was allowed.
    mutating func pay(octets count: Int, from sender: IPAddress?) {
        if isFamiliar(sender) { familiar.pay(octets: count) } else { strangers.pay(octets: count) }
    }

    /// `sender` of something genuine that is new is asked about once a second.
    mutating func note(genuine sender: () -> IPAddress?, now: Int64) {
        guard now >= nextNote else { return }
        nextNote = now + QuarantineShares.noteInterval
        guard let sender = sender() else { return }
        senders.removeAll { $0 == sender }
        if senders.count == QuarantineShares.senderLimit { senders.removeFirst() }
        senders.append(sender)
    }

    private func isFamiliar(_ sender: IPAddress?) -> Bool { sender.map(senders.contains) ?? false }
}
