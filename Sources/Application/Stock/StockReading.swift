// The first half of the work: what was woken is read at Peoplevox, and decided.
import POSIX

extension StockEngine {
    /// Reads a batch of what was taken, journals what was found and what should be shown, and finishes the jobs. Blocks.
    ///
    /// - Returns: when to come again, monotonic microseconds; nil when there is nothing to do until `readBell` rings.
    package func readTurn() -> Int64? {
        nil
    }
}
