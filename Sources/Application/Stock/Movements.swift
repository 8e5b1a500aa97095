// What orders do to stock: no write of their shelves may cross it.
import POSIX
package import Workflows

extension StockEngine {
    /// Changes what orders hold on these shelves. Blocks until no write of them is underway; then `change` does it, and
    /// what it returns is journaled before anything is written again. The caller's job holds the SKUs, so that no read of
    /// them is underway either.
    ///
    /// - Parameter change: nil when nothing was changed after all.
    /// - Returns: whether it is journaled; true also when there was nothing to journal.
    @discardableResult
    package func move(of shelves: Set<Shelf>, _ change: () -> StockMovement?) -> Bool {
        hold(shelves)
        defer { release(shelves) }
        guard let movement = change() else { return true }
        return record([.moved(movement)]) != nil
    }

    /// Journals a movement that has happened elsewhere.
    @discardableResult
    package func move(_ movement: StockMovement) -> Bool {
        move(of: Set(movement.units.keys)) { movement }
    }

    /// Centra was seen to show something else, or may do: these shelves are written again.
    @discardableResult
    package func doubt(_ doubts: [StockDoubt]) -> Bool {
        if doubts.isEmpty { return true }
        defer { writeBell.ring() }
        return record([.doubted(doubts)]) != nil
    }

    private func hold(_ shelves: Set<Shelf>) {
        state.withLock { state in for shelf in shelves { state.held[shelf, default: 0] += 1 } }
        let bell = Bell()
        while true {
            let isFree = state.withLock { state in
                if state.sending.isDisjoint(with: shelves) { return true }
                state.waiters.append(bell)
                return false
            }
            if isFree { return }
            bell.wait(milliseconds: -1)
        }
    }

    private func release(_ shelves: Set<Shelf>) {
        state.withLock { state in
            for shelf in shelves {
                let count = state.held[shelf, default: 1] - 1
                state.held[shelf] = count == 0 ? nil : count
            }
        }
        writeBell.ring()
    }
}
