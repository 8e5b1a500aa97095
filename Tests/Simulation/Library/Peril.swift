// The end of the program at any step: at a write, before and after a sync, before and after a call. What is on the disk at
// that moment survives; whatever the dying program does afterwards goes nowhere.
import Synchronization
import TestSupport

final class Peril: Sendable {
    private struct State {
        var chance: SplitMix64
        var perTenThousand: Int
        weak var disk: MemoryDisk?
        var survivor: [String: [UInt8]]?
        var reason = ""
    }

    private let state: Mutex<State>
    /// Called once.
    private let onEnd = Mutex<(@Sendable () -> Void)?>(nil)

    init(seed: UInt64, perTenThousand: Int) {
        state = Mutex(State(chance: SplitMix64(seed: seed), perTenThousand: perTenThousand))
    }

    func watch(_ disk: MemoryDisk) { state.withLock { $0.disk = disk } }
    func atTheEnd(_ body: @escaping @Sendable () -> Void) { onEnd.withLock { $0 = body } }

    /// What is on the disk for the next life; nil while the program lives.
    var survivor: [String: [UInt8]]? { state.withLock { $0.survivor } }
    var isOver: Bool { state.withLock { $0.survivor != nil } }
    var reason: String { state.withLock { $0.reason } }

    func calmDown() { state.withLock { $0.perTenThousand = 0 } }

    /// One of the moments at which it may end.
    func pass(_ moment: String) {
        let strikes = state.withLock { state in
            state.survivor == nil && state.perTenThousand > 0
                && state.chance.number(below: 10_000) < state.perTenThousand
        }
        if strikes { strike(moment) }
    }

    /// - Parameter moment: for the trace.
    func strike(_ moment: String) {
        let isFirst = state.withLock { state in
            guard state.survivor == nil, let disk = state.disk else { return false }
            state.reason = moment
            switch state.chance.number(below: 3) {
            case 0: state.survivor = disk.contents
            case 1: state.survivor = disk.afterPowerCut()
            default: state.survivor = disk.afterPowerCut(keeping: state.chance.number(below: 600))
            }
            return true
        }
        if isFirst { onEnd.withLock { $0 }?() }
    }
}
